import type { CallCheck, ToolDesk } from '../../approvals/tool-desk.js';
import type { JsonObject } from '../../kernel/json.js';
import { executeOnce, undoOnce, type ExecutorOptions } from './execute.js';
import type { ToolRegistry } from './registry.js';

/** The registry and the executor as approvals see them. */
export function createToolDesk(registry: ToolRegistry, options: ExecutorOptions): ToolDesk {
  return {
    check: (name, parameters) => checkCall(registry, name, parameters),
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
export function checkCall(registry: ToolRegistry, name: string, parameters: JsonObject): CallCheck {
  const tool = registry.get(name);
  if (!tool) return { ok: false, unknownTool: true };
  const read = tool.parameters.safeParse(parameters);
  if (!read.success) {
    const errors: Record<string, string> = {};
    for (const { path, message } of read.error.issues) errors[String(path[0] ?? '')] ??= message;
    return { ok: false, errors };
  }
  const { title, risk } = tool;
  return {
    ok: true,
    call: {
      tool: { name, title, risk, undoable: tool.undo !== undefined },
      parameters: JSON.parse(JSON.stringify(read.data)) as JsonObject,
      schema: registry.schemaOf(tool),
      summary: tool.summarise(read.data),
      facts: tool.facts?.(read.data) ?? {},
    },
  };
}
