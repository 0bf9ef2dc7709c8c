import type { JsonObject } from '../core/kernel/json.js';
import type { Turn } from '../core/kernel/turn.js';
import type { Texts } from './texts.js';

const LONGEST_OWNER = 140;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Who answers for what is kept and until when it holds: two fields of a form. */
export const reviewFields = (texts: Texts, locale: string) => ({
  owner: { type: 'string', title: texts.text('article.owner', locale), maxLength: LONGEST_OWNER },
  reviewBy: { type: 'string', format: 'date', title: texts.text('article.review-by', locale) },
});

/** A day as the form's date field holds it. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The day until which something holds unless somebody wants it otherwise. */
export function inAYear(now: Date): string {
  const then = new Date(now);
  then.setUTCFullYear(then.getUTCFullYear() + 1);
  return dayOf(then);
}

/** What was typed into a text field. */
export function typed(inputs: JsonObject, name: string): string {
  const value = inputs[name];
  return typeof value === 'string' ? value.trim() : '';
}

interface ReviewDependencies {
  texts: Texts;
  /** Somebody active by id, mail address or whole name. */
  person(turn: Turn, words: string): Promise<{ id: string; email?: string } | undefined>;
  now(): Date;
}

/** What both fields say, or what is wrong with one of them. */
export async function readReview(
  turn: Turn,
  { texts, person, now }: ReviewDependencies,
  inputs: JsonObject,
): Promise<{ owner: string; reviewBy: Date } | { errors: Record<string, string> }> {
  const owner = await person(turn, typed(inputs, 'owner'));
  if (!owner) return { errors: { owner: texts.text('article.owner-error', turn.locale) } };
  const day = typed(inputs, 'reviewBy');
  const reviewBy = new Date(DAY.test(day) ? day : Number.NaN);
  if (!(reviewBy > now()))
    return { errors: { reviewBy: texts.text('article.review-by-error', turn.locale) } };
  return { owner: owner.email ?? owner.id, reviewBy };
}
