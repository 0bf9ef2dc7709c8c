import { foldRun, type Run, type RunStatus, type Step } from '../../core/agents/run/run.js';
import { OFFLINE_THINKER } from '../../core/agents/run/thinker.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { traceContent, type TraceStep } from '../cards/work-cards.js';
import type { Texts } from '../texts.js';

/** What a run came to, or why it has not come to anything yet. */
export function runContent(
  texts: Texts,
  run: Pick<Run, 'locale'>,
  status: RunStatus,
  steps: readonly Step[],
): OutboundContent {
  const { end, observations } = foldRun(steps);
  const say = (key: Parameters<Texts['text']>[0]): string => texts.text(key, run.locale);
  const isWritten = steps.some((step) => step.kind === 'thought' && step.model !== OFFLINE_THINKER);
  const shared = { aiGenerated: isWritten || undefined, suggestions: ['trace'] };
  if (end?.kind === 'finished') return { ...shared, text: end.text };
  if (end?.kind !== 'stopped') {
    const found = observations.filter(({ ok }) => ok).map(({ text }) => text);
    return {
      ...shared,
      text: [...found, status === 'suspended' ? say('progress.waiting') : ''].join('\n\n').trim(),
    };
  }
  const why = {
    cancelled: say('progress.stopped'),
    budget: `${say('error.budget')} ${say('error-help.budget')}`,
    fault: `${say('error.unavailable')} ${say('error-help.unavailable')}`,
    steps: say('agent.gave-up'),
    failures: say('agent.gave-up'),
    confidence: say('agent.unsure'),
  }[end.reason];
  return { ...shared, text: [why, end.text].filter(Boolean).join('\n\n') };
}

/** "How I got here": what was thought, used and checked, with time and cost. */
export function runTrace(
  texts: Texts,
  locale: string,
  steps: readonly Step[],
  titleOf: (tool: string) => string,
): OutboundContent {
  const lines = steps.flatMap((step, index): TraceStep[] => {
    const before = steps[index - 1];
    const durationMs = before ? step.at.getTime() - before.at.getTime() : 0;
    switch (step.kind) {
      case 'started':
        return [{ text: step.goal.slice(0, 200), detail: '', state: 'done' }];
      case 'thought':
        if (step.model === OFFLINE_THINKER) return [];
        return [
          {
            text: texts.text('progress.drafting', locale),
            detail: `${step.model}\n\n${step.text || step.calls.map(({ tool }) => titleOf(tool)).join(', ')}`,
            state: 'done',
            durationMs,
            costMicroUsd: step.costMicroUsd,
          },
        ];
      case 'observation':
        return [
          {
            text: texts.text('progress.tool', locale, { tool: titleOf(step.tool) }),
            detail: step.text.slice(0, 1_500),
            state: step.ok ? 'done' : 'failed',
            durationMs,
          },
        ];
      case 'suspended':
        return [
          { text: texts.text('progress.waiting', locale), detail: titleOf(step.tool), state: 'waiting' },
        ];
      case 'verified':
        return [
          {
            text: texts.text('progress.checking', locale),
            detail: texts.percent(step.grounding, locale),
            state: step.ok ? 'done' : 'failed',
            durationMs,
          },
        ];
      default:
        return [];
    }
  });
  return traceContent(texts, locale, lines);
}
