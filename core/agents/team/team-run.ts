import type { Step, StopReason } from '../run/run.js';
import type { Check } from './checks.js';
import type { Staffing } from './pattern.js';

type Report = Extract<Step, { kind: 'reported' }>;

/** What a team's log amounts to. */
export interface TeamState {
  goal: string;
  context?: string;
  staffing?: Staffing & { checks: Check[] };
  /** Parts that were handed out and have not come back. */
  open: Extract<Step, { kind: 'delegated' }>[];
  delegated: number;
  reports: Report[];
  merged?: string;
  /** The verdict on the last report; undefined until it was looked at. */
  verdict?: { ok: boolean; problems: string[] };
  /** Verdicts so far. */
  rounds: number;
  end?: Extract<Step, { kind: 'finished' | 'stopped' }>;
}

export function foldTeam(steps: readonly Step[]): TeamState {
  const state: TeamState = { goal: '', open: [], delegated: 0, reports: [], rounds: 0 };
  for (const step of steps) {
    switch (step.kind) {
      case 'started':
        state.goal = step.goal;
        state.context = step.context;
        break;
      case 'instruction':
        state.goal = `${state.goal}\n${step.text}`;
        break;
      case 'staffed':
        state.staffing = step;
        break;
      case 'delegated':
        state.open.push(step);
        state.delegated += 1;
        break;
      case 'reported':
        state.open = state.open.filter(({ runId }) => runId !== step.runId);
        state.reports.push(step);
        state.verdict = undefined;
        break;
      case 'merged':
        state.merged = step.text;
        break;
      case 'checked':
        state.verdict = step;
        state.rounds += 1;
        break;
      case 'finished':
      case 'stopped':
        state.end = step;
        break;
      default:
    }
  }
  return state;
}

export type TeamMove =
  | { kind: 'staff' }
  /** One part each; `feedback` is what the last result got wrong. */
  | { kind: 'delegate'; agents: string[]; feedback?: string[] }
  /** Works on the parts that are out. */
  | { kind: 'advance' }
  | { kind: 'merge' }
  | { kind: 'check'; text: string }
  | { kind: 'finish'; text: string; confidence: number }
  | { kind: 'stop'; reason: StopReason; text: string }
  | { kind: 'ended' };

/** Tries that a worker has to satisfy the checks. */
export const MOST_ROUNDS = 3;

/** What a team does next, from its log alone. */
export function nextTeamMove(state: TeamState, isCancelled: boolean): TeamMove {
  const { staffing, open, reports, end } = state;
  const last = reports.at(-1);
  if (end) return { kind: 'ended' };
  if (isCancelled && open.length === 0) return { kind: 'stop', reason: 'cancelled', text: last?.text ?? '' };
  if (!staffing) return { kind: 'staff' };
  if (open.length > 0) return { kind: 'advance' };
  if (staffing.pattern === 'fan-out') return fanOut(state, staffing);
  if (last && !last.ok) return { kind: 'stop', reason: 'failures', text: textOf(reports) };
  const next = staffing.agents[reports.length];
  if (staffing.pattern === 'single' || staffing.pattern === 'pipeline') {
    return next && (staffing.pattern === 'pipeline' || !last)
      ? { kind: 'delegate', agents: [next] }
      : { kind: 'finish', text: last?.text ?? '', confidence: 1 };
  }
  return iterate(state, staffing);
}

function fanOut({ reports, delegated, merged }: TeamState, { agents }: Staffing): TeamMove {
  if (delegated === 0) return { kind: 'delegate', agents };
  if (merged !== undefined) return { kind: 'finish', text: merged, confidence: 1 };
  return reports.some(({ ok }) => ok)
    ? { kind: 'merge' }
    : { kind: 'stop', reason: 'failures', text: textOf(reports) };
}

/** A gate and a test-driven team: work, check, and work again on what the check found. */
function iterate({ reports, verdict, rounds }: TeamState, { agents }: Staffing): TeamMove {
  const last = reports.at(-1);
  const before = reports.at(-2);
  const worker = agents.slice(0, 1);
  if (!last) return { kind: 'delegate', agents: worker };
  if (!verdict) return { kind: 'check', text: last.text };
  if (verdict.ok) return { kind: 'finish', text: last.text, confidence: 1 };
  // the same text a second time will not become another one by asking again
  if (rounds >= MOST_ROUNDS || before?.text === last.text)
    return { kind: 'stop', reason: 'confidence', text: withProblems(last.text, verdict.problems) };
  return { kind: 'delegate', agents: worker, feedback: verdict.problems };
}

const textOf = (reports: readonly Report[]): string =>
  reports
    .map(({ text }) => text)
    .filter(Boolean)
    .join('\n\n');

const withProblems = (text: string, problems: string[]): string =>
  `${text}\n\n${problems.map((problem) => `- ⚠️ ${problem}`).join('\n')}`;
