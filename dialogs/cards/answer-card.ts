import { cardContent, type CardInput } from '../../cards/data.js';
import type { Answer, AnswerPart, Citation } from '../../core/kernel/answer.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { TextKey, Texts } from '../texts.js';
import { formContent } from './form-card.js';

export interface AnswerCardOptions {
  /** Public address of a cited document, if it has one. */
  urlOf?(citation: Pick<Citation, 'documentId' | 'path'>): string | undefined;
  /** Public page with the whole answer, for one that is too long for a card. */
  fullUrl?: string;
  /** False leaves out the button that calls a person. */
  mayAskPerson?: boolean;
}

/** An answer as it is said: text, citations that open their passage, parts, confidence and thumbs. */
export function answerContent(
  texts: Texts,
  locale: string,
  answer: Answer,
  options: AnswerCardOptions = {},
): OutboundContent {
  if (!answer.answered) return noAnswerContent(texts, locale, answer, options);
  const remark = answer.note && `\n\n_${texts.text(`answer.${answer.note}`, locale)}_`;
  const text = [answer.text, ...answer.parts.flatMap(textOfPart)].join('\n\n') + (remark ?? '');
  return {
    text,
    card: cardContent('answer', {
      locale,
      text,
      parts: answer.parts.flatMap((part) => shownPart(texts, locale, part)),
      citations: answer.citations.slice(0, 20).map((citation) => citationRow(citation, options)),
      labels: answerLabels(texts, locale, answer),
      tone: answer.confidence >= 0.5 ? 'default' : 'warning',
      full: { title: texts.text('answer.full', locale), url: options.fullUrl },
      reference: { answerId: answer.id },
    }),
    citations: answer.citations,
    aiGenerated: answer.model !== 'standard-answer',
    ...(remark ? { remark } : {}),
    feedbackFor: answer.id,
    ...(answer.steps?.some(({ kind }) => kind === 'written') ? { suggestions: ['trace'] } : {}),
  };
}

/** The forms among an answer's parts, each a message of its own: a click on a form replaces its card. */
export function answerForms(texts: Texts, locale: string, answer: Answer): OutboundContent[] {
  return answer.parts.flatMap((part) =>
    part.kind === 'form'
      ? [
          formContent(texts, locale, {
            title: part.title,
            schema: part.schema,
            values: part.values,
            reference: { answerId: answer.id, for: part.verb },
          }),
        ]
      : [],
  );
}

/** "I don't know", what comes nearest, and the offer to ask a person. */
export function noAnswerContent(
  texts: Texts,
  locale: string,
  answer: Pick<Answer, 'id' | 'text' | 'nearest' | 'note'>,
  { urlOf, mayAskPerson = true }: AnswerCardOptions = {},
): OutboundContent {
  const isNear = answer.nearest.some(({ quote }) => quote !== undefined);
  const said =
    answer.text === '' ? texts.text(isNear ? 'no-answer.near' : 'no-answer.text', locale) : answer.text;
  const text = answer.note ? `${said}\n\n_${texts.text(`answer.${answer.note}`, locale)}_` : said;
  return {
    text: `**${texts.text('no-answer.title', locale)}.** ${text}`,
    card: cardContent('no-answer', {
      locale,
      title: texts.text('no-answer.title', locale),
      text,
      nearestTitle: texts.text('no-answer.nearest', locale),
      nearest: answer.nearest.slice(0, 5).map(({ documentId, path, title, quote }) => ({
        title,
        path,
        quote,
        url: publicUrl(urlOf?.({ documentId, path })),
      })),
      ...(mayAskPerson ? { askPerson: texts.text('no-answer.ask-person', locale) } : {}),
      reference: { answerId: answer.id },
    }),
    feedbackFor: answer.id,
  };
}

/** Answers that no model wrote. */
const ORIGINS: Partial<Record<string, TextKey>> = {
  offline: 'answer.extracted',
  'offline/extractive': 'answer.extracted',
  'standard-answer': 'answer.agreed',
};

function answerLabels(texts: Texts, locale: string, answer: Answer): CardInput<'answer'>['labels'] {
  const level = answer.confidence >= 0.75 ? 'high' : answer.confidence >= 0.5 ? 'medium' : 'low';
  return {
    sources: texts.text('answer.sources', locale),
    ai: texts.text(ORIGINS[answer.model] ?? 'answer.ai', locale),
    confidence: texts.text(`answer.confidence-${level}`, locale),
    helpful: texts.text('answer.helpful', locale),
    notHelpful: texts.text('answer.not-helpful', locale),
    reason: texts.text('answer.reason', locale),
    reasonPlaceholder: texts.text('answer.reason-placeholder', locale),
    send: texts.text('answer.send', locale),
  };
}

function citationRow(
  citation: Citation,
  { urlOf }: AnswerCardOptions,
): CardInput<'answer'>['citations'][number] {
  return {
    number: citation.number,
    title: citation.title,
    place: citation.headings.length > 0 ? citation.headings.join(' › ') : citation.path,
    quote: citation.quote,
    url: publicUrl(urlOf?.(citation)),
  };
}

/** Only web addresses become links. */
function publicUrl(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) && /^https?:/.test(url) ? url : undefined;
}

function textOfPart(part: AnswerPart): string[] {
  return part.kind === 'text' ? [part.markdown] : [];
}

function shownPart(
  texts: Texts,
  locale: string,
  part: AnswerPart,
): NonNullable<CardInput<'answer'>['parts']> {
  const more = texts.text('answer.rows-shown', locale);
  if (part.kind === 'table' || part.kind === 'chart') return [{ ...part, more }];
  return part.kind === 'timeline' ? [part] : [];
}
