import type { Approval } from '../../approvals/approval.js';
import type { Clock } from '../../kernel/clock.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Person } from '../../kernel/person.js';
import type { AgentDefinition } from '../definition.js';
import type { CallAnswer, CallRequest } from '../tools/call-tool.js';
import {
  foldRun,
  nextMove,
  type Move,
  type PlannedCall,
  type Run,
  type RunRepository,
  type RunState,
  type RunStatus,
  type Step,
  type StepBody,
} from './run.js';
import { OFFLINE_THINKER, type Thinker } from './thinker.js';

export interface RunDependencies {
  runs(tenantId: string): RunRepository;
  agents: ReadonlyMap<string, AgentDefinition>;
  thinker: Thinker;
  /** The one way to use a tool. */
  callTool(request: CallRequest): Promise<CallAnswer>;
  isRead(tool: string): boolean;
  approval(tenantId: string, id: string): Promise<Approval | undefined>;
  person(tenantId: string, id: string): Promise<Person | undefined>;
  /** How well what was found supports a text, 0 to 1. */
  grounding(text: string, passages: string[], question: string): Promise<number>;
  clock: Clock;
  logger: Logger;
}

export interface AdvanceOptions {
  /** Who works on it; the same owner takes up its own lease again. */
  owner: string;
  signal?: AbortSignal;
  /** Told of each step after it was stored. */
  onStep?(step: Step): void;
}

const LEASE_MS = 60_000;
const FAILURES = 4;
const LEAST_GROUNDING = 0.25;

/**
 * Works on a run until it ends or has to wait. Each step is stored before the next one begins, and its place in the log is
 * taken by whoever writes it first: after a crash any process goes on from the last step, and nothing is done twice.
 * @returns how the run stands, or undefined when another process works on it.
 */
export async function advanceRun(
  deps: RunDependencies,
  tenantId: string,
  runId: string,
  options: AdvanceOptions,
): Promise<{ run: Run; status: RunStatus; steps: Step[] } | undefined> {
  const runs = deps.runs(tenantId);
  const run = await runs.get(runId);
  if (!run) return undefined;
  const renew = async (): Promise<boolean> => {
    const now = deps.clock.now();
    return runs.lease(runId, options.owner, now, new Date(now.getTime() + LEASE_MS));
  };
  if (!(await renew())) return undefined;
  try {
    const work = new RunWork(deps, run, options, await runs.steps(runId));
    for (;;) {
      const status = await work.step();
      if (status === 'lost') return undefined;
      if (status !== 'running') {
        await runs.setStatus(runId, status);
        return { run, status, steps: work.steps };
      }
      if (!(await renew())) return undefined;
    }
  } finally {
    await runs.release(runId, options.owner);
  }
}

/** One process at work on one run. */
class RunWork {
  private readonly agent: AgentDefinition;

  constructor(
    private readonly deps: RunDependencies,
    private readonly run: Run,
    private readonly options: AdvanceOptions,
    readonly steps: Step[],
  ) {
    const agent = deps.agents.get(run.agent);
    if (!agent) throw new StewardError('agents.unknown', `There is no agent ${run.agent}.`);
    this.agent = agent;
  }

  async step(): Promise<RunStatus | 'lost'> {
    const { budget } = this.agent;
    const state = foldRun(this.steps);
    const limits = {
      steps: budget.steps,
      costMicroUsd: budget.dollars * 1_000_000,
      failuresInARow: FAILURES,
    };
    if (!state.end && (await this.isCancelled()))
      return this.written({ kind: 'stopped', reason: 'cancelled', text: summaryOf(state) }, 'stopped');
    return this.take(
      nextMove(state, limits, (tool) => this.deps.isRead(tool)),
      state,
    );
  }

  private async take(move: Move, state: RunState): Promise<RunStatus | 'lost'> {
    switch (move.kind) {
      case 'ended':
        return state.end?.kind === 'finished' ? 'finished' : 'stopped';
      case 'stop':
        return this.written({ kind: 'stopped', reason: move.reason, text: summaryOf(state) }, 'stopped');
      case 'change-strategy':
        return this.written({
          kind: 'strategy',
          text: 'Two attempts failed. Do it another way: another tool, other parameters, or ask for what is missing.',
        });
      case 'verify':
        return this.verify(move.text, state);
      case 'finish':
        return this.finish(move.text);
      case 'wait':
        return this.look(move);
      case 'act':
        return this.act(move.calls, state);
      default:
        return this.think(state);
    }
  }

  private async think(state: RunState): Promise<RunStatus | 'lost'> {
    const last = this.steps.at(-1);
    const key = last?.kind === 'asked' ? last.key : `${this.run.id}:${this.steps.length}`;
    if (last?.kind !== 'asked' && !(await this.append({ kind: 'asked', key }))) return 'lost';
    try {
      const { run, agent, steps } = this;
      const thought = await this.deps.thinker.think({
        run,
        agent,
        steps,
        state,
        key,
        signal: this.options.signal,
      });
      return await this.written({ kind: 'thought', ...thought });
    } catch (error) {
      if (!(error instanceof StewardError)) throw error;
      this.deps.logger.warn(
        { run: this.run.id, code: error.code, error: describeError(error) },
        'An agent could not think.',
      );
      const reason =
        error.code === 'gateway.budget'
          ? 'budget'
          : error.code === 'gateway.cancelled'
            ? 'cancelled'
            : 'fault';
      return this.written({ kind: 'stopped', reason, text: summaryOf(state) }, 'stopped');
    }
  }

  private async act(calls: PlannedCall[], state: RunState): Promise<RunStatus | 'lost'> {
    for (const { id: callId, tool, parameters } of calls) {
      if (state.begun.has(callId)) continue;
      const key = `run:${this.run.id}:${callId}`;
      if (!(await this.append({ kind: 'action', callId, tool, parameters, key }))) return 'lost';
    }
    const begun = foldRun(this.steps).begun;
    const answers = await Promise.all(calls.map((call) => this.call(call, begun.get(call.id) ?? call.id)));
    for (const [index, answer] of answers.entries()) {
      const call = calls[index] as PlannedCall;
      const { tool, id: callId } = call;
      if (answer.kind === 'waiting') {
        const suspended: StepBody = { kind: 'suspended', callId, tool, approvalId: answer.approval.id };
        return this.written(suspended, 'suspended');
      }
      if (!(await this.append(this.observed(call, observationOf(answer))))) return 'lost';
    }
    return 'running';
  }

  private async call({ tool, parameters }: PlannedCall, key: string): Promise<CallAnswer> {
    const { run, agent } = this;
    const person = await this.deps.person(run.tenantId, run.personId);
    if (!person?.active) return { kind: 'denied', reason: 'The person has left.', ruleId: 'inactive' };
    return this.deps.callTool({
      key,
      tool,
      parameters,
      person,
      agent: agent.name,
      contract: agent.tools,
      untrusted: this.isUntrusted(tool),
      origin: run.origin,
      locale: run.locale,
      runId: run.id,
      correlationId: run.correlationId,
    });
  }

  /** What a model wrote after it had read tool results is nobody's own word. */
  private isUntrusted(tool: string): boolean {
    if (this.deps.isRead(tool)) return false;
    const thought = this.steps.findLast((step) => step.kind === 'thought');
    const isOffline = thought?.kind === 'thought' && thought.model === OFFLINE_THINKER;
    return !isOffline && this.steps.some((step) => step.kind === 'observation');
  }

  /** A run that waits goes on when the approval is settled, in whichever process looks first. */
  private async look({
    approvalId,
    callId,
    tool,
  }: Extract<Move, { kind: 'wait' }>): Promise<RunStatus | 'lost'> {
    const approval = await this.deps.approval(this.run.tenantId, approvalId);
    const settled = approval ? settledText(approval) : { ok: false, text: 'The request is gone.' };
    if (!settled) return 'suspended';
    return this.written(this.observed({ id: callId, tool, parameters: {} }, settled));
  }

  private async verify(text: string, state: RunState): Promise<RunStatus | 'lost'> {
    const found = state.observations.filter(({ ok }) => ok).map((step) => step.text);
    const grounding = found.length === 0 ? 1 : await this.deps.grounding(text, found, state.goal);
    const ok = grounding >= LEAST_GROUNDING || state.failedVerifications > 0;
    return this.written({ kind: 'verified', ok, grounding });
  }

  private finish(text: string): Promise<RunStatus | 'lost'> {
    const verified = this.steps.findLast((step) => step.kind === 'verified');
    const confidence = verified?.kind === 'verified' ? verified.grounding : 1;
    return this.written({ kind: 'finished', text, confidence }, 'finished');
  }

  private observed({ id, tool }: PlannedCall, { ok, text }: { ok: boolean; text: string }): StepBody {
    return {
      kind: 'observation',
      callId: id,
      tool,
      ok,
      text,
      risk: this.deps.isRead(tool) ? 'read' : 'other',
    };
  }

  private async isCancelled(): Promise<boolean> {
    if (this.options.signal?.aborted) return true;
    return (await this.deps.runs(this.run.tenantId).get(this.run.id))?.cancelRequested ?? false;
  }

  private async written(body: StepBody, status: RunStatus = 'running'): Promise<RunStatus | 'lost'> {
    return (await this.append(body)) ? status : 'lost';
  }

  private async append(body: StepBody): Promise<boolean> {
    const step: Step = { ...body, number: this.steps.length, at: this.deps.clock.now() };
    if (!(await this.deps.runs(this.run.tenantId).append(this.run.id, step))) return false;
    this.steps.push(step);
    this.options.onStep?.(step);
    return true;
  }
}

/** What a tool call came to, in words that tell what to change. */
function observationOf(answer: Exclude<CallAnswer, { kind: 'waiting' }>): { ok: boolean; text: string } {
  switch (answer.kind) {
    case 'done':
      return { ok: true, text: answer.outcome.summary };
    case 'failed':
      return { ok: false, text: `It failed: ${answer.reason}` };
    case 'denied':
      return { ok: false, text: `The rules do not allow it: ${answer.reason}` };
    case 'invalid':
      return {
        ok: false,
        text: `Change these parameters: ${Object.entries(answer.errors)
          .map(([name, problem]) => `${name}: ${problem}`)
          .join('; ')}`,
      };
    case 'unknown-tool':
      return { ok: false, text: 'There is no such tool. Use one of those you were given.' };
    default:
      return { ok: false, text: 'A person would have to agree, but nobody can at the moment.' };
  }
}

/** How an approval ended, or undefined while it has not. An expired request is no refusal. */
function settledText({ state, decision, execution }: Approval): { ok: boolean; text: string } | undefined {
  const outcome = execution?.outcome;
  switch (state) {
    case 'done':
      return { ok: true, text: outcome?.kind === 'done' ? outcome.summary : 'It was done.' };
    case 'failed':
      return {
        ok: false,
        text: `It was approved but failed: ${outcome && 'reason' in outcome ? outcome.reason : ''}`,
      };
    case 'rejected':
      return { ok: false, text: `A person refused it${decision?.reason ? `: ${decision.reason}` : '.'}` };
    case 'expired':
      return { ok: false, text: 'Nobody decided in time. That is not a refusal; it can be asked again.' };
    case 'cancelled':
    case 'superseded':
      return { ok: false, text: 'The request was taken back.' };
    default:
      return undefined;
  }
}

/** What had been found when a run had to stop. */
const summaryOf = ({ observations }: RunState): string =>
  observations
    .filter(({ ok }) => ok)
    .map(({ text }) => text)
    .join('\n\n');
