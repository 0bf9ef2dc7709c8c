import { entraId } from './chat-people.js';

/** What somebody of the company does in their personal chat of Teams, as its connector posts it; `more` goes over it. */
export const teamsActivity = (who: string, more: Record<string, unknown>): Record<string, unknown> => ({
  timestamp: '2026-11-21T09:00:00.000Z',
  channelId: 'msteams',
  from: { id: `29:${who}`, name: who, aadObjectId: entraId(who) },
  recipient: { id: '28:steward', name: 'Steward' },
  conversation: { id: `a:${who}`, conversationType: 'personal', tenantId: 'acme' },
  channelData: { tenant: { id: 'acme' } },
  ...more,
});
