import type { CardElement } from '../adaptive-card.js';
import { titleElements } from './table.js';

export interface TimelinePart {
  title?: string;
  entries: { at: string; text: string; state?: string }[];
}

/** Entries under each other: when on the left, what on the right. */
export function timelinePartElements({ title, entries }: TimelinePart): CardElement[] {
  return [...titleElements(title), ...entries.map(entryElement)];
}

function entryElement({ at, text, state }: TimelinePart['entries'][number]): CardElement {
  return {
    type: 'ColumnSet',
    spacing: 'small',
    columns: [
      {
        type: 'Column',
        width: '90px',
        items: [{ type: 'TextBlock', text: at, isSubtle: true, size: 'small', wrap: true }],
      },
      {
        type: 'Column',
        width: 'stretch',
        items: [
          { type: 'TextBlock', text, wrap: true },
          ...(state === undefined
            ? []
            : [
                {
                  type: 'TextBlock',
                  text: state,
                  isSubtle: true,
                  size: 'small',
                  spacing: 'none',
                  wrap: true,
                },
              ]),
        ],
      },
    ],
  };
}
