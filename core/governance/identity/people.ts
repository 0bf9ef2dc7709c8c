import type { ConversationReference } from '../../kernel/conversation-reference.js';
import type { BindingStrength, ChannelAccount, Person, Role } from '../../kernel/person.js';

/** Days on which somebody else decides. */
export interface Absence {
  from: Date;
  /** Exclusive. */
  until: Date;
  /** Id of the person who decides meanwhile, if one is named. */
  delegateId?: string;
}

/** A person as stored: with where to reach them and where the facts come from. */
export interface PersonRecord extends Person {
  source: 'file' | 'graph' | 'channel';
  /** Personal conversations with Steward, latest first: where cards for this person go. */
  conversations: ConversationReference[];
  absences: Absence[];
  /** Object id in the company's Entra directory, by which Teams finds them. */
  entraId?: string;
}

/** An account in a channel, or the object id in the company's Entra directory, by which Teams names people. */
export type DirectoryAccount = Omit<ChannelAccount, 'channel'> & {
  channel: ChannelAccount['channel'] | 'entra';
};

/** What a directory (file, Graph) says of a person. Roles given by command are kept beside and are not touched by it. */
export interface DirectoryEntry {
  id: string;
  name: string;
  email?: string;
  roles: Role[];
  managerId?: string;
  locale?: string;
  timeZone?: string;
  groups: string[];
  accounts: DirectoryAccount[];
  absences: Absence[];
  active: boolean;
}

/** Who is on call when: people take turns of `turnHours` from `startsAt` on. */
export interface OnCallSchedule {
  name: string;
  personIds: string[];
  startsAt: Date;
  turnHours: number;
}

/** A time in which one person decides for another, by the other's own word. */
export interface Delegation {
  id: string;
  fromId: string;
  toId: string;
  from: Date;
  /** Exclusive. */
  until: Date;
  /** How surely the account that said so was the person's. */
  strength?: BindingStrength;
}

/** The people of one tenant. Implemented by `storage/mongo/person-repository.ts`. */
export interface PeopleRepository {
  get(id: string): Promise<PersonRecord | undefined>;
  byEmail(email: string): Promise<PersonRecord | undefined>;
  byAccount(channel: string, accountId: string): Promise<PersonRecord | undefined>;
  /** Active people only. */
  byRole(role: Role): Promise<PersonRecord[]>;
  /** Active people only. */
  byGroup(group: string): Promise<PersonRecord[]>;
  /** Active people whose name has all the words, or whose mail address or id is the text; best first, at most 10. */
  search(text: string): Promise<PersonRecord[]>;
  /** Ids of the active people whom a directory told. */
  activeOf(source: 'file' | 'graph'): Promise<string[]>;
  /** Makes or refreshes people from a directory; those of the same source that are not among them are set inactive. */
  replaceAll(source: 'file' | 'graph', entries: DirectoryEntry[]): Promise<{ changed: number; left: number }>;
  /** Makes a person seen in a channel for the first time; an existing account wins. */
  createFromChannel(person: {
    id: string;
    name: string;
    email?: string;
    account: ChannelAccount;
    locale?: string;
  }): Promise<PersonRecord>;
  linkAccount(personId: string, account: ChannelAccount): Promise<void>;
  /** An account that was a guest's is a colleague's now. */
  becameMember(personId: string, account: ChannelAccount): Promise<void>;
  /**
   * Binds an account on proof, whoever held it before. Somebody whom only this account made known is known no more.
   */
  bindAccount(personId: string, account: ChannelAccount): Promise<void>;
  unbindAccount(personId: string, account: Pick<ChannelAccount, 'channel' | 'accountId'>): Promise<void>;
  /** Gives a person whom only a channel knows the name by which the channel calls them now. */
  nameFromChannel(personId: string, name: string): Promise<void>;
  /** Keeps the time zone and the language that a channel tells of a person; the directory's own count before them. */
  settingsFromChannel(personId: string, settings: { timeZone?: string; locale?: string }): Promise<void>;
  /** @returns the roles after the change, or undefined when there is no such person. */
  changeRole(personId: string, role: Role, change: 'give' | 'take'): Promise<Role[] | undefined>;
  /** Keeps where the person can be written to; the latest conversation of each channel counts. */
  rememberConversation(personId: string, conversation: ConversationReference): Promise<void>;
  schedules(): Promise<OnCallSchedule[]>;
  replaceSchedules(schedules: OnCallSchedule[]): Promise<void>;
}

/** Delegations of one tenant. Implemented by `storage/mongo/delegation-repository.ts`. */
export interface DelegationRepository {
  add(delegation: Delegation): Promise<void>;
  /** The one that holds at an instant, latest made first. */
  of(personId: string, at: Date): Promise<Delegation | undefined>;
  /** Ends all that hold now. @returns how many. */
  end(personId: string, at: Date): Promise<number>;
}

/** Somebody by id or mail address, whether they are active or not. */
export const personNamed = async (
  people: Pick<PeopleRepository, 'get' | 'byEmail'>,
  words: string,
): Promise<PersonRecord | undefined> => (await people.get(words)) ?? (await people.byEmail(words));
