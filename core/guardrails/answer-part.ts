import type { OutboundContent } from '../kernel/outbound-message.js';

/** What the output screen judges of an answer, and the passages it is held against. */
export interface AnswerPart {
  text: string;
  passages?: string[];
  /** What an answer quotes that is nothing but quotes: there is nothing to hold it against, but what it names is no leak. */
  quotes?: string[];
}

/** An answer as it was written before the screen changed it or held it back. */
export interface WithheldAnswer extends AnswerPart {
  messageId: string;
}

/** The part of an answer that somebody else than Steward wrote. What only quotes its sources needs none to support it. */
export function answerPartOf(content: OutboundContent): AnswerPart {
  const { remark = '', citations } = content;
  const text = content.text.slice(0, content.text.length - remark.length);
  if (!citations) return { text };
  const quotes = citations.map(({ quote }) => quote);
  return quotedOnly(text, content) ? { text, quotes } : { text, passages: quotes };
}

/**
 * True for an answer that is put together from its own citations, word for word: there is nothing to ground. Lists and
 * tables stand in it cell by cell and item by item.
 */
function quotedOnly(text: string, { citations = [] }: OutboundContent): boolean {
  const pieces = citations
    .flatMap(({ quote, lead }) => [quote, ...(lead ? [lead] : [])])
    .flatMap((words) => words.split(/\n| \| /))
    .map((piece) => piece.replace(/^- /, '').trim())
    .filter((piece) => piece.length > 1)
    .sort((a, b) => b.length - a.length);
  const rest = pieces.reduce((left, piece) => left.replaceAll(piece, ''), text);
  return citations.length > 0 && !/\p{L}|\d{2}/u.test(rest.replace(/\[\d+\]/g, ''));
}
