import type { ActivitySender } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ChannelName, ConversationReference } from '../../core/kernel/conversation-reference.js';
import { newId } from '../../core/kernel/ids.js';
import type { BindingStrength, ChannelAccount, Person, Role } from '../../core/kernel/person.js';
import type { Tenant } from '../../core/kernel/tenant.js';
import type { PeopleRepository, PersonRecord } from '../../core/governance/identity/people.js';

const FRESH_MS = 15_000;
const MOST_CACHED = 10_000;
/** Other channels tell the language with each message. */
const TELL_LOCALE_ON_REQUEST: ReadonlySet<ChannelName> = new Set(['slack']);

/** Who is behind a channel account. */
export interface Identified {
  person: Person;
  strength: BindingStrength;
  /** Whose account it really is, where the activity alone did not tell. */
  accountId?: string;
}

export interface IdentifyOptions {
  people(tenantId: string): PeopleRepository;
  /** Adds what a channel's own directory knows of a sender; asked for newcomers only. */
  complete?(sender: ActivitySender, conversation: ConversationReference): Promise<ActivitySender>;
  /** Tells whose account it really is, where an activity alone does not: one of a sibling workspace is a colleague's. */
  settle?(sender: ActivitySender, conversation: ConversationReference): Promise<ActivitySender>;
  /** @returns the roles of a person who was given one by where they write. */
  appoint?(
    person: Person,
    accountId: string,
    conversation: ConversationReference,
  ): Promise<Role[] | undefined>;
  clock: Clock;
}

export interface Identify {
  (
    tenant: Tenant,
    channel: ChannelName,
    sender: ActivitySender,
    /** Where it was said, for channels that tell more of a sender on request. */
    conversation?: ConversationReference,
  ): Promise<Identified>;
  /** The person whose account it is; nobody is made, and no channel is asked. */
  known(tenantId: string, channel: ChannelName, sender: ActivitySender): Promise<Person | undefined>;
  /** An account was bound to somebody else. Other processes learn of it within 15 s. */
  forget(tenantId: string, channel: ChannelName, accountId: string): void;
}

/**
 * Finds the person behind a channel account: by the account, by the company's directory id, by e-mail; a newcomer becomes a
 * viewer. What was found is believed for 15 s, so that a person who left or lost a role is known to have within that time.
 */
export function createIdentify({ people, complete, settle, appoint, clock }: IdentifyOptions): Identify {
  const cache = new Map<string, { identified: Identified; until: number }>();
  const keyOf = (tenantId: string, channel: ChannelName, accountId: string): string =>
    `${tenantId}|${channel}|${accountId}`;
  const identify = async (
    tenant: Tenant,
    channel: ChannelName,
    told: ActivitySender,
    conversation?: ConversationReference,
  ): Promise<Identified> => {
    const sender = settle && conversation ? await settle(told, conversation) : told;
    const key = keyOf(tenant.id, channel, sender.accountId);
    const now = clock.now().getTime();
    const known = cache.get(key);
    const isNamed = !sender.name || known?.identified.person.name !== sender.accountId;
    if (known && known.until > now && isNamed) return { ...known.identified, ...accountTold(told, sender) };
    const identified = await find(
      people(tenant.id),
      channel,
      sender,
      async () => (complete && conversation ? complete(sender, conversation) : sender),
      clock.now(),
    );
    const roles = conversation && (await appoint?.(identified.person, sender.accountId, conversation));
    if (roles) identified.person.roles = roles;
    if (cache.size >= MOST_CACHED) cache.clear();
    cache.set(key, { identified, until: now + FRESH_MS });
    return { ...identified, ...accountTold(told, sender) };
  };
  return Object.assign(identify, {
    known: async (tenantId: string, channel: ChannelName, { accountId }: ActivitySender) => {
      const found = await people(tenantId).byAccount(channel, accountId);
      return found && toPerson(found);
    },
    forget: (tenantId: string, channel: ChannelName, accountId: string) =>
      void cache.delete(keyOf(tenantId, channel, accountId)),
  });
}

const accountTold = (told: ActivitySender, { accountId }: ActivitySender): Pick<Identified, 'accountId'> =>
  accountId === told.accountId ? {} : { accountId };

/**
 * The person behind an account, if there is one already; nobody is made or linked. A guest counts as one only when the
 * company's own list of people names them, not for having written once.
 */
export async function findKnown(
  people: PeopleRepository,
  channel: ChannelName,
  sender: ActivitySender,
): Promise<Person | undefined> {
  const found =
    (await people.byAccount(channel, sender.accountId)) ??
    (sender.directoryId ? await people.byAccount('entra', sender.directoryId) : undefined) ??
    (sender.email ? await people.byEmail(sender.email) : undefined);
  const isListed = found !== undefined && found.source !== 'channel';
  return found && (isListed || sender.isMember !== false) ? toPerson(found) : undefined;
}

/** What a channel's list of members adds to a sender; the mail address of a guest proves nothing here. */
export const withRoster = (sender: ActivitySender, told: ActivitySender | undefined): ActivitySender =>
  told
    ? {
        ...sender,
        name: sender.name ?? told.name,
        email: sender.email ?? (told.isMember ? told.email : undefined),
        directoryId: sender.directoryId ?? told.directoryId,
        isMember: told.isMember,
      }
    : sender;

/** A colleague who never wrote to Steward, as they will be known when they do: a viewer. Nothing is stored. */
export const colleague = (tenantId: string, channel: ChannelName, sender: ActivitySender): Person => ({
  id: `${channel}:${sender.accountId}`,
  tenantId,
  name: sender.name ?? sender.accountId,
  ...(sender.email ? { email: sender.email } : {}),
  roles: ['viewer'],
  groups: [],
  accounts: [{ channel, accountId: sender.accountId, strength: 'asserted' }],
  active: true,
});

async function find(
  people: PeopleRepository,
  channel: ChannelName,
  known: ActivitySender,
  complete: () => Promise<ActivitySender>,
  at: Date,
): Promise<Identified> {
  const byAccount = await people.byAccount(channel, known.accountId);
  if (byAccount) return knownBefore(people, byAccount, channel, known, complete);
  const sender = await complete();
  const strength: BindingStrength = sender.directoryId ? 'verified' : sender.email ? 'email' : 'asserted';
  const account: ChannelAccount = { channel, accountId: sender.accountId, strength };
  // Who is listed as one of the company's people is one, whatever the channel calls the account.
  const other = sender.directoryId ? await people.byAccount('entra', sender.directoryId) : undefined;
  const same = other ?? (sender.email ? await people.byEmail(sender.email) : undefined);
  if (same) {
    await people.linkAccount(same.id, account);
    await people.settingsFromChannel(same.id, sender);
    // An administrator who was only named by a mail address so far.
    if (sender.name && same.name === same.email) {
      await people.nameFromChannel(same.id, sender.name);
      same.name = sender.name;
    }
    return { person: withLocale(toPerson(same), sender), strength };
  }
  const made = await people.createFromChannel({
    id: newId(at),
    name: sender.name ?? sender.accountId,
    email: sender.email,
    account: sender.isMember === false ? { ...account, guest: true } : account,
  });
  await people.settingsFromChannel(made.id, sender);
  return { person: withLocale(toPerson(made), sender), strength };
}

/** Somebody who wrote before, with what has changed since: a name that was not told at first, a guest who is a colleague now. */
async function knownBefore(
  people: PeopleRepository,
  found: PersonRecord,
  channel: ChannelName,
  sender: ActivitySender,
  complete: () => Promise<ActivitySender>,
): Promise<Identified> {
  const person = toPerson(found);
  const account = found.accounts.find(
    (stored) => stored.channel === channel && stored.accountId === sender.accountId,
  );
  const strength = account?.strength ?? 'asserted';
  // Teams tells of an installation without the person's name; the first message brings it.
  if (sender.name && found.name === sender.accountId) {
    await people.nameFromChannel(found.id, sender.name);
    person.name = sender.name;
  }
  if (account?.guest && (await complete()).isMember) {
    await people.becameMember(found.id, account);
    person.accounts = person.accounts.map((stored) =>
      stored.accountId === account.accountId ? { ...stored, guest: false } : stored,
    );
  }
  // Who was known before their channel was asked for their language is asked after once.
  if (!person.locale && TELL_LOCALE_ON_REQUEST.has(channel)) {
    const { locale } = await complete();
    if (locale) await people.settingsFromChannel(found.id, { locale });
    return { person: withLocale(person, { locale }), strength };
  }
  return { person, strength };
}

const withLocale = (person: Person, { locale }: Pick<ActivitySender, 'locale'>): Person =>
  person.locale || !locale ? person : { ...person, locale };

function toPerson({
  source: _source,
  conversations: _conversations,
  absences: _absences,
  entraId: _entraId,
  ...person
}: PersonRecord): Person {
  return person;
}
