import type { CardInput } from '../../cards/data.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { StandardAnswer } from '../../core/knowledge/learning/standard-answers.js';
import { formContent } from '../cards/form-card.js';
import { noticeContent } from '../cards/plain-cards.js';
import { plainLine } from '../plain-line.js';
import { dayOf, inAYear, reviewFields } from '../review-fields.js';
import type { TextKey, Texts } from '../texts.js';

type Button = NonNullable<CardInput<'notice'>['actions']>[number];

/** What a form or a button is about; comes back with it. */
export type StandardAnswerReference = {
  /** Tells these forms from those of other dialogs. */
  about: 'standard-answer';
  /** Of the message that holds it. */
  copyKey: string;
  /** Without one it is about an answer that is still to be kept. */
  answerId?: string;
  /** That was seen when the form was opened or the button shown. */
  revision?: number;
};

export const READERS = ['internal', 'confidential', 'public'] as const;
export const LONGEST = { question: 300, answer: 3_000 };
export const MOST_QUESTIONS = 20;
const LONGEST_SHOWN = 600;

const readersKey = {
  internal: 'article.readers-internal',
  confidential: 'article.readers-confidential',
  public: 'standard.readers-public',
} as const satisfies Record<(typeof READERS)[number], TextKey>;

/** Who gets it, where that is one of the three that chat offers. */
export const readersOf = ({ access }: Pick<StandardAnswer, 'access'>): (typeof READERS)[number] | undefined =>
  READERS.find((name) => name === access.classification);

/** Questions, answer, owner, date of review and readers, to be written or changed. */
export function standardAnswerForm(
  texts: Texts,
  locale: string,
  reference: StandardAnswerReference,
  { values, errors }: { values: JsonObject; errors?: Record<string, string> },
): OutboundContent {
  const say = (key: TextKey): string => texts.text(key, locale);
  return formContent(texts, locale, {
    title: say('standard.title'),
    text: errors ? say('form.fix') : say('standard.about'),
    schema: {
      type: 'object',
      properties: {
        questions: {
          type: 'string',
          title: say('standard.field-questions'),
          maxLength: 3_000,
          'x-multiline': true,
        },
        answer: {
          type: 'string',
          title: say('standard.field-answer'),
          maxLength: LONGEST.answer,
          'x-multiline': true,
        },
        ...reviewFields(texts, locale),
        readers: {
          title: say('standard.field-readers'),
          default: 'internal',
          oneOf: READERS.map((name) => ({ const: name, title: say(readersKey[name]) })),
        },
      },
      required: ['questions', 'answer', 'owner', 'reviewBy'],
    },
    values,
    errors,
    reference,
  });
}

/** What a form starts with: what is kept, or a year until somebody looks at it again. */
export function startValues(
  answer: StandardAnswer | undefined,
  person: { id: string; email?: string },
  now: Date,
): JsonObject {
  if (!answer) return { owner: person.email ?? person.id, reviewBy: inAYear(now), readers: 'internal' };
  return {
    questions: answer.phrasings.join('\n'),
    answer: answer.answer,
    owner: answer.owner,
    reviewBy: dayOf(answer.reviewBy),
    readers: readersOf(answer) ?? 'internal',
  };
}

/** How a standard answer stands, with what can be done about it. */
export function standardAnswerNotice(
  texts: Texts,
  locale: string,
  answer: StandardAnswer,
  { owner, now, copyKey }: { owner: string; now: Date; copyKey: string },
): OutboundContent {
  const reference: StandardAnswerReference = {
    about: 'standard-answer',
    copyKey,
    answerId: answer.id,
    revision: answer.revision ?? 0,
  };
  const button = (what: 'edit' | 'remove' | 'undo'): Button => ({
    title: texts.text(`standard.${what}`, locale),
    verb: what === 'edit' ? 'standard.open' : `standard.${what}`,
    data: reference,
    style: what === 'remove' ? 'destructive' : 'default',
  });
  const state = !answer.enabled ? 'off' : answer.reviewBy <= now ? 'overdue' : 'given';
  const readers = readersOf(answer);
  const shown =
    answer.answer.length > LONGEST_SHOWN ? `${answer.answer.slice(0, LONGEST_SHOWN)} …` : answer.answer;
  const facts = [
    texts.text(`standard.${state}`, locale, {
      owner: plainLine(owner),
      date: texts.date(answer.reviewBy, locale),
    }),
    ...(readers
      ? [`${texts.text('standard.field-readers', locale)}: ${texts.text(readersKey[readers], locale)}`]
      : []),
  ];
  return noticeContent(locale, {
    text: [`**${plainLine(answer.phrasings[0])}**`, shown, `_${facts.join(' · ')}_`].join('\n\n'),
    tone: state === 'given' ? 'default' : 'warning',
    actions: [
      button('edit'),
      ...(answer.enabled ? [button('remove')] : []),
      ...(answer.before ? [button('undo')] : []),
    ],
  });
}

/** Ends the list, and stands alone where there is none yet. */
export function standardAnswersEnd(
  texts: Texts,
  locale: string,
  { count, hidden }: { count: number; hidden: number },
): OutboundContent {
  const said = [
    ...(count === 0 ? [texts.text('standard.none', locale)] : []),
    ...(hidden > 0 ? [texts.text('standard.more', locale, { count: hidden })] : []),
    texts.text('standard.about', locale),
  ];
  return noticeContent(locale, {
    text: said.join(' '),
    actions: [
      {
        title: texts.text('standard.add', locale),
        verb: 'standard.open',
        data: { about: 'standard-answer' },
        style: 'default',
      },
    ],
  });
}
