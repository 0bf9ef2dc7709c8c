import type { AgentDefinition } from '../../core/agents/definition.js';
import { describeCheck } from '../../core/agents/team/checks.js';
import { OFFLINE_MIND } from '../../core/agents/team/team-mind.js';
import { foldRun, type Run, type RunStatus, type Step, type Written } from '../../core/agents/run/run.js';
import { OFFLINE_THINKER } from '../../core/agents/run/thinker.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { traceContent, type TraceStep } from '../cards/work-cards.js';
import type { Texts } from '../texts.js';
import { inReadersWords } from './offline-words.js';

/** What a run came to, or why it has not come to anything yet. */
export function runContent(
  texts: Texts,
  run: Pick<Run, 'locale'>,
  status: RunStatus,
  steps: readonly Step[],
): OutboundContent {
  const { end, observations } = foldRun(steps);
  const say = (key: Parameters<Texts['text']>[0]): string => texts.text(key, run.locale);
  const isWritten = steps.some(isByModel);
  const shared = { aiGenerated: isWritten || undefined, suggestions: ['trace'] };
  const read = (text: string): string => (isWritten ? text : inReadersWords(texts, text, run.locale));
  if (end?.kind === 'finished') return { ...shared, text: read(end.text) };
  if (end?.kind !== 'stopped') {
    const found = observations
      .filter(({ ok }) => ok)
      .map(({ text }) => inReadersWords(texts, text, run.locale));
    return {
      ...shared,
      text: [...found, status === 'suspended' ? say('progress.waiting') : ''].join('\n\n').trim(),
    };
  }
  const why = {
    cancelled: say('progress.stopped'),
    budget: `${say('error.budget')} ${say('error-help.budget')}`,
    fault: `${say('error.unavailable')} ${say('error-help.unavailable')}`,
    steps: say(end.text ? 'agent.gave-up' : 'agent.found-nothing'),
    failures: say(end.text ? 'agent.gave-up' : 'agent.found-nothing'),
    confidence: say('agent.unsure'),
    rule: say('escalation.reason-policy'),
  }[end.reason];
  return { ...shared, text: [why, read(end.text)].filter(Boolean).join('\n\n') };
}

const isByModel = (step: Step): boolean =>
  (step.kind === 'thought' && step.model !== OFFLINE_THINKER) ||
  (step.kind === 'merged' && step.model !== OFFLINE_MIND) ||
  (step.kind === 'reported' && step.isByModel);

/** Who handed over to whom in a team, in which version and until when it holds; undefined where one worked alone. */
export function handOverNotes(
  texts: Texts,
  locale: string,
  steps: readonly Step[],
  agents: ReadonlyMap<string, AgentDefinition>,
): string | undefined {
  const staffed = steps.find((step) => step.kind === 'staffed');
  if (staffed?.kind !== 'staffed') return undefined;
  const titleOf = (name: string): string => agents.get(name)?.title ?? name;
  const chosen = texts.text('team.chosen', locale, {
    pattern: texts.text(`team.pattern-${staffed.pattern}`, locale),
    names: texts.list(staffed.agents.map(titleOf), locale),
  });
  const notes = steps.flatMap((step, index): string[] => {
    if (step.kind !== 'delegated') return [];
    const before = steps.slice(0, index).findLast((each) => each.kind === 'reported');
    if (before?.kind !== 'reported' || !before.shared || before.agent === step.agent) return [];
    return [
      texts.text('agent.handed-over', locale, {
        from: titleOf(before.agent),
        to: titleOf(step.agent),
        version: before.shared.version,
        until: texts.dateTime(new Date(before.shared.expiresAt), locale),
      }),
    ];
  });
  const checks =
    staffed.checks.length > 0 ? [texts.text('team.checks', locale, { count: staffed.checks.length })] : [];
  return [chosen, ...checks, ...notes].map((line) => `- ${line}`).join('\n');
}

/** Who wrote a step, and by which versions of which prompts. */
const madeBy = ({ model, prompt, besides = [] }: Omit<Written, 'costMicroUsd'>): string =>
  prompt ? `${model} · ${[prompt, ...besides].join(', ')}` : model;

export interface TraceSources {
  titleOf(tool: string): string;
  agents: ReadonlyMap<string, AgentDefinition>;
  /** Logs of a team's parts, by run. */
  parts?: ReadonlyMap<string, readonly Step[]>;
}

/** "How I got here": what was thought, used and checked, with time and cost. A step is named by its number in the log. */
export function runTrace(
  texts: Texts,
  locale: string,
  steps: readonly Step[],
  sources: TraceSources,
): OutboundContent {
  return traceContent(texts, locale, traceLines(texts, locale, steps, sources));
}

function traceLines(
  texts: Texts,
  locale: string,
  steps: readonly Step[],
  sources: TraceSources,
  within = '',
): TraceStep[] {
  const { titleOf, agents, parts } = sources;
  const agentTitle = (name: string): string => agents.get(name)?.title ?? name;
  const toolTitle = (name: string): string => texts.tools.title({ name, title: titleOf(name) }, locale);
  const read = (text: string): string => inReadersWords(texts, text, locale);
  return steps.flatMap((step, index): TraceStep[] => {
    const before = steps[index - 1];
    const durationMs = before ? step.at.getTime() - before.at.getTime() : 0;
    const line = (text: string, detail: string, more: Partial<TraceStep> = {}): TraceStep[] => [
      { text: `${within || `${step.number}. `}${text}`, detail, state: 'done', durationMs, ...more },
    ];
    switch (step.kind) {
      case 'started':
        return within ? [] : line(step.goal.slice(0, 200), step.context ?? '', { durationMs: undefined });
      case 'instruction':
        return line(step.text.slice(0, 200), '', { durationMs: undefined });
      case 'thought':
        if (step.model === OFFLINE_THINKER) return [];
        return line(
          texts.text('progress.drafting', locale),
          `${madeBy(step)}\n\n${step.text || step.calls.map(({ tool }) => toolTitle(tool)).join(', ')}`,
          { costMicroUsd: step.costMicroUsd },
        );
      case 'observation':
        return line(
          texts.text('progress.tool', locale, { tool: toolTitle(step.tool) }),
          read(step.text.slice(0, 1_500)),
          {
            state: step.ok ? 'done' : 'failed',
          },
        );
      case 'strategy':
        return line(texts.text('agent.strategy', locale), step.text);
      case 'suspended':
        return line(texts.text('progress.waiting', locale), toolTitle(step.tool), { state: 'waiting' });
      case 'verified':
        return line(texts.text('progress.checking', locale), texts.percent(step.grounding, locale), {
          state: step.ok ? 'done' : 'failed',
        });
      case 'staffed':
        return line(
          texts.text('team.chosen', locale, {
            pattern: texts.text(`team.pattern-${step.pattern}`, locale),
            names: texts.list(step.agents.map(agentTitle), locale),
          }),
          [
            ...(step.prompt ? [`${madeBy({ ...step, model: step.model ?? '' })}\n`] : []),
            ...step.checks.map((check) => `- ${read(describeCheck(check))}`),
          ].join('\n'),
          { costMicroUsd: step.costMicroUsd },
        );
      case 'reported':
        return [
          ...traceLines(
            texts,
            locale,
            parts?.get(step.runId) ?? [],
            sources,
            `↳ ${agentTitle(step.agent)}: `,
          ),
          // what the parts cost stands with their own steps
          ...line(
            agentTitle(step.agent),
            step.isByModel ? step.text.slice(0, 1_500) : read(step.text.slice(0, 1_500)),
            { state: step.ok ? 'done' : 'failed' },
          ),
        ];
      case 'merged':
        return line(texts.text('team.merged', locale), madeBy(step), { costMicroUsd: step.costMicroUsd });
      case 'checked':
        return line(
          texts.text('team.checked', locale),
          [madeBy(step), ...step.problems.map(read)].join('\n'),
          {
            state: step.ok ? 'done' : 'failed',
            costMicroUsd: step.costMicroUsd,
          },
        );
      default:
        return [];
    }
  });
}
