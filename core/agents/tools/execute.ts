import type { ExecutionOutcome } from '../../approvals/approval.js';
import type { ToolRun, ToolRunResult } from '../../approvals/tool-desk.js';
import type { Clock } from '../../kernel/clock.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import { digest } from '../../kernel/json.js';
import type { Logger } from '../../kernel/logger.js';
import type { Metrics } from '../../kernel/telemetry.js';
import type { AnyTool, ToolContext, ToolResult } from './tool.js';
import type { ToolExecutionRepository } from './tool-execution.js';

export interface ExecutorOptions {
  executions: (tenantId: string) => ToolExecutionRepository;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** One use of a tool; shorter than the lease of whoever asks. */
  timeoutMs: number;
}

const INTERRUPTED = 'It was interrupted and may have happened. Please look before you try again.';

/**
 * Uses a tool once per key. A record is written before and completed after; a use that was interrupted in between is
 * repeated only when the tool says that the same key has one effect, else the other side is asked, else a person has to
 * look.
 */
export async function executeOnce(
  options: ExecutorOptions,
  tool: AnyTool,
  call: ToolRun,
): Promise<ToolRunResult> {
  const { clock, metrics } = options;
  const executions = options.executions(call.tenantId);
  const begun = await executions.begin({
    id: call.key,
    tool: tool.name,
    parametersDigest: digest(call.parameters),
    startedAt: clock.now(),
  });
  if (begun.kind === 'known') {
    const { execution } = begun;
    if (execution.parametersDigest !== digest(call.parameters) || execution.tool !== tool.name)
      return failed('This was already done with other values. Please ask again.');
    if (execution.result) return execution.result;
    await executions.again(call.key);
  }
  const isRepeat = begun.kind === 'known';
  const result =
    isRepeat && !tool.idempotent ? await reconcile(options, tool, call) : await use(options, tool, call);
  metrics.count('tool_executions_total', { tool: tool.name, outcome: result.outcome.kind });
  return executions.complete(call.key, result, clock.now());
}

/** Takes a finished use back, under a key of its own. */
export async function undoOnce(
  options: ExecutorOptions,
  tool: AnyTool,
  call: ToolRun,
): Promise<ToolRunResult> {
  const { undo } = tool;
  if (!undo) return failed('This cannot be undone.');
  const executed = await options.executions(call.tenantId).get(call.key);
  const done = executed?.result?.outcome;
  if (done?.kind !== 'done') return failed('There is nothing to undo.');
  const undoing: AnyTool = {
    ...tool,
    name: `${tool.name}#undo`,
    execute: (parameters, context) => undo.call(tool, parameters, done, context),
    reconcile: undefined,
  };
  return executeOnce(options, undoing, { ...call, key: `${call.key}:undo` });
}

async function use(options: ExecutorOptions, tool: AnyTool, call: ToolRun): Promise<ToolRunResult> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    const parameters = tool.parameters.parse(call.parameters);
    return asResult(await within(deadline, tool.execute(parameters, contextOf(options, call, deadline))));
  } catch (error) {
    options.logger.warn({ tool: tool.name, key: call.key, error: describeError(error) }, 'tool failed');
    return afterFault(tool, error);
  }
}

async function reconcile(options: ExecutorOptions, tool: AnyTool, call: ToolRun): Promise<ToolRunResult> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    const parameters = tool.parameters.parse(call.parameters);
    const found = await tool.reconcile?.(parameters, contextOf(options, call, deadline));
    return found ? asResult(found) : unknown();
  } catch (error) {
    options.logger.warn(
      { tool: tool.name, key: call.key, error: describeError(error) },
      'tool not reconciled',
    );
    return unknown();
  }
}

/**
 * A refusal from before anything was sent is a failure; a lost answer is one only where a repetition is harmless, or where
 * nothing was sent.
 */
function afterFault(tool: AnyTool, error: unknown): ToolRunResult {
  if (error instanceof StewardError && !error.retryable) return failed(FAULT_TEXT[error.userText] ?? FAULT);
  const isUnsent = error instanceof StewardError && error.unsent;
  return tool.idempotent || isUnsent
    ? failed('The other side does not answer. Please try again later.', true)
    : unknown();
}

const FAULT = 'It did not work. Please tell an administrator if it happens again.';
const FAULT_TEXT: Partial<Record<StewardError['userText'], string>> = {
  'error.not-permitted': 'Steward may not do that there. An administrator can change it.',
  'error.invalid': 'The other side does not take these values.',
  'error.not-found': 'The other side does not find it.',
};

function contextOf(options: ExecutorOptions, call: ToolRun, signal: AbortSignal): ToolContext {
  const { key, tool: _tool, parameters: _parameters, ...whose } = call;
  return { idempotencyKey: key, ...whose, now: options.clock.now(), signal };
}

function asResult(result: ToolResult): ToolRunResult {
  if (!result.ok) return failed(result.reason);
  const { summary, link, data, messages = [] } = result;
  return { outcome: { kind: 'done', summary, link, data }, messages };
}

const failed = (reason: string, mayRetry = false): ToolRunResult =>
  outcome({ kind: 'failed', reason, mayRetry });
const unknown = (): ToolRunResult => outcome({ kind: 'unknown', reason: INTERRUPTED });
const outcome = (of: ExecutionOutcome): ToolRunResult => ({ outcome: of, messages: [] });

/** Rejects when the time is over, also when the tool does not look at its signal. */
function within<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error('the time for one use is over'));
    deadline.addEventListener('abort', late, { once: true });
    work.then(resolve, reject).finally(() => deadline.removeEventListener('abort', late));
  });
}
