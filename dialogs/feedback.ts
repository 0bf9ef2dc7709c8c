import { z } from 'zod';
import type { Turn } from '../core/kernel/turn.js';
import { noticeContent } from './cards/plain-cards.js';
import type { Dialog } from './dialog.js';
import type { Texts } from './texts.js';

export interface Rating {
  answerId: string;
  rating: 'up' | 'down';
  reason?: string;
}

export interface FeedbackDependencies {
  texts: Texts;
  /** Keeps the last vote of a person on an answer. @returns false when there is no such answer in the person's tenant. */
  rate(turn: Turn, rating: Rating): Promise<boolean>;
  /** The answer that a channel's own thumbs belong to, by the channel's id of the message. */
  answerOf(turn: Turn, activityId: string): Promise<string | undefined>;
}

const clickData = z.object({ answerId: z.string().max(64), reason: z.string().max(2_000).optional() });

/** Thumbs up and down with a reason, from our own card and from the channel's buttons. */
export function feedbackDialog({ texts, rate, answerOf }: FeedbackDependencies): Dialog {
  return async (turn) => {
    const rating = await ratingOf(turn, answerOf);
    if (rating === undefined) return false;
    const isKept = rating !== 'unknown' && (await rate(turn, rating));
    const text = texts.text(isKept ? thanksFor(rating) : 'error.not-found', turn.locale);
    if (isKept)
      turn.audit({ action: 'answer-rate', resource: `answer:${rating.answerId}`, after: rating.rating });
    if (turn.activity.kind === 'feedback') turn.respond({ kind: 'none' });
    else if (turn.activity.expectsResponse) turn.respond({ kind: 'message', text });
    else turn.reply(noticeContent(turn.locale, { text }));
    return true;
  };
}

const thanksFor = ({ rating }: Rating): 'feedback.sorry' | 'feedback.thanks' =>
  rating === 'down' ? 'feedback.sorry' : 'feedback.thanks';

async function ratingOf(
  turn: Turn,
  answerOf: FeedbackDependencies['answerOf'],
): Promise<Rating | 'unknown' | undefined> {
  const { kind, feedback, action } = turn.activity;
  if (kind === 'feedback' && feedback) {
    const answerId =
      feedback.answerId ?? (feedback.activityId && (await answerOf(turn, feedback.activityId)));
    return answerId ? { answerId, rating: feedback.rating, reason: feedback.reason } : 'unknown';
  }
  if (kind === 'card-action' && action && ['feedback.up', 'feedback.down'].includes(action.verb)) {
    const data = clickData.safeParse(action.data);
    if (!data.success) return 'unknown';
    return { ...data.data, rating: action.verb === 'feedback.up' ? 'up' : 'down' };
  }
  return undefined;
}
