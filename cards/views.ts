import type { z } from 'zod';
import type { CardElement } from './adaptive-card.js';
import type { CardData, CardName } from './data.js';
import type { answer, chartPart, tablePart, timelinePart } from './data/answers.js';
import type { stepState } from './data/fields.js';
import { inputsFromSchema } from './elements/inputs.js';
import { chartPartElements } from './elements/chart.js';
import { tablePartElements } from './elements/table.js';
import { textElements } from './elements/text.js';
import { timelinePartElements } from './elements/timeline.js';

type Part = z.output<typeof tablePart> | z.output<typeof chartPart> | z.output<typeof timelinePart>;

/** What a template needs beside its data: elements made by code, colours, symbols. */
type View<Name extends CardName> = (data: CardData<Name>) => object;

const STEP_LOOK: Record<z.output<typeof stepState>, { icon: string; color: string }> = {
  done: { icon: '✓', color: 'good' },
  active: { icon: '●', color: 'accent' },
  waiting: { icon: '○', color: 'default' },
  failed: { icon: '✕', color: 'attention' },
  skipped: { icon: '–', color: 'default' },
};

const withLook = <Step extends { state: keyof typeof STEP_LOOK }>(
  step: Step,
): Step & { icon: string; color: string } => ({
  ...step,
  ...STEP_LOOK[step.state],
});

function partElements(part: Part): CardElement[] {
  if (part.kind === 'table') return tablePartElements(part);
  return part.kind === 'chart' ? chartPartElements(part) : timelinePartElements(part);
}

function answerView(data: z.output<typeof answer>): object {
  return { textElements: textElements(data.text), partElements: data.parts.flatMap(partElements) };
}

/** A template without an entry is bound to its data as it is. */
export const VIEWS: { [Name in CardName]?: View<Name> } = {
  answer: answerView,
  'no-answer': ({ text }) => ({ textElements: textElements(text) }),
  notice: ({ text }) => ({ textElements: textElements(text) }),
  form: ({ schema, values, errors, labels }) => ({
    inputs: inputsFromSchema(schema, values ?? {}, errors ?? {}, labels),
  }),
  progress: ({ steps }) => ({ steps: steps.map(withLook) }),
  table: (part) => ({ elements: tablePartElements({ ...part, title: undefined }) }),
  chart: (part) => ({ elements: chartPartElements(part).slice(1) }),
  timeline: (part) => ({ elements: timelinePartElements({ ...part, title: undefined }) }),
};
