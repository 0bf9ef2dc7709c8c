import {
  LINK_CODE_MINUTES,
  readLinkCode,
  type AccountLinks,
  type AccountName,
} from '../core/governance/identity/account-links.js';
import type { PersonRecord } from '../core/governance/identity/people.js';
import { CHANNELS, type ChannelName } from '../core/kernel/conversation-reference.js';
import type { Turn } from '../core/kernel/turn.js';
import { noticeContent } from './cards/plain-cards.js';
import type { Dialog } from './dialog.js';
import { recogniseCommand } from './recognise-command.js';
import type { TextKey, TextParameters, Texts } from './texts.js';

export interface LinkAccountDependencies {
  links: AccountLinks;
  texts: Texts;
}

export type LinkCommand =
  | { kind: 'link' }
  | { kind: 'code'; code: string }
  | { kind: 'mail'; email: string }
  | { kind: 'unlink'; channel?: ChannelName }
  | { kind: 'who-am-i' };

const CHANNEL_NAMES: Record<ChannelName, string> = {
  teams: 'Microsoft Teams',
  slack: 'Slack',
  web: 'Web chat',
};
const EMAIL = /^[^\s@<>"]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24}$/i;

/** @returns what a text asks for about accounts, or undefined when it is about something else. */
export function readLinkCommand(text: string): LinkCommand | undefined {
  const said = text.trim().replace(/^\//, '').replace(/\s+/g, ' ');
  if (/^who am i\??$|^wer bin ich\??$/i.test(said)) return { kind: 'who-am-i' };
  const named = recogniseCommand(text);
  if (named?.name === 'link' && named.exact && named.rest === '') return { kind: 'link' };
  if (/^link(?: my)?(?: (?:slack|teams|web))?(?: account)?$/i.test(said)) return { kind: 'link' };
  const unlink = /^unlink(?: my)?(?: (?<channel>slack|teams|web))?(?: account)?$/i.exec(said);
  if (unlink) {
    const channel = CHANNELS.find((name) => name === unlink.groups?.channel?.toLowerCase());
    return { kind: 'unlink', ...(channel ? { channel } : {}) };
  }
  const what =
    named?.name === 'link' ? named.rest : /^link(?: my account)?:? (?<what>.+)$/i.exec(said)?.groups?.what;
  // Slack writes an address as a link to it: `ana@example.com (ana@example.com)`.
  const words = (what ?? '').replace(/^mailto:/i, '').replace(/ \(.*\)$/, '');
  if (EMAIL.test(words)) return { kind: 'mail', email: words.toLowerCase() };
  const isCommand = text.trim().startsWith('/') && words !== '';
  const isMeant = isCommand || readLinkCode(words) !== undefined || looksLikeCode(words);
  return isMeant ? { kind: 'code', code: words } : undefined;
}

/** A mistyped code is no question to the documents: capitals, or digits among the letters, in one piece or two. */
function looksLikeCode(words: string): boolean {
  const isShouted = words === words.toUpperCase();
  const isMixed = /\d/.test(words) && !words.includes(' ');
  return /^[A-Z\d]{5,12}$/i.test(words.replace(/[ -]/, '')) && (isShouted || isMixed);
}

type Say = (key: TextKey, parameters?: TextParameters) => void;

/**
 * Binds the account of this channel to the person, on proof: a code from a channel in which they are surely known, or
 * from their mailbox. What is decided with the account afterwards counts where approvals ask for a sure one.
 */
export function linkAccountDialog(deps: LinkAccountDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed, text } = turn.activity;
    const command = kind === 'message' && addressed ? readLinkCommand(text) : undefined;
    if (!command) return false;
    const say: Say = (key, parameters) =>
      turn.reply(noticeContent(turn.locale, { text: deps.texts.text(key, turn.locale, parameters) }));
    if (command.kind === 'who-am-i') whoAmI(turn, deps, say);
    else if (turn.conversation.scope !== 'personal') say('account.personal');
    else await answer(turn, deps, command, say);
    return true;
  };
}

async function answer(
  turn: Turn,
  deps: LinkAccountDependencies,
  command: Exclude<LinkCommand, { kind: 'who-am-i' }>,
  say: Say,
): Promise<void> {
  switch (command.kind) {
    case 'link':
      return begin(turn, deps, say);
    case 'mail':
      return sendCode(turn, deps, command.email, say);
    case 'code':
      return redeem(turn, deps, command.code, say);
    default:
      return unlink(turn, deps, command.channel ?? turn.conversation.channel, say);
  }
}

const accountOf = ({ activity, conversation }: Turn): AccountName => ({
  channel: conversation.channel,
  accountId: activity.from.accountId,
});

/** Who is surely there gets a code for another channel; who is not is told how to become so. */
async function begin(turn: Turn, { links, texts }: LinkAccountDependencies, say: Say): Promise<void> {
  if (turn.bindingStrength !== 'verified') {
    const ways = links.mail ? texts.text('account.how-mail', turn.locale) : '';
    return say('account.how', { minutes: LINK_CODE_MINUTES, ways });
  }
  const code = await links.issue(turn.tenant.id, turn.person.id);
  turn.audit({ action: 'account-link-begin', resource: `person:${turn.person.id}` });
  say('account.code', { code, minutes: LINK_CODE_MINUTES });
}

/** The same words whether or not somebody has the address. */
async function sendCode(
  turn: Turn,
  { links, texts }: LinkAccountDependencies,
  email: string,
  say: Say,
): Promise<void> {
  if (!links.mail) return say('account.no-mail');
  const { locale } = turn;
  const channel = CHANNEL_NAMES[turn.conversation.channel];
  turn.audit({ action: 'account-link-mail', resource: `account:${keyOf(turn)}` });
  await links.mail(turn.tenant.id, email, accountOf(turn), {
    subject: texts.text('account.mail-subject', locale),
    text: (code) => texts.text('account.mail-text', locale, { code, channel, minutes: LINK_CODE_MINUTES }),
  });
  say('account.mailed', { minutes: LINK_CODE_MINUTES });
}

async function redeem(turn: Turn, deps: LinkAccountDependencies, code: string, say: Say): Promise<void> {
  const { links, texts } = deps;
  const person = await links.redeem(turn.tenant.id, code, accountOf(turn));
  if (!person) {
    turn.audit({ action: 'account-link-refuse', resource: `account:${keyOf(turn)}` });
    return say('account.wrong-code');
  }
  turn.audit({
    action: 'account-link',
    resource: `person:${person.id}`,
    before: { person: turn.person.id, strength: turn.bindingStrength },
    after: { person: person.id, ...accountOf(turn), strength: 'verified' },
  });
  say('account.linked', { name: person.name });
  warnElsewhere(turn, texts, person);
}

/** Whoever was tricked out of a code learns of it where they were known before. */
function warnElsewhere(turn: Turn, texts: Texts, person: PersonRecord): void {
  const { channel } = turn.conversation;
  const elsewhere = person.conversations.find(
    (known) => known.scope === 'personal' && known.channel !== channel,
  );
  if (!elsewhere) return;
  const name = turn.activity.from.name ?? turn.person.name;
  const text = texts.text('account.warning', person.locale ?? turn.locale, {
    name,
    channel: CHANNEL_NAMES[channel],
    word: channel,
  });
  turn.post(elsewhere, noticeContent(turn.locale, { text }));
}

/** Takes back a link of this channel, or (by somebody surely known) of another one. */
async function unlink(
  turn: Turn,
  { links }: LinkAccountDependencies,
  channel: ChannelName,
  say: Say,
): Promise<void> {
  const isHere = channel === turn.conversation.channel;
  const own = turn.person.accounts.filter(
    (account) =>
      account.channel === channel &&
      account.strength === 'verified' &&
      (!isHere || account.accountId === turn.activity.from.accountId),
  );
  if (own.length === 0 || turn.bindingStrength !== 'verified') return say('account.not-linked');
  for (const account of own) {
    await links.unlink(turn.tenant.id, turn.person.id, account);
    turn.audit({
      action: 'account-unlink',
      resource: `person:${turn.person.id}`,
      before: { channel, accountId: account.accountId },
    });
  }
  say('account.unlinked', { channel: CHANNEL_NAMES[channel] });
}

function whoAmI(
  { person, bindingStrength, locale }: Turn,
  { texts }: LinkAccountDependencies,
  say: Say,
): void {
  say('account.who', {
    name: person.name,
    roles: texts.list(person.roles, locale),
    binding: texts.text(`account.binding-${bindingStrength}`, locale),
  });
}

const keyOf = (turn: Turn): string => `${turn.conversation.channel}:${turn.activity.from.accountId}`;
