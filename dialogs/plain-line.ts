import { escapeMarkdown } from '../cards/escape-markdown.js';
import { singleLine } from '../core/knowledge/ingest/text-cleaning.js';

/** Words of others inside our markdown: one line of so many characters at most, no markup. */
export const plainLine = (text = '', longest = Number.POSITIVE_INFINITY): string =>
  escapeMarkdown(singleLine(text).slice(0, longest));
