import mongoose from 'mongoose';
import type {
  Absence,
  DirectoryAccount,
  DirectoryEntry,
  OnCallSchedule,
  PeopleRepository,
  PersonRecord,
} from '../../core/governance/identity/people.js';
import { conversationKey, type ConversationReference } from '../../core/kernel/conversation-reference.js';
import { canonicalJson, digest } from '../../core/kernel/json.js';
import type { ChannelAccount, Role } from '../../core/kernel/person.js';
import type { CollectionDefinition, Database } from './database.js';
import { isDuplicateKey, type TenantRecord } from './tenant-collection.js';

interface StoredPerson extends TenantRecord {
  name: string;
  /** In lower case, for look-ups and comparison. */
  email: string | null;
  words: string[];
  /** From the directory. */
  directoryRoles: Role[];
  /** Given and taken by command; they outlive a refresh of the directory. */
  givenRoles: Role[];
  takenRoles: Role[];
  managerId: string | null;
  locale: string | null;
  timeZone: string | null;
  /** What a channel says, where the directory says nothing. */
  seenTimeZone?: string;
  seenLocale?: string;
  groups: string[];
  accounts: DirectoryAccount[];
  /** `channel|accountId`, unique in the tenant; the person's own id stands first, so that it is never empty. */
  accountKeys: string[];
  absences: Absence[];
  conversations: ConversationReference[];
  active: boolean;
  source: 'file' | 'graph' | 'channel';
}

const schema = new mongoose.Schema<StoredPerson>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    name: String,
    email: { type: String, default: null },
    words: [String],
    directoryRoles: [String],
    givenRoles: [String],
    takenRoles: [String],
    managerId: { type: String, default: null },
    locale: { type: String, default: null },
    timeZone: { type: String, default: null },
    seenTimeZone: String,
    seenLocale: String,
    groups: [String],
    accounts: [{ _id: false, channel: String, accountId: String, strength: String, guest: Boolean }],
    accountKeys: [String],
    absences: [{ _id: false, from: Date, until: Date, delegateId: String }],
    conversations: [mongoose.Schema.Types.Mixed],
    active: Boolean,
    source: String,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, accountKeys: 1 }, { unique: true });
schema.index({ tenantId: 1, email: 1 });
schema.index({ tenantId: 1, words: 1 });
schema.index({ tenantId: 1, groups: 1 });
schema.index({ tenantId: 1, directoryRoles: 1 });
schema.index({ tenantId: 1, givenRoles: 1 });

interface StoredSchedule extends TenantRecord, OnCallSchedule {}

const scheduleSchema = new mongoose.Schema<StoredSchedule>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    name: String,
    personIds: [String],
    startsAt: Date,
    turnHours: Number,
  },
  { versionKey: false },
);

export const personCollection: CollectionDefinition<StoredPerson> = { name: 'people', schema };
export const scheduleCollection: CollectionDefinition<StoredSchedule> = {
  name: 'on_call_schedules',
  schema: scheduleSchema,
};

const MOST_CONVERSATIONS = 5;
const MOST_BINDINGS = 3;

/**
 * People of one tenant on MongoDB. Record ids carry the tenant, so that two tenants may know the same person.
 * @param admins mail addresses and account ids of `STEWARD_ADMINS`: such people are administrators whatever is stored.
 */
export function createPeopleRepository(
  database: Database,
  tenantId: string,
  admins: readonly string[] = [],
): PeopleRepository {
  const collection = database.collection(personCollection, tenantId);
  const schedules = database.collection(scheduleCollection, tenantId);
  const idOf = (id: string): string => `${tenantId}|${id}`;
  const appointed = new Set(admins.map((admin) => admin.toLowerCase()));
  const isAppointed = ({ email, accounts }: StoredPerson): boolean =>
    (email !== null && appointed.has(email)) ||
    accounts.some(({ accountId }) => appointed.has(accountId.toLowerCase()));

  const toPerson = (record: StoredPerson): PersonRecord => ({
    id: record._id.slice(tenantId.length + 1),
    tenantId,
    name: record.name,
    email: record.email ?? undefined,
    roles: rolesOf(record, isAppointed(record)),
    managerId: record.managerId ?? undefined,
    locale: record.locale ?? record.seenLocale ?? undefined,
    timeZone: record.timeZone ?? record.seenTimeZone ?? undefined,
    entraId: record.accounts.find(({ channel }) => channel === 'entra')?.accountId,
    groups: record.groups,
    accounts: record.accounts.filter((account): account is ChannelAccount => account.channel !== 'entra'),
    absences: record.absences.map(({ from, until, delegateId }) => ({ from, until, delegateId })),
    conversations: record.conversations,
    active: record.active,
    source: record.source,
  });
  const one = (record: StoredPerson | undefined): PersonRecord | undefined => record && toPerson(record);
  /** Who is named in `STEWARD_ADMINS` by mail address can be asked before they ever wrote; a channel finds them by it. */
  const meetAppointed = async (): Promise<void> => {
    for (const email of [...appointed].filter((entry) => entry.includes('@'))) {
      if (await collection.findOne({ email })) continue;
      await collection.insertIfAbsent(newcomer(`appointed-${digest(email).slice(0, 20)}`, email, email));
    }
  };
  const byRole = async (role: Role): Promise<PersonRecord[]> => {
    const everybody = role === 'admin' && appointed.size > 0;
    if (everybody) await meetAppointed();
    const found = everybody ? await collection.find({ active: true }) : await namedFor(role);
    return found
      .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
      .map(toPerson)
      .filter(({ roles }) => roles.includes(role));
  };
  /** Two looks, each by an index: a request asks for the people of a role, and the company may be large. */
  const namedFor = async (role: Role): Promise<StoredPerson[]> => {
    const found = await Promise.all([
      collection.find({ directoryRoles: role, active: true }),
      collection.find({ givenRoles: role, active: true }),
    ]);
    return [...new Map(found.flat().map((record) => [record._id, record])).values()];
  };

  return {
    byRole,
    get: async (id) => one(await collection.findOneInBatch('_id', idOf(id))),
    byEmail: async (email) => one(await collection.findOne({ email: email.toLowerCase(), active: true })),
    byAccount: async (channel, accountId) =>
      one(await collection.findOne({ accountKeys: `${channel}|${accountId}` })),
    byGroup: async (group) =>
      (await collection.find({ active: true, groups: group }, { sort: { name: 1 } })).map(toPerson),
    async search(text) {
      const wanted = text.trim().toLowerCase();
      if (wanted === '') return [];
      const exact = await collection.find({
        active: true,
        $or: [{ _id: idOf(text.trim()) }, { email: wanted }],
      });
      const words = wordsOf(wanted);
      const named =
        words.length === 0
          ? []
          : await collection.find({ active: true, words: { $all: words } }, { limit: 10 });
      const all = [...exact, ...named.sort((a, b) => a.words.length - b.words.length)].map(toPerson);
      return all
        .filter(({ id }, position) => all.findIndex((other) => other.id === id) === position)
        .slice(0, 10);
    },
    async activeOf(source) {
      const found = await collection.find({ source, active: true }, { fields: ['_id'] });
      return found.map(({ _id }) => _id.slice(tenantId.length + 1));
    },
    async replaceAll(source, entries) {
      let changed = 0;
      for (const entry of entries) {
        if (await writeEntry(source, entry)) changed += 1;
      }
      const kept = entries.map(({ id }) => idOf(id));
      const left = await collection.updateMany(
        { source, active: true, _id: { $nin: kept } },
        { $set: { active: false } },
      );
      return { changed, left };
    },
    async createFromChannel({ id, name, email, account, locale }) {
      const key = keyOf(account);
      const record = { ...newcomer(id, name, email, [account]), locale: locale ?? null };
      await collection.insertIfAbsent(record);
      const stored = await collection.findOne({ accountKeys: key });
      return toPerson(stored ?? { ...record, tenantId });
    },
    async settingsFromChannel(personId, { timeZone, locale }) {
      const seen = {
        ...(timeZone ? { seenTimeZone: timeZone } : {}),
        ...(locale ? { seenLocale: locale } : {}),
      };
      if (Object.keys(seen).length > 0) await collection.updateOne({ _id: idOf(personId) }, { $set: seen });
    },
    async nameFromChannel(personId, name) {
      await collection.updateOne(
        { _id: idOf(personId), source: 'channel' },
        { $set: { name, words: wordsOf(name) } },
      );
    },
    async linkAccount(personId, account) {
      const key = keyOf(account);
      try {
        await collection.updateOne(
          { _id: idOf(personId), accountKeys: { $ne: key } },
          { $push: { accounts: account, accountKeys: key } },
        );
      } catch (error) {
        if (!isDuplicateKey(error)) throw error; // the account is somebody else's already and stays theirs
      }
    },
    async becameMember(personId, { guest: _guest, ...account }) {
      const { channel, accountId } = account;
      await collection.updateOne(
        { _id: idOf(personId), accounts: { $elemMatch: { channel, accountId } } },
        { $set: { 'accounts.$': account } },
      );
    },
    async bindAccount(personId, account) {
      const key = keyOf(account);
      for (let attempt = 1; ; attempt += 1) {
        await release(account);
        try {
          await collection.updateOne(
            { _id: idOf(personId), accountKeys: { $ne: key } },
            { $push: { accounts: account, accountKeys: key } },
          );
          return;
        } catch (error) {
          // Somebody wrote with the account at this very moment and was made a newcomer.
          if (!isDuplicateKey(error) || attempt === MOST_BINDINGS) throw error;
        }
      }
    },
    unbindAccount: async (personId, account) => release(account, idOf(personId)),
    async changeRole(personId, role, change) {
      const [add, remove] = change === 'give' ? ['givenRoles', 'takenRoles'] : ['takenRoles', 'givenRoles'];
      const record = await collection.findOneAndUpdate(
        { _id: idOf(personId) },
        { $addToSet: { [add as string]: role }, $pull: { [remove as string]: role } },
      );
      return record && toPerson(record).roles;
    },
    async rememberConversation(personId, conversation) {
      const record = await collection.findOne({ _id: idOf(personId) }, { fields: ['conversations'] });
      if (!record) return;
      const key = conversationKey(conversation);
      const others = record.conversations.filter((known) => conversationKey(known) !== key);
      const [latest] = record.conversations;
      if (latest && canonicalJson(latest) === canonicalJson(conversation)) return;
      const sameChannel = others.filter(({ channel }) => channel !== conversation.channel);
      await collection.updateOne(
        { _id: idOf(personId) },
        { $set: { conversations: [conversation, ...sameChannel].slice(0, MOST_CONVERSATIONS) } },
      );
    },
    schedules: async () =>
      (await schedules.find({}, { sort: { name: 1 } })).map(({ name, personIds, startsAt, turnHours }) => ({
        name,
        personIds,
        startsAt,
        turnHours,
      })),
    async replaceSchedules(next) {
      for (const { name, personIds, startsAt, turnHours } of next) {
        const fields = { name, personIds, startsAt, turnHours };
        await schedules.updateOne({ _id: idOf(name) }, { $set: fields }, { upsert: true });
      }
      await schedules.deleteMany({ _id: { $nin: next.map(({ name }) => idOf(name)) } });
    },
  };

  /** Somebody whom no directory names. */
  function newcomer(
    id: string,
    name: string,
    email: string | undefined,
    accounts: ChannelAccount[] = [],
  ): Omit<StoredPerson, 'tenantId'> {
    return {
      _id: idOf(id),
      name,
      email: email?.toLowerCase() ?? null,
      words: wordsOf(name),
      directoryRoles: ['viewer'],
      givenRoles: [],
      takenRoles: [],
      managerId: null,
      locale: null,
      timeZone: null,
      groups: [],
      accounts,
      accountKeys: [ownKey(id), ...accounts.map(keyOf)],
      absences: [],
      conversations: [],
      active: true,
      source: 'channel',
    };
  }

  /** Takes an account from whoever has it, or from one person alone. */
  async function release(
    { channel, accountId }: Pick<ChannelAccount, 'channel' | 'accountId'>,
    ofOne?: string,
  ): Promise<void> {
    const key = keyOf({ channel, accountId });
    const held = ofOne ? { _id: ofOne, accountKeys: key } : { accountKeys: key };
    const holder = await collection.findOneAndUpdate(held, {
      $pull: { accounts: { channel, accountId }, accountKeys: key },
    });
    if (holder?.source === 'channel' && holder.accounts.length === 0)
      await collection.updateOne({ _id: holder._id }, { $set: { active: false } });
  }

  async function writeEntry(source: 'file' | 'graph', entry: DirectoryEntry): Promise<boolean> {
    const known = await collection.findOne({ _id: idOf(entry.id) });
    const accounts = mergedAccounts(known?.accounts ?? [], entry.accounts);
    const fields = {
      name: entry.name,
      email: entry.email?.toLowerCase() ?? null,
      words: wordsOf(entry.name),
      directoryRoles: entry.roles,
      managerId: entry.managerId ?? null,
      locale: entry.locale ?? known?.locale ?? null,
      timeZone: entry.timeZone ?? null,
      groups: entry.groups,
      accounts,
      accountKeys: [ownKey(entry.id), ...accounts.map(keyOf)],
      absences: entry.absences,
      active: entry.active,
      source,
    };
    if (known) {
      const before = Object.fromEntries(
        Object.keys(fields).map((name) => [name, known[name as keyof StoredPerson]]),
      );
      if (
        canonicalJson(JSON.parse(JSON.stringify(before))) ===
        canonicalJson(JSON.parse(JSON.stringify(fields)))
      )
        return false;
      await collection.updateOne({ _id: idOf(entry.id) }, { $set: fields });
      return true;
    }
    // Somebody who wrote before the directory knew them keeps accounts and conversations under the directory's id.
    const keys = accounts.map(keyOf);
    const isSame = [
      ...(keys.length > 0 ? [{ accountKeys: { $in: keys } }] : []),
      ...(fields.email ? [{ email: fields.email }] : []),
    ];
    const seen = isSame.length > 0 ? await collection.findOne({ source: 'channel', $or: isSame }) : undefined;
    if (seen) await collection.deleteMany({ _id: seen._id });
    const kept = mergedAccounts(seen?.accounts ?? [], accounts);
    const record = {
      _id: idOf(entry.id),
      ...fields,
      accounts: kept,
      accountKeys: [ownKey(entry.id), ...kept.map(keyOf)],
      givenRoles: seen?.givenRoles ?? [],
      takenRoles: seen?.takenRoles ?? [],
      conversations: seen?.conversations ?? [],
    };
    if (await collection.insertIfAbsent(record)) return true;
    // Another process reads the same directory at this moment; else the account is somebody else's.
    if (await collection.findOne({ _id: record._id })) return writeEntry(source, entry);
    await collection.insert(record);
    return true;
  }
}

function rolesOf({ directoryRoles, givenRoles, takenRoles }: StoredPerson, isAppointed: boolean): Role[] {
  const roles = new Set<Role>([
    ...directoryRoles.filter((role) => !takenRoles.includes(role)),
    ...givenRoles,
  ]);
  if (isAppointed) roles.add('admin');
  return roles.size > 0 ? [...roles] : ['viewer'];
}

const ownKey = (id: string): string => `person|${id}`;

const keyOf = ({ channel, accountId }: Pick<DirectoryAccount, 'channel' | 'accountId'>): string =>
  `${channel}|${accountId}`;

const wordsOf = (name: string): string[] => [...new Set(name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])];

function mergedAccounts(known: DirectoryAccount[], added: DirectoryAccount[]): DirectoryAccount[] {
  const all = new Map(
    known.map(({ channel, accountId, strength }) => [
      keyOf({ channel, accountId }),
      { channel, accountId, strength },
    ]),
  );
  for (const account of added) all.set(keyOf(account), account);
  return [...all.values()];
}
