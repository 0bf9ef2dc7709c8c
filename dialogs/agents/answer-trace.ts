import type { AnswerStep } from '../../core/kernel/answer.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { traceContent, type TraceStep } from '../cards/work-cards.js';
import type { Texts } from '../texts.js';

/** An answer that was given, as far as "how did you get here" wants to know. */
export interface GivenAnswer {
  question: string;
  steps: AnswerStep[];
  at: Date;
}

/** "How I got here" for an answer: what was looked at, which model wrote it by which prompt, what it cost, how well it is supported. */
export function answerTrace(texts: Texts, locale: string, { question, steps }: GivenAnswer): OutboundContent {
  const lines = steps.map((step): TraceStep => {
    switch (step.kind) {
      case 'searched':
        return {
          text: texts.text('progress.searching', locale),
          detail: step.titles.map((title) => `- ${title}`).join('\n'),
          state: 'done',
          durationMs: step.ms,
        };
      case 'written':
        return {
          text: texts.text('progress.drafting', locale),
          detail: `${[...step.fellBackFrom, step.model].join(' → ')} · ${[step.prompt, ...(step.besides ?? [])].join(', ')}`,
          state: 'done',
          durationMs: step.ms,
          costMicroUsd: step.costMicroUsd,
        };
      default:
        return {
          text: texts.text('progress.checking', locale),
          detail: texts.percent(step.grounding, locale),
          state: 'done',
          durationMs: step.ms,
        };
    }
  });
  const asked: TraceStep = { text: question.slice(0, 200), detail: '', state: 'done' };
  return traceContent(texts, locale, [asked, ...lines]);
}
