import { conversationKey, roomOf } from '../../kernel/conversation-reference.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import type { RunDependencies } from '../run/run-dependencies.js';
import { createRun, foldRun, type Run, type RunStatus, type Step, type StepBody } from '../run/run.js';
import { OFFLINE_THINKER } from '../run/thinker.js';
import type { RunWatch } from '../run/watch-run.js';
import { staffTask, type Staffing } from './pattern.js';
import { contextText, CONTEXT_TTL_MS, type ContextEntry } from './shared-context.js';
import { foldTeam, nextTeamMove, type TeamMove, type TeamState } from './team-run.js';
import { createOfflineMind, type MindRequest, type TeamMind } from './team-mind.js';

/** What the run of one agent comes to; undefined when another process works on it. */
export type AdvancePart = (
  runId: string,
  options: { owner: string; isStopped(): boolean },
) => Promise<{ status: RunStatus; steps: Step[] } | undefined>;

export interface TeamWorkOptions {
  owner: string;
  onStep?(step: Step): void;
}

/**
 * A process at work on the run of a team. The team's log says who got which part; each part is a run of its own, with a
 * name made from its place, so that a repeated hand-out hands out nothing twice.
 */
export class TeamWork {
  constructor(
    private readonly deps: RunDependencies,
    private readonly run: Run,
    private readonly options: TeamWorkOptions,
    private readonly watch: RunWatch,
    private readonly advancePart: AdvancePart,
    readonly steps: Step[],
  ) {}

  async step(isCancelled: boolean): Promise<RunStatus | 'lost'> {
    const state = foldTeam(this.steps);
    try {
      return await this.take(nextTeamMove(state, isCancelled), state, isCancelled);
    } catch (error) {
      if (this.watch.isLost) return 'lost';
      if (this.watch.signal.aborted) return 'running';
      if (!(error instanceof StewardError)) throw error;
      this.deps.logger.warn(
        { run: this.run.id, code: error.code, error: describeError(error) },
        'A team stopped.',
      );
      const text = state.reports.map((report) => report.text).join('\n\n');
      const reason = error.code === 'gateway.budget' ? 'budget' : 'fault';
      return this.written({ kind: 'stopped', reason, text }, 'stopped');
    }
  }

  private async take(move: TeamMove, state: TeamState, isCancelled: boolean): Promise<RunStatus | 'lost'> {
    switch (move.kind) {
      case 'ended':
        return state.end?.kind === 'finished' ? 'finished' : 'stopped';
      case 'staff':
        return this.staff(state);
      case 'delegate':
        return this.delegate(move, state);
      case 'advance':
        return this.advance(state, isCancelled);
      case 'merge': {
        const findings = state.reports
          .filter(({ ok }) => ok)
          .map(({ agent, text }) => ({ by: this.titleOf(agent), text }));
        const { text, ...spent } = await this.think((mind, request) => mind.merge(request, findings));
        return this.written({ kind: 'merged', text, ...spent });
      }
      case 'check': {
        const checks = state.staffing?.checks ?? [];
        const { problems, ...spent } = await this.think((mind, request) =>
          mind.judge(request, move.text, checks),
        );
        return this.written({ kind: 'checked', ok: problems.length === 0, problems, ...spent });
      }
      case 'finish':
        return this.written({ kind: 'finished', text: move.text, confidence: move.confidence }, 'finished');
      default:
        return this.written({ kind: 'stopped', reason: move.reason, text: move.text }, 'stopped');
    }
  }

  /** Chooses who works in which way; a test-driven team writes its checks before anybody begins. */
  private async staff({ goal }: TeamState): Promise<RunStatus | 'lost'> {
    const staffing: Staffing = staffTask(goal, this.deps.agents, this.run.team);
    const isHeld = staffing.pattern === 'test-driven' || staffing.pattern === 'gate';
    const held = isHeld ? await this.think((mind, request) => mind.checks(request)) : { checks: [] };
    return this.written({ kind: 'staffed', ...staffing, ...held });
  }

  private async delegate(
    { agents, feedback }: Extract<TeamMove, { kind: 'delegate' }>,
    state: TeamState,
  ): Promise<RunStatus | 'lost'> {
    const now = this.deps.clock.now();
    const shared = contextText(await this.sharedEntries(now));
    const problems = feedback?.map((problem) => `- ${problem}`).join('\n');
    const context = [state.context, shared, problems && `What has to change:\n${problems}`]
      .filter(Boolean)
      .join('\n\n');
    for (const agent of agents) {
      const runId = `${this.run.id}.${this.steps.length}`;
      const part: StepBody = {
        kind: 'delegated',
        agent,
        runId,
        goal: state.goal,
        ...(context ? { context } : {}),
      };
      if (!(await this.append(part))) return 'lost';
    }
    return 'running';
  }

  /** What was written for this run, and before that for the run it was forked from. */
  private async sharedEntries(now: Date): Promise<ContextEntry[]> {
    const shared = this.deps.shared(this.run.tenantId);
    const { forkedFrom } = this.run;
    const before = forkedFrom ? await shared.read(forkedFrom.runId, now) : [];
    const kept = new Set(this.steps.map((step) => (step.kind === 'reported' ? step.runId : '')));
    const own = await shared.read(this.run.id, now);
    const isOwn = new Set(own.map(({ key }) => key));
    return [...before.filter(({ key, runId }) => kept.has(runId) && !isOwn.has(key)), ...own];
  }

  /** Parts that are out are worked on side by side; the team waits when all that are left wait. */
  private async advance({ open }: TeamState, isCancelled: boolean): Promise<RunStatus | 'lost'> {
    const runs = this.deps.runs(this.run.tenantId);
    const { id: parentId, tenantId, personId, origin, locale, correlationId } = this.run;
    const { memory } = foldRun(this.steps);
    const ended = await Promise.all(
      open.map(async ({ agent, runId, goal, context }) => {
        const now = this.deps.clock.now();
        const part = { id: runId, tenantId, agent, personId, origin, locale, correlationId, createdAt: now };
        const owner = `${this.options.owner}:${runId}`;
        await createRun(runs, { ...part, parentId }, [{ kind: 'started', goal, context, memory }], {
          owner,
          now,
        });
        if (isCancelled) await runs.requestCancel(runId);
        return this.advancePart(runId, { owner, isStopped: () => this.watch.signal.aborted });
      }),
    );
    let reported = 0;
    for (const [index, part] of ended.entries()) {
      const { agent, runId } = open[index] as (typeof open)[number];
      if (!part || part.status === 'suspended' || part.status === 'running') continue;
      if (!(await this.report(agent, runId, part.steps))) return 'lost';
      reported += 1;
    }
    if (reported > 0) return 'running';
    return ended.some((part) => part?.status === 'suspended') ? 'suspended' : 'lost';
  }

  /** Writes what an agent found where the others see it, and then into the log. */
  private async report(agent: string, runId: string, steps: Step[]): Promise<boolean> {
    const { end, costMicroUsd } = foldRun(steps);
    const ok = end?.kind === 'finished';
    const text = end?.text ?? '';
    const now = this.deps.clock.now();
    const entry = ok
      ? await this.deps.shared(this.run.tenantId).write(this.run.id, {
          key: this.titleOf(agent),
          value: text,
          writtenBy: agent,
          writtenAt: now,
          expiresAt: new Date(now.getTime() + CONTEXT_TTL_MS),
          runId,
        })
      : undefined;
    const shared = entry && { version: entry.version, expiresAt: entry.expiresAt.toISOString() };
    const isByModel = steps.some((step) => step.kind === 'thought' && step.model !== OFFLINE_THINKER);
    return this.append({
      kind: 'reported',
      isByModel,
      agent,
      runId,
      ok,
      text,
      costMicroUsd,
      ...(shared ? { shared } : {}),
    });
  }

  /** Asks the team's mind; without a model, or when it is out, what can be counted has to do. */
  private async think<T>(ask: (mind: TeamMind, request: MindRequest) => Promise<T>): Promise<T> {
    const { id, tenantId, personId, correlationId, locale, origin } = this.run;
    const request: MindRequest = {
      goal: foldTeam(this.steps).goal,
      locale,
      key: `${id}:${this.steps.length}`,
      signal: this.watch.signal,
      origin: {
        tenantId,
        personId,
        sessionId: conversationKey(origin),
        project: roomOf(origin),
        runId: id,
        agent: 'team',
        correlationId,
        purpose: 'team',
      },
    };
    try {
      return await ask(this.deps.mind, request);
    } catch (error) {
      const isOut = error instanceof StewardError && (error.retryable || error.code === 'gateway.budget');
      if (!isOut || this.watch.signal.aborted) throw error;
      this.deps.logger.warn({ run: id, error: describeError(error) }, 'A team goes on without a model.');
      return ask(createOfflineMind(), request);
    }
  }

  private titleOf(agent: string): string {
    return this.deps.agents.get(agent)?.title ?? agent;
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
