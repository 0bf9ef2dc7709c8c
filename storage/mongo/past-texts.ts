import type { PastText } from '../../core/guardrails/replay.js';
import type { Database } from './database.js';
import { inboxCollection, type InboxRecord } from './inbox.js';
import { outcomeCollection, type OutcomeRecord } from './outcomes.js';

/**
 * What people wrote and what models answered between two instants, oldest first, from the inbox and the outcomes. Both
 * keep their texts for a few days only and nothing is kept beyond that for replaying; answers stand there as they went
 * out.
 */
export async function* readPastTexts(database: Database, since: Date, until: Date): AsyncGenerator<PastText> {
  const inbox = database.acrossTenants<InboxRecord>(inboxCollection);
  const received = inbox.find({ receivedAt: { $gte: since, $lt: until } }, undefined, { sort: { _id: 1 } });
  for await (const { _id, tenantId, activity } of received.lean<InboxRecord[]>().cursor()) {
    if (activity.kind !== 'message' || !activity.text) continue;
    yield { id: _id, direction: 'input', text: activity.text, context: { tenantId, origin: 'user' } };
  }
  const outcomes = database.acrossTenants<OutcomeRecord>(outcomeCollection);
  const told = outcomes.find({ createdAt: { $gte: since, $lt: until } }, undefined, { sort: { _id: 1 } });
  for await (const { tenantId, messages } of told.lean<OutcomeRecord[]>().cursor()) {
    for (const { id, content } of messages) {
      if (!content.aiGenerated || !content.text) continue;
      const passages = content.citations?.map(({ quote }) => quote);
      yield {
        id,
        direction: 'output',
        text: content.text,
        context: { tenantId, origin: 'model', ...(passages && { passages }) },
      };
    }
  }
}
