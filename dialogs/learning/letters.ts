import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { DocumentAccess } from '../../core/knowledge/document.js';
import type { Drift } from '../../core/knowledge/learning/answer-drift.js';
import type { GapDigest } from '../../core/knowledge/learning/question-gaps.js';
import type { StaleDocument } from '../../core/knowledge/learning/stale-documents.js';
import type { StandardAnswer } from '../../core/knowledge/learning/standard-answers.js';
import { openButton } from '../articles/article-content.js';
import { noticeContent } from '../cards/plain-cards.js';
import { plainLine } from '../plain-line.js';
import type { Texts } from '../texts.js';

const MOST_LISTED = 15;
/** Questions with a button of their own. */
const MOST_BUTTONS = 5;
const LONGEST = 200;
const LONGEST_BUTTON = 60;

/** Whether a letter may name a document to its reader. */
type MayKnow = (access: DocumentAccess) => boolean;

const plain = (text: string): string => plainLine(text, LONGEST);

/** What was asked near to somebody's pages and stayed open: how often and by how many people, never by whom. */
export function gapsLetter(
  texts: Texts,
  locale: string,
  { gaps }: Pick<GapDigest, 'gaps'>,
  { from, to }: { from: Date; to: Date },
  mayKnow: MayKnow,
): OutboundContent {
  const say = (key: Parameters<Texts['text']>[0], parameters: Record<string, string | number>): string =>
    texts.text(key, locale, parameters);
  const lines = gaps.slice(0, MOST_LISTED).map(({ question, times, people, nearest }) => {
    const often = [say('letter.times', { count: times }), say('letter.people', { count: people })].join(', ');
    const near =
      nearest && mayKnow(nearest.access) ? `; ${say('letter.nearest', { title: plain(nearest.title) })}` : '';
    return `- **${plain(question)}** (${often}${near})`;
  });
  const count = gaps.reduce((sum, { times }) => sum + times, 0);
  const period = { from: texts.date(from, locale), to: texts.date(to, locale) };
  return noticeContent(locale, {
    title: texts.text('digest.gaps', locale),
    text: [
      say('letter.gaps', { count, ...period }),
      '',
      ...lines,
      ...more(texts, locale, gaps.length),
      '',
      texts.text('letter.gaps-help', locale),
    ].join('\n'),
    actions: gaps.slice(0, MOST_BUTTONS).map(({ question }) => {
      const short = question.length > LONGEST_BUTTON ? `${question.slice(0, LONGEST_BUTTON - 1)}…` : question;
      return openButton(say('letter.write', { question: short }), { step: 'question', question });
    }),
  });
}

/** Pages that their owner should look at again; of those that the reader may not read only how many there are. */
export function staleLetter(
  texts: Texts,
  locale: string,
  stale: StaleDocument[],
  mayKnow: MayKnow,
): OutboundContent {
  const named = stale.filter(({ document }) => mayKnow(document.access));
  const lines = named.map(({ document, reason, since, citations }) => {
    const why =
      reason === 'review-due'
        ? texts.text('letter.review-due', locale, { date: texts.date(since, locale) })
        : texts.text('letter.old', locale);
    const used =
      citations > 0
        ? texts.text('letter.cited', locale, { count: citations })
        : texts.text('letter.not-cited', locale);
    return `- ${plain(document.title)} (${plain(`${document.collection}/${document.path}`)}): ${why}, ${used}`;
  });
  return noticeContent(locale, {
    text: [
      `**${texts.text('letter.stale', locale, { count: stale.length })}**`,
      '',
      ...listed(texts, locale, lines, stale.length),
    ].join('\n'),
  });
}

/** Standard answers that are not given any more because nobody looked at them in time. */
export function overdueLetter(
  texts: Texts,
  locale: string,
  answers: StandardAnswer[],
  mayKnow: MayKnow,
): OutboundContent {
  const named = answers.filter(({ access }) => mayKnow(access));
  const lines = named.map(({ phrasings, reviewBy }) => {
    const due = texts.text('letter.review-due', locale, { date: texts.date(reviewBy, locale) });
    return `- ${plain(phrasings[0] ?? '')}: ${due}`;
  });
  return noticeContent(locale, {
    text: [
      `**${texts.text('letter.overdue', locale, { count: answers.length })}**`,
      '',
      ...listed(texts, locale, lines, answers.length),
      '',
      texts.text('letter.overdue-help', locale),
    ].join('\n'),
  });
}

/** What became worse about the answers. */
export function driftLetter(texts: Texts, locale: string, drifts: Drift[]): OutboundContent {
  const lines = drifts.map(({ what, before, now }) => {
    const said = { before: texts.percent(before, locale), now: texts.percent(now, locale) };
    return `- ${texts.text(`letter.drift-${what}`, locale)}: ${texts.text('letter.before-now', locale, said)}`;
  });
  return noticeContent(locale, {
    text: [
      `**${texts.text('letter.drift', locale)}**`,
      '',
      ...lines,
      '',
      texts.text('letter.drift-help', locale),
    ].join('\n'),
    tone: 'warning',
  });
}

const more = (texts: Texts, locale: string, count: number): string[] =>
  count > MOST_LISTED ? [`- ${texts.text('article.more', locale, { count: count - MOST_LISTED })}`] : [];

/** The lines of what a reader may know of, and how many more there are and how many are hidden of all. */
function listed(texts: Texts, locale: string, lines: string[], all: number): string[] {
  const hidden = all - lines.length;
  return [
    ...lines.slice(0, MOST_LISTED),
    ...more(texts, locale, lines.length),
    ...(hidden > 0 ? [`- ${texts.text('letter.hidden', locale, { count: hidden })}`] : []),
  ];
}
