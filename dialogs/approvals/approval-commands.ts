import type { Approval } from '../../core/approvals/approval.js';
import type { ApprovalService } from '../../core/approvals/service.js';
import type { Directory } from '../../core/governance/identity/directory.js';
import type {
  DelegationRepository,
  PeopleRepository,
  PersonRecord,
} from '../../core/governance/identity/people.js';
import type { TotpService } from '../../core/governance/identity/totp.js';
import { mayDo } from '../../core/governance/permissions.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { Turn } from '../../core/kernel/turn.js';
import { listContent } from '../cards/approval-list.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import { recogniseCommand } from '../recognise-command.js';
import type { TextKey, TextParameters, Texts } from '../texts.js';
import { readApprovalCommand, type ApprovalCommand } from './read-command.js';

export interface ApprovalCommandsDependencies {
  approvals: ApprovalService;
  directory: (tenantId: string) => Directory;
  people: (tenantId: string) => PeopleRepository;
  delegations: (tenantId: string) => DelegationRepository;
  totp: TotpService;
  texts: Texts;
  clock: Clock;
  /** The company's, for those whose own is not known. */
  timeZone?: string;
}

type Deps = ApprovalCommandsDependencies;
type Say = (key: TextKey, parameters?: TextParameters) => void;

/** What waits, what was asked for, who decides for whom, who may do what: by words in any conversation. */
export function approvalCommandsDialog(deps: Deps): Dialog {
  return async (turn) => {
    const { kind, addressed } = turn.activity;
    if (kind !== 'message' || !addressed) return false;
    const text = turn.activity.text.trim();
    const timeZone = turn.person.timeZone ?? deps.timeZone;
    const command = readApprovalCommand(text, deps.clock.now(), timeZone) ?? fromTitle(text);
    if (!command) return false;
    const say: Say = (key, parameters) => {
      turn.reply(noticeContent(turn.locale, { text: deps.texts.text(key, turn.locale, parameters) }));
    };
    return answer(turn, deps, command, say);
  };
}

/** The commands' own titles, in every language. */
function fromTitle(text: string): ApprovalCommand | undefined {
  const recognised = recogniseCommand(text);
  switch (recognised?.name) {
    case 'waiting':
      return { kind: 'waiting' };
    case 'my-requests':
      return { kind: 'my-requests' };
    case 'cancel':
      return { kind: 'cancel', what: recognised.rest };
    case 'nudge':
      return { kind: 'nudge', what: recognised.rest };
    case 'delegate':
      return { kind: 'delegate', to: recognised.rest };
    case 'who-approved':
      return { kind: 'who-approved', what: recognised.rest };
    default:
      return undefined;
  }
}

async function answer(turn: Turn, deps: Deps, command: ApprovalCommand, say: Say): Promise<boolean> {
  const { tenant, person, locale } = turn;
  const view = { locale, now: deps.clock.now(), timeZone: person.timeZone };
  switch (command.kind) {
    case 'waiting': {
      const waiting = await deps.approvals.waitingFor(tenant.id, person.id);
      turn.reply(listContent(deps.texts, 'waiting', waiting, view));
      return true;
    }
    case 'my-requests': {
      const mine = await deps.approvals.requestedBy(tenant.id, person.id);
      turn.reply(listContent(deps.texts, 'my-requests', mine, view));
      return true;
    }
    case 'cancel':
      return cancel(turn, deps, command.what, say);
    case 'nudge':
      await nudge(turn, deps, command.what, say);
      return true;
    case 'answer':
      return answerQuestion(turn, deps, command.text, say);
    case 'delegate':
      await delegate(turn, deps, command, say);
      return true;
    case 'hand-over':
      await handOver(turn, deps, command, say);
      return true;
    case 'end-delegation':
      await deps.delegations(tenant.id).end(person.id, deps.clock.now());
      turn.audit({ action: 'delegation-end', resource: `person:${person.id}` });
      say('delegation.ended');
      return true;
    case 'who-approved':
      await whoApproved(turn, deps, command.what, say);
      return true;
    case 'set-up-codes':
      await setUpCodes(turn, deps, say);
      return true;
    case 'code':
      return confirmCode(turn, deps, command.code, say);
    default:
      await administer(turn, deps, command, say);
      return true;
  }
}

/** Takes back one's own request. Without one that waits the word means something else, so others may answer. */
async function cancel(turn: Turn, deps: Deps, what: string, say: Say): Promise<boolean> {
  const open = await openRequests(turn, deps);
  const meant = matching(open, what, deps, turn);
  if (meant.length === 0) {
    if (what === '' || open.length === 0) return false;
    say('decision.none-yours');
    return true;
  }
  const [approval] = meant;
  if (meant.length > 1 || !approval) return whichOne(meant, deps, say, turn);
  const { tenant, person } = turn;
  const ask = { tenantId: tenant.id, approvalId: approval.id, person, mayCancelAny: false };
  const result = await deps.approvals.cancel(ask);
  say(result.ok ? 'approval.taken-back' : 'approval.stale');
  return true;
}

async function nudge(turn: Turn, deps: Deps, what: string, say: Say): Promise<void> {
  const meant = matching(await openRequests(turn, deps), what, deps, turn).filter(
    ({ state }) => state === 'pending',
  );
  const [approval] = meant;
  if (!approval) return say('decision.none-yours');
  if (meant.length > 1) return void whichOne(meant, deps, say, turn);
  const result = await deps.approvals.nudge(turn.tenant.id, approval.id, turn.person.id);
  if (result === 'too-soon') return say('decision.nudge-soon');
  if (typeof result === 'string') return say('decision.none-yours');
  const names = (list: string[]): { names: string; count: number } => deps.texts.people(list, turn.locale);
  if (result.told.length > 0) say('approval.nudged', names(result.told));
  if (result.later.length > 0) say('approval.nudged-later', names(result.later));
  const unreached = (approval.unreached ?? []).map(({ name }) => name);
  if (unreached.length > 0) say('escalation.unreached-not', names(unreached));
}

/** The requester answers what an approver asked; both see it on their cards. */
async function answerQuestion(turn: Turn, deps: Deps, text: string, say: Say): Promise<boolean> {
  const asked = (await openRequests(turn, deps)).filter(({ notes }) => notes.at(-1)?.kind === 'question');
  const [approval] = asked;
  if (!approval) return false;
  if (asked.length > 1) return whichOne(asked, deps, say, turn);
  const { tenant, person } = turn;
  const result = await deps.approvals.note({ tenantId: tenant.id, approvalId: approval.id, person, text });
  const asker = approval.notes.at(-1)?.by;
  if (!result.ok || !asker) {
    say('approval.stale');
    return true;
  }
  say('approval.info-answered', { name: asker.name });
  // Their card shows it, but a rewritten card calls nobody.
  const copy = approval.copies.find(
    ({ audience, personId }) => audience === 'approver' && personId === asker.id,
  );
  if (copy) {
    const words = deps.texts.text('escalation.answered', copy.locale, { name: person.name, text });
    const about = deps.texts.tools.summary(approval, copy.locale);
    turn.post(copy.conversation, { text: `${words}\n\n> ${about}` });
  }
  return true;
}

async function delegate(
  turn: Turn,
  deps: Deps,
  { to, until, from: asked }: Extract<ApprovalCommand, { kind: 'delegate' }>,
  say: Say,
): Promise<void> {
  if (to === '' || !until) return say('decision.delegate-usage');
  const { tenant, person, locale } = turn;
  const receiver = await onePerson(turn, deps, to, say);
  if (!receiver) return;
  const now = deps.clock.now();
  const from = asked && asked > now ? asked : now;
  if (receiver.id === person.id || until <= from) return say('decision.delegate-usage');
  await deps.delegations(tenant.id).end(person.id, from);
  await deps.delegations(tenant.id).add({
    id: turn.id,
    fromId: person.id,
    toId: receiver.id,
    from,
    until,
    strength: turn.bindingStrength,
  });
  turn.audit({
    action: 'delegation-set',
    resource: `person:${person.id}`,
    after: { to: receiver.id, from: from.toISOString(), until: until.toISOString() },
  });
  const day = (at: Date): string => deps.texts.date(at, locale, turn.person.timeZone);
  const lastDay = day(new Date(until.getTime() - 1));
  if (from > now)
    return say('delegation.set-ahead', { from: day(from), until: lastDay, name: receiver.name });
  // What waits already is handed over as well.
  for (const approval of await deps.approvals.waitingFor(tenant.id, person.id))
    await deps.approvals.refreshApprovers(approval);
  say('delegation.set', { until: lastDay, name: receiver.name });
}

/** Asks somebody to take over what waits for the person, or the one thing that is named. */
async function handOver(
  turn: Turn,
  deps: Deps,
  { to, what }: Extract<ApprovalCommand, { kind: 'hand-over' }>,
  say: Say,
): Promise<void> {
  const { tenant, person } = turn;
  const meant = matching(await deps.approvals.waitingFor(tenant.id, person.id), what, deps, turn);
  if (meant.length === 0) return say('waiting.empty');
  const receiver = await onePerson(turn, deps, to, say);
  if (!receiver) return;
  const { id, name } = receiver;
  let asked = 0;
  for (const approval of meant) {
    const ask = { tenantId: tenant.id, approvalId: approval.id, person, to: { id, name } };
    if ((await deps.approvals.askHandOver(ask)).ok) asked += 1;
  }
  say(asked > 0 ? 'approval.hand-over-asked' : 'approval.hand-over-not', { name });
}

async function whoApproved(turn: Turn, deps: Deps, what: string, say: Say): Promise<void> {
  const { tenant, person, locale } = turn;
  const mayReadAll = mayDo(person, 'approval:read-all');
  const isTheirs = ({ requester, approvers }: Approval): boolean =>
    mayReadAll || requester.id === person.id || approvers.some(({ id }) => id === person.id);
  const approval = await deps.approvals.newest(
    tenant.id,
    (each) => each.decision !== null && isTheirs(each) && matching([each], what, deps, turn).length > 0,
  );
  if (!approval?.decision) return say('who-approved.none', { title: what });
  const { decision, state } = approval;
  say('who-approved.text', {
    title: deps.texts.tools.summary(approval, locale),
    state: deps.texts.text(`approval.state-${state}`, locale),
    name: decision.by.kind === 'person' ? decision.by.name : 'Steward',
    time: deps.texts.dateTime(decision.at, locale, turn.person.timeZone),
  });
}

async function setUpCodes(turn: Turn, deps: Deps, say: Say): Promise<void> {
  const { tenant, person, conversation } = turn;
  if (conversation.scope !== 'personal') return say('totp.personal');
  const enrolment = await deps.totp.enrol(tenant.id, { id: person.id, label: person.email ?? person.name });
  if (!enrolment) return say('totp.exists');
  turn.audit({ action: 'authenticator-begin', resource: `person:${person.id}` });
  const { toDataURL } = await import('qrcode'); // needed once in a person's life
  const picture = await toDataURL(enrolment.uri, { margin: 2, scale: 5 });
  const text = deps.texts.text('totp.enrol', turn.locale, { secret: enrolment.secret });
  turn.reply(noticeContent(turn.locale, { text, picture: { url: picture, altText: 'QR code' } }));
}

async function confirmCode(turn: Turn, deps: Deps, code: string, say: Say): Promise<boolean> {
  const { tenant, person, conversation } = turn;
  if (conversation.scope !== 'personal') return false;
  const codes = await deps.totp.confirm(tenant.id, person.id, code);
  if (!codes) {
    say('totp.wrong');
    return true;
  }
  turn.audit({ action: 'authenticator-confirm', resource: `person:${person.id}` });
  say('totp.confirmed', { codes: codes.map((each) => `- \`${each}\``).join('\n') });
  return true;
}

/** Roles and authenticators of others: for administrators, audited. */
async function administer(
  turn: Turn,
  deps: Deps,
  command: Extract<ApprovalCommand, { kind: 'role' | 'roles-of' | 'reset-codes' }>,
  say: Say,
): Promise<void> {
  const { tenant, person, locale } = turn;
  // Asked anew: who lost the role a moment ago gives it to nobody, themselves least of all.
  const today = await deps.directory(tenant.id).person(person.id);
  if (!today?.active || !mayDo(today, 'person:change-roles')) return say('roles.denied');
  const other = await onePerson(turn, deps, command.who, say);
  if (!other) return;
  if (command.kind === 'roles-of')
    return say('roles.list', { name: other.name, roles: deps.texts.list(other.roles, locale) });
  if (command.kind === 'reset-codes') {
    await deps.totp.reset(tenant.id, other.id);
    turn.audit({ action: 'authenticator-reset', resource: `person:${other.id}` });
    return say('roles.list', { name: other.name, roles: deps.texts.list(other.roles, locale) });
  }
  const admins = await deps.directory(tenant.id).byRole('admin');
  const isLastAdmin = command.role === 'admin' && admins.every(({ id }) => id === other.id);
  if (command.change === 'take' && isLastAdmin) return say('roles.last-admin', { name: other.name });
  const roles = await deps.people(tenant.id).changeRole(other.id, command.role, command.change);
  if (!roles) return say('decision.unknown-person', { name: command.who });
  turn.audit({
    action: command.change === 'give' ? 'role-give' : 'role-take',
    resource: `person:${other.id}`,
    before: other.roles,
    after: roles,
  });
  say('roles.changed', { name: other.name, roles: deps.texts.list(roles, locale) });
}

async function onePerson(turn: Turn, deps: Deps, name: string, say: Say): Promise<PersonRecord | undefined> {
  const found = await deps.directory(turn.tenant.id).search(name);
  if (found.length === 0) say('decision.unknown-person', { name });
  if (found.length > 1) {
    const list = deps.texts.list(
      found.map((each) => `${each.name} (${each.email ?? each.id})`),
      turn.locale,
    );
    say('decision.several-people', { name, list });
  }
  return found.length === 1 ? found[0] : undefined;
}

async function openRequests(turn: Turn, deps: Deps): Promise<Approval[]> {
  const mine = await deps.approvals.requestedBy(turn.tenant.id, turn.person.id);
  return mine.filter(({ state }) => state === 'pending' || state === 'approved');
}

/** What people say around the thing they mean. */
const SMALL_WORDS = new Set(
  (
    'the a an my for of to request requests der die das den dem des für von mein meine meinen anfrage antrag ' +
    'el la los las mi para de del solicitud le les du des mon ma pour demande'
  ).split(' '),
);

/** All when nothing is named, else those that have all the words. */
function matching(approvals: Approval[], what: string, { texts }: Deps, { locale }: Turn): Approval[] {
  const words = what
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && !SMALL_WORDS.has(word));
  return approvals.filter((approval) => {
    const { id, summary, tool, requester } = approval;
    const spoken = texts.tools;
    const shown = [spoken.summary(approval, locale), spoken.title(tool, locale)];
    const all = [summary, tool.title, ...shown, requester.name, id];
    return words.every((word) => all.join(' ').toLowerCase().includes(word));
  });
}

function whichOne(approvals: Approval[], deps: Deps, say: Say, turn: Turn): true {
  const titles = approvals
    .slice(0, 5)
    .map((approval) => deps.texts.tools.summary(approval, turn.locale, turn.person.timeZone));
  say('decision.which', { list: deps.texts.list(titles, turn.locale) });
  return true;
}
