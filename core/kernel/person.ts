import type { ChannelName } from './conversation-reference.js';

export const ROLES = ['admin', 'manager', 'developer', 'approver', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/**
 * How sure we are that a channel account belongs to a person: `verified` by the company's directory id (Entra object
 * id, an explicit link with proof), `email` by the channel's e-mail address alone, `asserted` by the account id only.
 */
export type BindingStrength = 'verified' | 'email' | 'asserted';

export interface ChannelAccount {
  channel: ChannelName;
  accountId: string;
  strength: BindingStrength;
  /** The channel's own directory calls the account a guest, and the company's list of people does not name its person. */
  guest?: boolean;
}

/** A human user of one tenant. */
export interface Person {
  id: string;
  tenantId: string;
  name: string;
  email?: string;
  roles: Role[];
  /** Id of the person who manages this one. */
  managerId?: string;
  /** BCP 47 tag of the language for fixed texts. */
  locale?: string;
  /** IANA name; times are shown in it. */
  timeZone?: string;
  /** Groups of the company's directory, by name. */
  groups: string[];
  accounts: ChannelAccount[];
  /** False once the person left the company; such a person is answered nothing and decides nothing. */
  active: boolean;
}

/** The account of somebody from another organisation carries its id before it: `T0GLOBEX02:U0PARTNER1` (Slack Connect). */
export const isForeignAccount = ({
  channel,
  accountId,
}: Pick<ChannelAccount, 'channel' | 'accountId'>): boolean => channel === 'slack' && accountId.includes(':');

/** Somebody whom only another organisation vouches for, or whom the channel calls a guest: no employee. */
export const isOutsider = ({ accounts }: Pick<Person, 'accounts'>): boolean =>
  accounts.length > 0 && accounts.every((account) => account.guest === true || isForeignAccount(account));

/** Whoever caused something. */
export type Actor =
  | { kind: 'person'; id: string; name: string; strength?: BindingStrength }
  | { kind: 'agent' | 'job' | 'system' | 'api-key'; id: string };
