import { readTime } from '../../core/agents/tools/read-date.js';
import { ROLES, type Role } from '../../core/kernel/person.js';

/** A command about approvals, people or codes, as a person wrote it. */
export type ApprovalCommand =
  | { kind: 'waiting' }
  | { kind: 'my-requests' }
  | { kind: 'cancel'; what: string }
  | { kind: 'nudge'; what: string }
  | { kind: 'answer'; text: string }
  | { kind: 'delegate'; to: string; until?: Date }
  | { kind: 'end-delegation' }
  | { kind: 'who-approved'; what: string }
  | { kind: 'set-up-codes' }
  | { kind: 'code'; code: string }
  | { kind: 'reset-codes'; who: string }
  | { kind: 'role'; change: 'give' | 'take'; role: Role; who: string }
  | { kind: 'roles-of'; who: string };

type Reader = (match: RegExpExecArray, now: Date) => ApprovalCommand | undefined;

const group = (match: RegExpExecArray, name: string): string =>
  (match.groups?.[name] ?? '').trim().replace(/[.?!]+$/, '');
const roleNames = `${ROLES.join('|')}|administrator`;
const roleOf = (name: string): Role | undefined => {
  const wanted = name.toLowerCase() === 'administrator' ? 'admin' : name.toLowerCase();
  return ROLES.find((role) => role === wanted);
};
const role =
  (change: 'give' | 'take'): Reader =>
  (match) => {
    const found = roleOf(group(match, 'role'));
    return found && { kind: 'role', change, role: found, who: group(match, 'who') };
  };

/** Patterns in English and German; the commands' titles in every language are recognised elsewhere. */
const PATTERNS: [RegExp, Reader][] = [
  [
    /^(?:what(?:'s|’s| is)? (?:is )?wait(?:s|ing) for (?:me|my decision)|was wartet auf mich|my approvals)\??$/i,
    () => ({ kind: 'waiting' }),
  ],
  [/^(?:(?:show |list )?my requests|(?:zeige? )?meine anträge)\??$/i, () => ({ kind: 'my-requests' })],
  [
    /^(?:please )?(?:cancel|take back|withdraw) (?:my )?(?:request )?(?:for |about )?(?<what>.+)$/i,
    (match) => ({ kind: 'cancel', what: group(match, 'what') }),
  ],
  [
    /^(?:bitte )?(?:ziehe?|nimm) (?:meinen )?(?:antrag )?(?:auf |für )?(?<what>.+?) zurück$/i,
    (match) => ({ kind: 'cancel', what: group(match, 'what') }),
  ],
  [
    /^nudge(?: (?:them|him|her|about|for))*(?<what>.*)$/i,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^remind (?:the )?approvers?(?: (?:about|of|for))?(?<what>.*)$/i,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^(?:stop delegating|end (?:my )?delegation|(?:my )?approvals back to me|vertretung beenden)$/i,
    () => ({ kind: 'end-delegation' }),
  ],
  [/^(?:delegate|hand over)(?: my)?(?: approvals?)?(?: to)? (?<rest>.+)$/i, readDelegation],
  [
    /^(?:vertretung|genehmigungen|delegiere(?: meine genehmigungen)?|übertrage meine genehmigungen)(?: an| durch| auf)? (?<rest>.+)$/i,
    readDelegation,
  ],
  [
    /^who (?:has )?(?:approved|decided|rejected|declined)(?: on| about)? (?:the |my )?(?<what>.+)$/i,
    (match) => ({ kind: 'who-approved', what: group(match, 'what') }),
  ],
  [
    /^wer hat (?:den |die |das |meinen |meine )?(?<what>.+?) (?:genehmigt|abgelehnt|entschieden)\??$/i,
    (match) => ({ kind: 'who-approved', what: group(match, 'what') }),
  ],
  [
    /^(?:set up|setup|enable) codes?$|^codes? (?:einrichten)$|^configurar códigos$|^configurer les codes$|^コードを設定$/i,
    () => ({ kind: 'set-up-codes' }),
  ],
  [
    /^code:? (?<code>\d{3} ?\d{3})$/i,
    (match) => ({ kind: 'code', code: group(match, 'code').replace(' ', '') }),
  ],
  [
    /^reset (?:the )?codes? (?:of|for) (?<who>.+)$/i,
    (match) => ({ kind: 'reset-codes', who: group(match, 'who') }),
  ],
  [new RegExp(`^give (?<who>.+?) the role (?:of )?(?<role>${roleNames})$`, 'i'), role('give')],
  [new RegExp(`^make (?<who>.+?) (?:an? )(?<role>${roleNames})$`, 'i'), role('give')],
  [new RegExp(`^(?:take|remove) the role (?:of )?(?<role>${roleNames}) from (?<who>.+)$`, 'i'), role('take')],
  [new RegExp(`^gib (?<who>.+?) die rolle (?<role>${roleNames})$`, 'i'), role('give')],
  [new RegExp(`^nimm (?<who>.+?) die rolle (?<role>${roleNames})$`, 'i'), role('take')],
  [/^(?:roles of|rollen von) (?<who>.+)$/i, (match) => ({ kind: 'roles-of', who: group(match, 'who') })],
  [/^(?:answer|antwort): ?(?<text>.+)$/is, (match) => ({ kind: 'answer', text: group(match, 'text') })],
];

/** @returns the command that a text is, or undefined when it is none. */
export function readApprovalCommand(text: string, now: Date): ApprovalCommand | undefined {
  const said = text.trim().replace(/^\//, '').replace(/\s+/g, ' ');
  for (const [pattern, read] of PATTERNS) {
    const match = pattern.exec(said);
    const command = match && read(match, now);
    if (command) return command;
  }
  return undefined;
}

/** "Ana until Friday": the day counts whole, so the delegation ends when it is over. */
function readDelegation(match: RegExpExecArray, now: Date): ApprovalCommand {
  const rest = group(match, 'rest').replace(/^to /i, '');
  const time = readTime(rest, now);
  if (!time) return { kind: 'delegate', to: rest };
  const to = `${rest.slice(0, time.start)} ${rest.slice(time.end)}`.replace(/\s+/g, ' ').trim();
  const until = time.hasTime ? time.at : new Date(time.at.getTime() + 86_400_000);
  return { kind: 'delegate', to, until };
}
