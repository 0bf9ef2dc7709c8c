import type { ActivitySender } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ChannelName } from '../../core/kernel/conversation-reference.js';
import { newId } from '../../core/kernel/ids.js';
import type { BindingStrength, ChannelAccount, Person } from '../../core/kernel/person.js';
import type { Tenant } from '../../core/kernel/tenant.js';
import type { PeopleRepository, PersonRecord } from '../../core/governance/identity/people.js';
import type { Identified } from './pipeline.js';

const FRESH_MS = 15_000;
const MOST_CACHED = 10_000;

export interface IdentifyOptions {
  people(tenantId: string): PeopleRepository;
  clock: Clock;
}

export type Identify = (tenant: Tenant, channel: ChannelName, sender: ActivitySender) => Promise<Identified>;

/**
 * Finds the person behind a channel account: by the account, by the company's directory id, by e-mail; a newcomer becomes a
 * viewer. What was found is believed for 15 s, so that a person who left or lost a role is known to have within that time.
 */
export function createIdentify({ people, clock }: IdentifyOptions): Identify {
  const cache = new Map<string, { identified: Identified; until: number }>();
  return async (tenant, channel, sender) => {
    const key = `${tenant.id}|${channel}|${sender.accountId}`;
    const now = clock.now().getTime();
    const known = cache.get(key);
    if (known && known.until > now) return known.identified;
    const identified = await find(people(tenant.id), channel, sender, clock.now());
    if (cache.size >= MOST_CACHED) cache.clear();
    cache.set(key, { identified, until: now + FRESH_MS });
    return identified;
  };
}

async function find(
  people: PeopleRepository,
  channel: ChannelName,
  sender: ActivitySender,
  at: Date,
): Promise<Identified> {
  const strength: BindingStrength = sender.directoryId ? 'verified' : sender.email ? 'email' : 'asserted';
  const account: ChannelAccount = { channel, accountId: sender.accountId, strength };
  const byAccount = await people.byAccount(channel, sender.accountId);
  if (byAccount) return { person: toPerson(byAccount), strength: strengthOf(byAccount, account) };
  const other = sender.directoryId ? await people.byAccount('entra', sender.directoryId) : undefined;
  const same = other ?? (sender.email ? await people.byEmail(sender.email) : undefined);
  if (same) {
    await people.linkAccount(same.id, account);
    return { person: toPerson(same), strength };
  }
  const made = await people.createFromChannel({
    id: newId(at),
    name: sender.name ?? sender.accountId,
    email: sender.email,
    account,
  });
  return { person: toPerson(made), strength };
}

function strengthOf(person: PersonRecord, account: ChannelAccount): BindingStrength {
  const stored = person.accounts.find(
    ({ channel, accountId }) => channel === account.channel && accountId === account.accountId,
  );
  return stored?.strength ?? account.strength;
}

function toPerson({
  source: _source,
  conversations: _conversations,
  absences: _absences,
  timeZone: _zone,
  ...person
}: PersonRecord): Person {
  return person;
}
