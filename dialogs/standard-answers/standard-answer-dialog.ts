import { z } from 'zod';
import { mayDo } from '../../core/governance/permissions.js';
import { digest, type JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { readerMayRead, readerOf } from '../../core/knowledge/access.js';
import {
  changedAnswer,
  type SharedStandardAnswers,
  type StandardAnswer,
  type StandardAnswerContent,
} from '../../core/knowledge/learning/standard-answers.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import { putInPlace } from '../put-in-place.js';
import { readReview, typed } from '../review-fields.js';
import { tellClicker } from '../tell-clicker.js';
import type { TextKey, Texts } from '../texts.js';
import { readStandardAnswersCommand } from './read-standard-answers-command.js';
import {
  LONGEST,
  MOST_QUESTIONS,
  READERS,
  readersOf,
  standardAnswerForm,
  standardAnswerNotice,
  standardAnswersEnd,
  startValues,
  type StandardAnswerReference,
} from './standard-answer-content.js';

export interface StandardAnswerDependencies {
  texts: Texts;
  answers(tenantId: string): Pick<SharedStandardAnswers, 'list' | 'get' | 'add' | 'replace'>;
  /** Somebody active by id, mail address or whole name. */
  person(turn: Turn, words: string): Promise<{ id: string; name: string; email?: string } | undefined>;
  now(): Date;
}

const referenceSchema = z.object({
  about: z.literal('standard-answer'),
  copyKey: z.string().max(200).optional(),
  answerId: z.string().max(100).optional(),
  revision: z.number().int().min(0).optional(),
});
const LISTED = 8;
const VERBS = ['standard.open', 'standard.remove', 'standard.undo', 'form.submit', 'form.cancel'];

/** Standard answers in chat: an administrator sees them, adds, changes and takes away, and takes each change back. */
export function standardAnswerDialog(deps: StandardAnswerDependencies): Dialog {
  const { texts } = deps;
  return async (turn) => {
    const { kind, addressed, action, text } = turn.activity;
    const command = kind === 'message' && addressed ? readStandardAnswersCommand(text) : undefined;
    const isClick = kind === 'card-action' && action !== undefined && VERBS.includes(action.verb);
    const clicked = isClick ? referenceSchema.safeParse(action.data).data : undefined;
    if (!command && !clicked) return false;
    const say = (key: TextKey): string => texts.text(key, turn.locale);
    const refuse = (key: TextKey): true => {
      if (clicked) tellClicker(turn, say(key));
      else turn.reply(noticeContent(turn.locale, { text: say(key) }));
      return true;
    };
    if (!mayDo(turn.person, 'knowledge:publish')) return refuse('error.not-permitted');
    // An answer for managers is nobody else's business.
    if (turn.conversation.scope !== 'personal') return refuse('standard.personal');
    const reference = {
      about: 'standard-answer' as const,
      ...clicked,
      copyKey: clicked?.copyKey ?? `form:${turn.id}`,
    };
    if (command === 'list') await list(turn, deps);
    else if (command === 'add' || action?.verb === 'standard.open') await open(turn, deps, reference);
    else if (action?.verb === 'form.cancel')
      putInPlace(turn, noticeContent(turn.locale, { text: say('article.cancelled') }), reference.copyKey);
    else if (action?.verb === 'form.submit') await submit(turn, deps, reference, action.data);
    else await switchOver(turn, deps, reference, action?.verb === 'standard.undo' ? 'undo' : 'remove');
    return true;
  };
}

const mayRead = ({ person }: Turn, { access }: StandardAnswer): boolean =>
  readerMayRead(access, readerOf(person));

async function list(turn: Turn, deps: StandardAnswerDependencies): Promise<void> {
  const all = (await deps.answers(turn.tenant.id).list()).filter((answer) => mayRead(turn, answer));
  // What is given comes first, and of that what was kept last.
  const sorted = [...all].reverse().sort((a, b) => Number(b.enabled) - Number(a.enabled));
  for (const answer of sorted.slice(0, LISTED)) {
    const copyKey = `standard:${answer.id}:${turn.id}`;
    turn.reply(await stateOf(turn, deps, answer, copyKey), { copyKey });
  }
  const hidden = Math.max(0, all.length - LISTED);
  turn.reply(standardAnswersEnd(deps.texts, turn.locale, { count: all.length, hidden }));
}

const stateOf = async (
  turn: Turn,
  deps: StandardAnswerDependencies,
  answer: StandardAnswer,
  copyKey: string,
): Promise<OutboundContent> =>
  standardAnswerNotice(deps.texts, turn.locale, answer, {
    owner: (await deps.person(turn, answer.owner))?.name ?? answer.owner,
    now: deps.now(),
    copyKey,
  });

/** The answer that a click is about, as it stands now; undefined for none, and for one that this person may not read. */
async function found(
  turn: Turn,
  deps: StandardAnswerDependencies,
  { answerId }: StandardAnswerReference,
): Promise<StandardAnswer | undefined> {
  const answer = answerId ? await deps.answers(turn.tenant.id).get(answerId) : undefined;
  return answer && mayRead(turn, answer) ? answer : undefined;
}

/** Opens the form as a message of its own: the list that was clicked may still be wanted. */
async function open(
  turn: Turn,
  deps: StandardAnswerDependencies,
  reference: StandardAnswerReference,
): Promise<void> {
  const answer = await found(turn, deps, reference);
  if (reference.answerId && !answer)
    return tellClicker(turn, deps.texts.text('error.not-found', turn.locale));
  const copyKey = `form:${turn.id}`;
  const about = { ...reference, copyKey, ...(answer && { revision: answer.revision ?? 0 }) };
  const values = startValues(answer, turn.person, deps.now());
  turn.reply(standardAnswerForm(deps.texts, turn.locale, about, { values }), { copyKey });
  if (turn.activity.expectsResponse) turn.respond({ kind: 'none' });
}

const lines = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

/** What was typed, or what is wrong with it. */
async function readForm(
  turn: Turn,
  deps: StandardAnswerDependencies,
  inputs: JsonObject,
  kept: StandardAnswer | undefined,
): Promise<StandardAnswerContent | { errors: Record<string, string> }> {
  const say = (key: TextKey): string => deps.texts.text(key, turn.locale);
  const phrasings = lines(typed(inputs, 'questions'));
  const isLong =
    phrasings.length > MOST_QUESTIONS || phrasings.some((each) => each.length > LONGEST.question);
  if (phrasings.length === 0 || isLong) return { errors: { questions: say('standard.questions-error') } };
  const answer = typed(inputs, 'answer');
  if (!answer || answer.length > LONGEST.answer) return { errors: { answer: say('standard.answer-error') } };
  const read = await readReview(turn, deps, inputs);
  if ('errors' in read) return read;
  const readers = READERS.find((name) => name === inputs.readers) ?? 'internal';
  // Readers that chat does not offer, or who are named one by one, stay: a change of words opens nothing.
  const before = kept && readersOf(kept);
  const access = kept && (before ?? readers) === readers ? kept.access : { classification: readers };
  return { phrasings, answer, ...read, access, enabled: true };
}

async function submit(
  turn: Turn,
  deps: StandardAnswerDependencies,
  reference: StandardAnswerReference,
  inputs: JsonObject,
): Promise<void> {
  const { texts } = deps;
  const { locale, person, tenant } = turn;
  const kept = await found(turn, deps, reference);
  if (reference.answerId && !kept) return tellClicker(turn, texts.text('error.not-found', locale));
  const content = await readForm(turn, deps, inputs, kept);
  if ('errors' in content) {
    const { errors } = content;
    const again = standardAnswerForm(texts, locale, reference, { values: inputs, errors });
    return putInPlace(turn, again, reference.copyKey, errors);
  }
  if (!kept) {
    // The same form sent twice is one answer; with the person in it nobody reaches into another's.
    const id = digest({ tenant: tenant.id, person: person.id, key: reference.copyKey });
    const added = { ...content, id, revision: 1, before: { ...content, enabled: false } };
    const isNew = await deps.answers(tenant.id).add(added);
    return settle(turn, deps, reference, id, isNew ? 'add' : undefined);
  }
  const isCurrent = (kept.revision ?? 0) === reference.revision;
  const changed = changedAnswer(kept, content);
  const isMine = isCurrent && (await deps.answers(tenant.id).replace(changed));
  return settle(turn, deps, reference, kept.id, isMine ? 'change' : undefined);
}

/** Takes it away, so that it is not given any more, or takes the last change back. */
async function switchOver(
  turn: Turn,
  deps: StandardAnswerDependencies,
  reference: StandardAnswerReference,
  what: 'remove' | 'undo',
): Promise<void> {
  const kept = await found(turn, deps, reference);
  if (!kept) return tellClicker(turn, deps.texts.text('error.not-found', turn.locale));
  const { id: _id, revision = 0, before, ...present } = kept;
  const content = what === 'remove' ? { ...present, enabled: false } : before;
  const isMine =
    content !== undefined &&
    revision === reference.revision &&
    (await deps.answers(turn.tenant.id).replace(changedAnswer(kept, content)));
  return settle(turn, deps, reference, kept.id, isMine ? what : undefined);
}

/** How it stands now, in place of what was clicked; `what` is undefined when somebody else was first. */
async function settle(
  turn: Turn,
  deps: StandardAnswerDependencies,
  { copyKey }: StandardAnswerReference,
  id: string,
  what: 'add' | 'change' | 'remove' | 'undo' | undefined,
): Promise<void> {
  const now = await deps.answers(turn.tenant.id).get(id);
  if (!now) return tellClicker(turn, deps.texts.text('error.not-found', turn.locale));
  const { enabled, revision = 0 } = now;
  if (what)
    turn.audit({
      action: `standard-answer-${what}`,
      resource: `standard-answer:${id}`,
      after: { enabled, revision },
    });
  putInPlace(turn, await stateOf(turn, deps, now, copyKey), copyKey);
  if (!what) turn.reply(noticeContent(turn.locale, { text: deps.texts.text('error.conflict', turn.locale) }));
}
