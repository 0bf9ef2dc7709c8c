import { createHash, randomInt } from 'node:crypto';
import type { Clock } from '../../kernel/clock.js';
import type { ChannelName } from '../../kernel/conversation-reference.js';
import { newId } from '../../kernel/ids.js';
import type { ChannelAccount } from '../../kernel/person.js';
import type { PeopleRepository, PersonRecord } from './people.js';

export type AccountName = Pick<ChannelAccount, 'channel' | 'accountId'>;

/** A code that binds an account to a person, as stored. */
export interface LinkCode {
  /** SHA-256 of the code in hexadecimal; the code itself is kept nowhere. */
  hash: string;
  personId: string;
  /** The only account that may use it; absent for a code that the person carries over themselves. */
  account?: AccountName;
  expiresAt: Date;
}

/** Codes of one tenant. Implemented by `storage/mongo/link-code-repository.ts`. */
export interface LinkCodeRepository {
  add(code: LinkCode): Promise<void>;
  /** Uses a code up. @returns whose it was; undefined when it is wrong, old, used or for another account. */
  spend(hash: string, account: AccountName, at: Date): Promise<string | undefined>;
}

/** Binds channel accounts to people on proof: a code that only the person can have. */
export interface AccountLinks {
  /** A code for a person who is surely there, to be told in the channel that is to be linked. */
  issue(tenantId: string, personId: string): Promise<string>;
  /** Mails a code for one account. Whether anybody has the address is not told. Absent without a mail server. */
  mail?: (tenantId: string, email: string, account: AccountName, words: MailWords) => Promise<void>;
  /** @returns whose the account is now; undefined for a code that is not good. */
  redeem(tenantId: string, code: string, account: AccountName): Promise<PersonRecord | undefined>;
  unlink(tenantId: string, personId: string, account: AccountName): Promise<void>;
}

/** The mail around a code. */
export interface MailWords {
  subject: string;
  text(code: string): string;
}

export interface AccountLinksOptions {
  codes(tenantId: string): LinkCodeRepository;
  people(tenantId: string): PeopleRepository;
  sendMail?: (mail: { id: string; to: string[]; subject: string; text: string }) => Promise<void>;
  /** Told of an account whose person has changed. */
  changed(tenantId: string, channel: ChannelName, accountId: string): void;
  clock: Clock;
}

export const LINK_CODE_MINUTES = 10;
/** Crockford's base 32, without what is read for something else: 10 characters are 50 bits. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const IS_CODE = /^[0-9A-HJKMNP-TV-Z]+$/;
const LENGTH = 10;

/** A code as people read it out: `7KQ2M-XR4TD`. */
function newCode(): string {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}

/** @returns the code in the form in which it was made, or undefined for what is none. */
export function readLinkCode(text: string): string | undefined {
  const letters = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return letters.length === LENGTH && IS_CODE.test(letters) ? letters : undefined;
}

const hashOf = (code: string): string =>
  createHash('sha256')
    .update(readLinkCode(code) ?? '')
    .digest('hex');

export function createAccountLinks({
  codes,
  people,
  sendMail,
  changed,
  clock,
}: AccountLinksOptions): AccountLinks {
  const make = async (tenantId: string, personId: string, account?: AccountName): Promise<string> => {
    const code = newCode();
    const expiresAt = new Date(clock.now().getTime() + LINK_CODE_MINUTES * 60_000);
    await codes(tenantId).add({ hash: hashOf(code), personId, ...(account ? { account } : {}), expiresAt });
    return code;
  };
  return {
    issue: make,
    ...(sendMail
      ? {
          mail: async (tenantId, email, account, { subject, text }) => {
            const person = await people(tenantId).byEmail(email);
            if (!person?.active || !person.email) return;
            const code = await make(tenantId, person.id, account);
            await sendMail({ id: newId(clock.now()), to: [person.email], subject, text: text(code) });
          },
        }
      : {}),
    redeem: async (tenantId, code, account) => {
      const personId = await codes(tenantId).spend(hashOf(code), account, clock.now());
      const person = personId ? await people(tenantId).get(personId) : undefined;
      if (!person?.active) return undefined;
      await people(tenantId).bindAccount(person.id, { ...account, strength: 'verified' });
      changed(tenantId, account.channel, account.accountId);
      return people(tenantId).get(person.id);
    },
    unlink: async (tenantId, personId, account) => {
      await people(tenantId).unbindAccount(personId, account);
      changed(tenantId, account.channel, account.accountId);
    },
  };
}
