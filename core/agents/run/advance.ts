import type { Approval } from '../../approvals/approval.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import type { ContractBook } from '../../guardrails/contracts.js';
import type { JsonObject } from '../../kernel/json.js';
import { contractBookOf, type AgentDefinition } from '../definition.js';
import type { CallAnswer } from '../tools/call-tool.js';
import {
  foldRun,
  LEASE_MS,
  nextMove,
  TEAM,
  USUAL_LIMITS,
  type Move,
  type PlannedCall,
  type Run,
  type RunState,
  type RunStatus,
  type Step,
  type StepBody,
  type StopReason,
} from './run.js';
import { OFFLINE_THINKER } from './thinker.js';
import { TeamWork } from '../team/advance-team.js';
import { ShownDraft } from './shown-draft.js';
import type { RunDependencies } from './run-dependencies.js';
import { watchRun, type RunWatch } from './watch-run.js';

export type { RunDependencies };

export interface AdvanceOptions {
  /** Who works on it; the same owner takes up its own lease again. */
  owner: string;
  /** Aborted when this process has to let go: the run stays as it is, for another one. */
  signal?: AbortSignal;
  /** True once the person pressed stop. */
  isStopped?(): boolean;
  /** Told of each step after it was stored. */
  onStep?(step: Step): void;
  /** Gets what a model writes, as it comes and as far as what was found supports it. */
  onText?(text: string): void;
  /** Told when text that was given does not hold: what comes next takes its place. */
  onWithdrawn?(): void;
}

/** How a run stands after somebody worked on it. */
export interface Advanced {
  run: Run;
  status: RunStatus;
  steps: Step[];
}

const LEAST_GROUNDING = 0.25;

/**
 * Works on a run until it ends or has to wait. Each step is stored before the next one begins, and its place in the log is
 * taken by whoever writes it first: after a crash any process goes on from the last step, and nothing is done twice.
 * @returns how the run stands, or undefined when another process works on it or this one has to let go.
 */
export async function advanceRun(
  deps: RunDependencies,
  tenantId: string,
  runId: string,
  options: AdvanceOptions,
): Promise<Advanced | undefined> {
  const runs = deps.runs(tenantId);
  const lease = (): Promise<Run | undefined> => {
    const now = deps.clock.now();
    return runs.lease(runId, options.owner, now, new Date(now.getTime() + LEASE_MS));
  };
  const run = await lease();
  if (!run) return undefined;
  const watch = watchRun(lease, options);
  try {
    const steps = await runs.steps(runId);
    const work = workOn(deps, run, options, watch, steps);
    if (!work) return await stopped(deps, run, steps);
    for (;;) {
      const held = await lease();
      if (!held || options.signal?.aborted) return undefined;
      const status = await work.step(held.cancelRequested || (options.isStopped?.() ?? false));
      if (status === 'lost') return undefined;
      if (status !== 'running') {
        await runs.setStatus(runId, status);
        return { run, status, steps: work.steps };
      }
    }
  } finally {
    watch.end();
    await runs.release(runId, options.owner, deps.clock.now());
  }
}

/** An agent's own work, or a team's, whose parts are runs of their own. @returns undefined when the agent is gone. */
function workOn(
  deps: RunDependencies,
  run: Run,
  options: AdvanceOptions,
  watch: RunWatch,
  steps: Step[],
): RunWork | TeamWork | undefined {
  if (run.agent === TEAM) {
    const { signal, onStep } = options;
    return new TeamWork(
      deps,
      run,
      options,
      watch,
      (runId, part) => advanceRun(deps, run.tenantId, runId, { ...part, signal, onStep }),
      steps,
    );
  }
  const agent = deps.agents.get(run.agent);
  return agent && new RunWork(deps, run, agent, options, watch, steps);
}

/** A run that nobody can go on with ends as a fault, so that no process tries it for ever. */
export async function stopped(deps: RunDependencies, run: Run, steps: Step[]): Promise<Advanced | undefined> {
  const runs = deps.runs(run.tenantId);
  const state = foldRun(steps);
  const end: Step = {
    kind: 'stopped',
    reason: 'fault',
    text: summaryOf(state),
    number: steps.length,
    at: deps.clock.now(),
  };
  if (!state.end && !(await runs.append(run.id, end))) return undefined;
  const status = state.end?.kind === 'finished' ? 'finished' : 'stopped';
  await runs.setStatus(run.id, status);
  return { run, status, steps: state.end ? steps : [...steps, end] };
}

/** One process at work on one run. */
class RunWork {
  private readonly contracts: ContractBook;
  private readonly draft: ShownDraft;

  constructor(
    private readonly deps: RunDependencies,
    private readonly run: Run,
    private readonly agent: AgentDefinition,
    private readonly options: AdvanceOptions,
    private readonly watch: RunWatch,
    readonly steps: Step[],
  ) {
    this.contracts = contractBookOf([agent]);
    this.draft = new ShownDraft({
      show: (text) => options.onText?.(text),
      isSupported: async (text) => (await this.groundingOf(text, foldRun(this.steps))) >= LEAST_GROUNDING,
      onWithdrawn: () => options.onWithdrawn?.(),
    });
  }

  async step(isCancelled: boolean): Promise<RunStatus | 'lost'> {
    const { budget } = this.agent;
    const state = foldRun(this.steps);
    const limits = {
      ...USUAL_LIMITS,
      steps: budget.steps,
      costMicroUsd: budget.dollars * 1_000_000,
      isCancelled,
    };
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
        return this.stop(move.reason, state);
      case 'change-strategy':
        return this.changeStrategy();
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

  private changeStrategy(): Promise<RunStatus | 'lost'> {
    const { text, id } = this.deps.prompts.render('agent-strategy', {}, this.run.personId);
    return this.written({ kind: 'strategy', text, prompt: id });
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
        signal: this.watch.signal,
        onText: this.options.onText && ((text) => this.draft.append(text)),
      });
      if (thought.calls.length > 0) await this.draft.withdraw();
      return await this.written({ kind: 'thought', ...thought });
    } catch (error) {
      if (this.options.signal?.aborted || this.watch.isLost) return 'lost';
      if (this.watch.signal.aborted) return 'running'; // somebody pressed stop: the next step says so
      if (!(error instanceof StewardError)) throw error;
      this.deps.logger.warn(
        { run: this.run.id, code: error.code, error: describeError(error) },
        'An agent could not think.',
      );
      return this.stop(error.code === 'gateway.budget' ? 'budget' : 'fault', state);
    }
  }

  private async stop(reason: StopReason, state: RunState): Promise<RunStatus | 'lost'> {
    const { tenantId, personId } = this.run;
    const person = state.suspended && (await this.deps.person(tenantId, personId));
    if (person && state.suspended) await this.deps.withdraw(tenantId, state.suspended.approvalId, person);
    const text = reason === 'confidence' ? (state.doubted ?? '') : summaryOf(state);
    const status = await this.written({ kind: 'stopped', reason, text }, 'stopped');
    if (status === 'stopped' && reason !== 'cancelled') this.notePrompt('stopped');
    return status;
  }

  private async act(calls: PlannedCall[], state: RunState): Promise<RunStatus | 'lost'> {
    for (const { id: callId, tool, parameters } of calls) {
      if (state.begun.has(callId)) continue;
      const key = `run:${this.run.id}:${callId}`;
      if (!(await this.append({ kind: 'action', callId, tool, parameters, key }))) return 'lost';
    }
    const { begun } = foldRun(this.steps);
    const answers = await Promise.all(
      calls.map((call) => this.call(call, begun.get(call.id) ?? call.id, state)),
    );
    for (const [index, answer] of answers.entries()) {
      const call = calls[index] as PlannedCall;
      const { tool, id: callId } = call;
      if (answer.kind === 'waiting') {
        const suspended: StepBody = { kind: 'suspended', callId, tool, approvalId: answer.approval.id };
        return this.written(suspended, 'suspended');
      }
      if (!(await this.append(this.observed(call, observationOf(answer, call, this.agent.tools)))))
        return 'lost';
    }
    const isForPerson = answers.some((answer) => answer.kind === 'denied' && answer.callsPerson);
    return isForPerson ? this.stop('rule', foldRun(this.steps)) : 'running';
  }

  private async call({ tool, parameters }: PlannedCall, key: string, state: RunState): Promise<CallAnswer> {
    const { run, agent } = this;
    const person = await this.deps.person(run.tenantId, run.personId);
    if (!person?.active) return { kind: 'denied', reason: 'The person has left.', ruleId: 'inactive' };
    const certified = this.contracts.decide({
      agent: agent.name,
      tool,
      roles: person.roles,
      callsSoFar: state.observations.filter((step) => step.tool === tool).length,
      costSoFarMicroUsd: state.costMicroUsd,
      stepsSoFar: state.length,
    });
    return this.deps.callTool({
      key,
      tool,
      parameters,
      person,
      agent: agent.name,
      contract: { ...certified, riskCeiling: agent.contract.riskCeiling },
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
    const hasContext = this.steps.some(
      (step) => step.kind === 'started' && (step.context ?? step.memory) !== undefined,
    );
    return !this.isOffline() && (hasContext || this.steps.some((step) => step.kind === 'observation'));
  }

  private isOffline(): boolean {
    const thought = this.steps.findLast((step) => step.kind === 'thought');
    return thought?.kind === 'thought' && thought.model === OFFLINE_THINKER;
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
    // without a model what was found stands there word for word
    const grounding = this.isOffline() ? 1 : await this.groundingOf(text, state);
    const ok = grounding >= LEAST_GROUNDING;
    await (ok ? this.draft.accept() : this.draft.withdraw());
    return this.written({ kind: 'verified', ok, grounding });
  }

  private async groundingOf(text: string, { observations, goal }: RunState): Promise<number> {
    const found = observations.filter(({ ok }) => ok).map((step) => step.text);
    return found.length === 0 ? 1 : this.deps.grounding(text, found, goal);
  }

  private async finish(text: string): Promise<RunStatus | 'lost'> {
    const verified = this.steps.findLast((step) => step.kind === 'verified');
    const confidence = verified?.kind === 'verified' ? verified.grounding : 1;
    const status = await this.written({ kind: 'finished', text, confidence }, 'finished');
    if (status === 'finished') this.notePrompt('finished');
    return status;
  }

  /** A run counts for the version that its last thought was asked by; whoever stops a run by hand judges no prompt. */
  private notePrompt(outcome: 'finished' | 'stopped'): void {
    const thought = this.steps.findLast((step) => step.kind === 'thought');
    if (thought?.kind === 'thought') this.deps.prompts.note(thought.prompt, this.run.tenantId, outcome);
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
function observationOf(
  answer: Exclude<CallAnswer, { kind: 'waiting' }>,
  { tool, parameters }: PlannedCall,
  own: readonly string[],
): { ok: boolean; text: string } {
  switch (answer.kind) {
    case 'done':
      return { ok: true, text: answer.outcome.summary };
    case 'failed':
      return { ok: false, text: `It failed: ${answer.reason}` };
    case 'denied':
      return {
        ok: false,
        text: `The rules do not allow it: ${answer.reason}${own.includes(tool) ? '' : ` Yours are: ${own.join(', ')}.`}`,
      };
    case 'invalid':
      return { ok: false, text: whatToChange(answer.errors, parameters) };
    case 'unknown-tool':
      return { ok: false, text: `There is no tool ${tool}. Yours are: ${own.join(', ')}.` };
    default:
      return { ok: false, text: 'A person would have to agree, but nobody can at the moment.' };
  }
}

/** Names each parameter that does not fit; arguments that were no JSON come under `malformed`. */
function whatToChange(errors: Record<string, string>, { malformed }: JsonObject): string {
  if (malformed !== undefined)
    return 'The arguments were not a JSON object. Send them again as one JSON object that fits the schema.';
  const problems = Object.entries(errors).map(([name, problem]) => (name ? `${name}: ${problem}` : problem));
  return `Change these parameters: ${problems.join('; ')}`;
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

/** What had been found when a run had to stop, each finding once. */
const summaryOf = ({ observations }: RunState): string =>
  [...new Set(observations.filter(({ ok }) => ok).map(({ text }) => text))].join('\n\n');
