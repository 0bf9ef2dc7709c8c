import type { Asked, CallCheck, ToolDesk } from '../../approvals/tool-desk.js';
import type { JsonObject } from '../../kernel/json.js';
import { executeOnce, undoOnce, type ExecutorOptions } from './execute.js';
import { pastTimes } from './past-times.js';
import type { ToolRegistry } from './registry.js';

/** The registry and the executor as approvals see them. */
export function createToolDesk(
  registry: ToolRegistry,
  options: ExecutorOptions & {
    /** IANA name, for people whose own zone is not known; UTC without it. */
    timeZone?: string;
  },
): ToolDesk {
  return {
    check: (name, parameters, asked) =>
      checkCall(
        registry,
        name,
        parameters,
        asked && { timeZone: options.timeZone, ...asked, now: options.clock.now() },
      ),
    async examine(name, parameters, whose) {
      const tool = registry.get(name);
      return (await tool?.examine?.(tool.parameters.parse(parameters), whose)) ?? {};
    },
    async run(call) {
      const tool = registry.get(call.tool);
      return tool ? executeOnce(options, tool, call) : gone;
    },
    async undo(call) {
      const tool = registry.get(call.tool);
      return tool ? undoOnce(options, tool, call) : gone;
    },
  };
}

const gone = {
  outcome: { kind: 'failed' as const, reason: 'This tool is no longer there.', mayRetry: false },
  messages: [],
};

/** Validates parameters; what does not fit comes back as one sentence per parameter, for a person or a model. */
export function checkCall(
  registry: ToolRegistry,
  name: string,
  parameters: JsonObject,
  asked?: Asked & { now: Date },
): CallCheck {
  const tool = registry.get(name);
  if (!tool) return { ok: false, unknownTool: true };
  const read = tool.parameters.safeParse(parameters);
  if (!read.success) {
    const errors: Record<string, string> = {};
    for (const { path, message } of read.error.issues) errors[String(path[0] ?? '')] ??= message;
    const past = asked ? pastTimes(registry.schemaOf(tool), parameters, asked, asked.now) : {};
    return { ok: false, errors: { ...past, ...errors } };
  }
  const { title, risk } = tool;
  const schema = registry.schemaOf(tool);
  const plain = JSON.parse(JSON.stringify(read.data)) as JsonObject;
  const errors = asked ? pastTimes(schema, plain, asked, asked.now) : {};
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    call: {
      tool: { name, title, risk, undoable: tool.undo !== undefined },
      parameters: plain,
      schema,
      summary: tool.summarise(read.data),
      facts: tool.facts?.(read.data) ?? {},
    },
  };
}
