import { answerPartOf, type AnswerPart, type WithheldAnswer } from '../../core/guardrails/answer-part.js';
import type { PastText } from '../../core/guardrails/replay.js';
import type { OutboundMessage } from '../../core/kernel/outbound-message.js';
import type { Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import { inboxCollection, type InboxRecord } from './inbox.js';
import { outcomeCollection, type OutcomeRecord } from './outcomes.js';

const contextOf = (tenantId: string, turnId: string): string => `withheld:${tenantId}:${turnId}`;

/** Seals what a turn's screen changed or held back, to be kept with its outcome until that is swept. */
export const sealWithheld = (
  cipher: Pick<FieldCipher, 'seal'>,
  { tenantId, _id }: Pick<InboxRecord, 'tenantId' | '_id'>,
  withheld: readonly WithheldAnswer[],
): string | undefined =>
  withheld.length === 0 ? undefined : cipher.seal([...withheld], contextOf(tenantId, _id));

/**
 * What people wrote and what models answered between two instants, oldest first, from the inbox and the outcomes. Both
 * keep their texts for a few days only. An answer is given as it was before the screen changed it.
 */
export async function* readPastTexts(
  database: Database,
  cipher: Pick<FieldCipher, 'open'>,
  since: Date,
  until: Date,
): AsyncGenerator<PastText> {
  const inbox = database.acrossTenants<InboxRecord>(inboxCollection);
  const received = inbox.find({ receivedAt: { $gte: since, $lt: until } }, undefined, { sort: { _id: 1 } });
  for await (const { _id, tenantId, activity } of received.lean<InboxRecord[]>().cursor()) {
    if (activity.kind !== 'message' || !activity.addressed || !activity.text) continue;
    yield { id: _id, direction: 'input', text: activity.text, context: { tenantId, origin: 'user' } };
  }
  const outcomes = database.acrossTenants<OutcomeRecord>(outcomeCollection);
  const told = outcomes.find({ createdAt: { $gte: since, $lt: until } }, undefined, { sort: { _id: 1 } });
  for await (const { _id, tenantId, messages, withheld } of told.lean<OutcomeRecord[]>().cursor()) {
    const before = new Map(
      withheld
        ? (cipher.open(withheld, contextOf(tenantId, _id)) as WithheldAnswer[]).map((part) => [
            part.messageId,
            part,
          ])
        : [],
    );
    for (const message of messages) {
      const part = before.get(message.id) ?? partOf(message);
      if (!part?.text) continue;
      const { text, passages, quotes } = part;
      const sources = { ...(passages && { passages }), ...(quotes && { quotes }) };
      const context = { tenantId, origin: 'model' as const, ...sources };
      yield { id: message.id, direction: 'output', text, context };
    }
  }
}

const partOf = ({ content }: OutboundMessage): AnswerPart | undefined =>
  content.aiGenerated ? answerPartOf(content) : undefined;
