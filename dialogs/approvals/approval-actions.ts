import { z } from 'zod';
import { coerceInputs, emptiedInputs } from '../../core/agents/tools/coerce-inputs.js';
import type { Approval } from '../../core/approvals/approval.js';
import type { Ask, AskRefusal } from '../../core/approvals/decide.js';
import { readingOf } from '../../core/approvals/effects.js';
import type { ApprovalService } from '../../core/approvals/service.js';
import type { Directory } from '../../core/governance/identity/directory.js';
import { mayDo } from '../../core/governance/permissions.js';
import type { Clock } from '../../core/kernel/clock.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import { canonicalJson, type JsonObject, type JsonValue } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { approvalEditContent } from '../cards/approval-cards.js';
import { tellClicker } from '../tell-clicker.js';
import type { Texts } from '../texts.js';

export interface ApprovalActionsDependencies {
  approvals: ApprovalService;
  directory: (tenantId: string) => Directory;
  texts: Texts;
  clock: Clock;
}

const aboutSchema = z.object({
  approvalId: z.string().regex(/^[0-9a-z]{10,64}$/),
  token: z.string().max(200).default(''),
  code: z.string().trim().max(40).optional(),
});
const clickSchema = aboutSchema.extend({
  reason: z.string().trim().max(1_000).optional(),
  to: z.string().trim().max(200).optional(),
  question: z.string().trim().max(1_000).optional(),
});
type Click = z.output<typeof clickSchema>;

type Handler = (
  turn: Turn,
  click: Click,
  deps: ApprovalActionsDependencies,
  data: JsonObject,
) => Promise<void>;

const HANDLERS = new Map<string, Handler>([
  ['approval.approve', approve],
  ['approval.reject', reject],
  ['approval.edit', openEditor],
  ['approval.save', saveAndApprove],
  ['approval.delegate', delegate],
  ['approval.take', (turn, click, deps) => answerHandOver(turn, click, deps, true)],
  ['approval.decline', (turn, click, deps) => answerHandOver(turn, click, deps, false)],
  ['approval.info', ask],
  ['approval.cancel', cancel],
  ['approval.undo', undo],
  ['approval.refresh', refresh],
]);

/** True for clicks that `handleApprovalAction` answers; they wait for no conversation and no run. */
export function isApprovalAction(turn: Pick<Turn, 'activity'>): boolean {
  const { kind, action } = turn.activity;
  return (kind === 'card-action' || kind === 'card-refresh') && HANDLERS.has(action?.verb ?? '');
}

/**
 * Answers a click on an approval's card. Who clicked is taken from the turn and never from the card; what the card
 * carries says only which request and which revision of it was seen.
 */
export async function handleApprovalAction(turn: Turn, deps: ApprovalActionsDependencies): Promise<boolean> {
  if (!isApprovalAction(turn)) return false;
  const { verb, data } = turn.activity.action ?? { verb: '', data: {} };
  // What the editor sends besides are the tool's own parameters, which may have these names as well.
  const click: z.ZodSafeParseResult<Click> = (verb === 'approval.save' ? aboutSchema : clickSchema).safeParse(
    data,
  );
  if (!click.success) {
    tellWhatIsWrong(turn, deps, click.error);
    return true;
  }
  await HANDLERS.get(verb)?.(turn, click.data, deps, data);
  return true;
}

/** A text that is too long is told at its field; anything else no card of ours sends. */
function tellWhatIsWrong(turn: Turn, { texts }: ApprovalActionsDependencies, { issues }: z.ZodError): void {
  const { locale } = turn;
  const tooLong = issues.filter(({ code, path }) => code === 'too_big' && path[0] !== 'token');
  const [first] = tooLong;
  if (!first) return tellClicker(turn, texts.text('error.not-found', locale));
  const said = tooLong.map(({ path, message }) => [String(path[0]), texts.tools.sentence(message, locale)]);
  turn.respond({ kind: 'field-errors', errors: Object.fromEntries(said) as Record<string, string> });
  if (!turn.activity.expectsResponse) tellClicker(turn, texts.tools.sentence(first.message, locale));
}

async function approve(turn: Turn, click: Click, deps: ApprovalActionsDependencies): Promise<void> {
  const { token, code } = click;
  const result = await deps.approvals.decide({ ...askOf(turn, click), token, code, verdict: 'approve' });
  if (result.ok) showMine(turn, deps, result.approval);
  else refuse(turn, deps, result.refusal, result.approval);
}

async function reject(turn: Turn, click: Click, deps: ApprovalActionsDependencies): Promise<void> {
  const { token, reason } = click;
  if (!reason) {
    turn.respond({
      kind: 'field-errors',
      errors: { reason: deps.texts.text('approval.reject-reason-error', turn.locale) },
    });
    if (!turn.activity.expectsResponse)
      tellClicker(turn, deps.texts.text('approval.reject-reason-error', turn.locale));
    return;
  }
  const result = await deps.approvals.decide({ ...askOf(turn, click), token, reason, verdict: 'reject' });
  if (result.ok) showMine(turn, deps, result.approval);
  else refuse(turn, deps, result.refusal, result.approval);
}

/** Shows the parameters as inputs, to those who may decide. */
async function openEditor(
  turn: Turn,
  { approvalId, token }: Click,
  deps: ApprovalActionsDependencies,
): Promise<void> {
  const approval = await deps.approvals.get(turn.tenant.id, approvalId);
  const mine = approval?.approvers.some(({ id }) => id === turn.person.id) ?? false;
  if (!approval || !mine || !turn.person.active)
    return refuse(turn, deps, approval ? 'not-an-approver' : 'not-found');
  if (approval.decision) return refuse(turn, deps, 'already-decided', approval);
  show(turn, approval, approvalEditContent(deps.texts, approval, { ...viewOf(turn, deps, approval), token }));
}

/** Saves the edited parameters as a new revision and approves that revision, in one click. */
async function saveAndApprove(
  turn: Turn,
  click: Click,
  deps: ApprovalActionsDependencies,
  data: JsonObject,
): Promise<void> {
  const approval = await deps.approvals.get(turn.tenant.id, click.approvalId);
  if (!approval) return refuse(turn, deps, 'not-found');
  const values = coerceInputs(approval.schema, data);
  const emptied = emptiedInputs(approval.schema, data).filter((name) =>
    Object.hasOwn(approval.parameters, name),
  );
  const parameters = { ...values, ...Object.fromEntries(emptied.map((name) => [name, null])) };
  const { token, code } = click;
  const edited = await deps.approvals.edit({ ...askOf(turn, click), token, parameters, approve: { code } });
  if (edited.ok && edited.notApproved) return tellSaved(turn, deps, edited.notApproved, edited.approval);
  if (edited.ok) return showMine(turn, deps, edited.approval);
  if (edited.refusal === 'nothing-changed') return approve(turn, click, deps);
  if (edited.refusal === 'invalid') {
    const view = { ...viewOf(turn, deps, approval), token: click.token };
    const errors = deps.texts.tools.errors(edited.errors, turn.locale);
    return show(turn, approval, approvalEditContent(deps.texts, approval, view, { values, errors }), errors);
  }
  if (edited.refusal === 'denied' || edited.refusal === 'screened') {
    const { reason } = edited;
    const spoken = deps.texts.tools.sentence(reason, turn.locale);
    const isDenied = edited.refusal === 'denied';
    tellClicker(
      turn,
      deps.texts.text(isDenied ? 'approval.denied' : 'blocked.input', turn.locale, { reason: spoken }),
    );
    audit(turn, approval.id, `${edited.refusal}-edit`, reason);
    return;
  }
  // Other values than those that were approved are no second press of the same button.
  const { approval: stands } = edited;
  const isOther =
    stands !== undefined &&
    Object.entries(values).some(([name, value]) => !isSame(stands.parameters[name], value));
  if (edited.refusal === 'already-decided' && isOther) {
    audit(turn, approval.id, edited.refusal);
    return tellClicker(turn, refusalText(turn, deps, edited.refusal, stands));
  }
  refuse(turn, deps, edited.refusal, edited.approval);
}

const isSame = (one: JsonValue | undefined, other: JsonValue | undefined): boolean =>
  canonicalJson(one ?? null) === canonicalJson(other ?? null);

/** The changes stand, and who made them may not approve them, or not yet: the copies show it, the answer says it. */
function tellSaved(
  turn: Turn,
  deps: ApprovalActionsDependencies,
  refusal: AskRefusal,
  approval: Approval,
): void {
  const { texts } = deps;
  audit(turn, approval.id, refusal);
  if (refusal === 'not-an-approver') {
    const others = texts.people(
      approval.approvers.map(({ name }) => name),
      turn.locale,
    );
    return tellClicker(turn, texts.text('approval.saved-others', turn.locale, others));
  }
  const reason = refusalText(turn, deps, refusal, approval);
  tellClicker(turn, texts.text('approval.saved-not-approved', turn.locale, { reason }));
}

async function delegate(turn: Turn, click: Click, deps: ApprovalActionsDependencies): Promise<void> {
  const directory = deps.directory(turn.tenant.id);
  const named = click.to ? await directory.person(click.to) : undefined;
  const found = named ? [named] : click.to ? await directory.search(click.to) : [];
  const [receiver] = found;
  if (!receiver || found.length > 1) {
    const list = deps.texts.list(
      found.map(({ name, email, id }) => `${name} (${email ?? id})`),
      turn.locale,
    );
    const name = click.to ?? '';
    const text = receiver
      ? deps.texts.text('decision.several-people', turn.locale, { name, list })
      : name === ''
        ? deps.texts.text('approval.delegate-to', turn.locale)
        : deps.texts.text('decision.unknown-person', turn.locale, { name });
    turn.respond({ kind: 'field-errors', errors: { to: text } });
    if (!turn.activity.expectsResponse) tellClicker(turn, text);
    return;
  }
  const to = { id: receiver.id, name: receiver.name };
  const result = await deps.approvals.delegate({ ...askOf(turn, click), token: click.token, to });
  if (result.ok) return showMine(turn, deps, result.approval);
  const { refusal, approval } = result;
  // The form stays open and says why.
  if (refusal !== 'nothing-changed') return refuse(turn, deps, refusal, approval);
  const text = deps.texts.text('approval.hand-over-not', turn.locale, { name: to.name });
  audit(turn, click.approvalId, refusal);
  turn.respond({ kind: 'field-errors', errors: { to: text } });
  if (!turn.activity.expectsResponse) tellClicker(turn, text);
}

/** Takes over a decision that one was asked to take, or does not. */
async function answerHandOver(
  turn: Turn,
  click: Click,
  deps: ApprovalActionsDependencies,
  accept: boolean,
): Promise<void> {
  const result = await deps.approvals.answerHandOver({ ...askOf(turn, click), accept });
  if (result.ok) showMine(turn, deps, result.approval);
  else refuse(turn, deps, result.refusal, result.approval);
}

/** Asks the requester; their answer comes by a click on their own card or by "answer" in the chat. */
async function ask(turn: Turn, click: Click, deps: ApprovalActionsDependencies): Promise<void> {
  if (!click.question) return refuse(turn, deps, 'nothing-changed');
  const result = await deps.approvals.note({ ...askOf(turn, click), text: click.question });
  if (!result.ok) return refuse(turn, deps, result.refusal, result.approval);
  const { approval } = result;
  if (turn.person.id !== approval.requester.id) {
    const text = deps.texts.text('approval.info-asked', turn.locale, {
      name: turn.person.name,
      question: click.question,
    });
    turn.post(approval.origin, { text: `${text}\n\n> ${deps.texts.tools.summary(approval, turn.locale)}` });
  }
  showMine(turn, deps, approval);
}

async function cancel(turn: Turn, click: Click, deps: ApprovalActionsDependencies): Promise<void> {
  const mayCancelAny = mayDo(turn.person, 'approval:cancel-any');
  const result = await deps.approvals.cancel({ ...askOf(turn, click), reason: click.reason, mayCancelAny });
  if (!result.ok) return refuse(turn, deps, result.refusal, result.approval);
  // It may have been clicked in a list, so the answer is a sentence; the cards are rewritten by the outbox.
  tellClicker(turn, deps.texts.text('approval.taken-back', turn.locale));
}

async function undo(turn: Turn, click: Click, deps: ApprovalActionsDependencies): Promise<void> {
  const result = await deps.approvals.undo(turn.tenant.id, click.approvalId, turn.person);
  if (result.ok) return showMine(turn, deps, result.approval);
  if (result.reason) return tellClicker(turn, deps.texts.tools.sentence(result.reason, turn.locale));
  refuse(turn, deps, result.approval ? 'too-late' : 'not-an-approver', result.approval);
}

/** The reader's own view: asked by a client that shows the card, or by a click in a list. */
async function refresh(turn: Turn, click: Click, deps: ApprovalActionsDependencies): Promise<void> {
  const { person, conversation, locale } = turn;
  const approval = await deps.approvals.get(turn.tenant.id, click.approvalId);
  if (!approval || !person.active) return refuse(turn, deps, 'not-found');
  if (isInList(turn, click, approval)) {
    await deps.approvals.showIn(approval, person.id, conversation, locale, person.timeZone);
    return;
  }
  // Others who can see the card in a shared conversation see how it stands, as the card shows already.
  const isConcerned =
    approval.requester.id === person.id ||
    approval.approvers.some(({ id }) => id === person.id) ||
    approval.copies.some((copy) => conversationKey(copy.conversation) === conversationKey(conversation));
  if (!isConcerned) return refuse(turn, deps, 'not-an-approver');
  show(turn, approval, deps.approvals.contentFor(approval, person.id, locale, person.timeZone));
}

/**
 * True for a click in a list of what waits, which opens the card as a message of its own: the list's entries carry no
 * token, while every card that somebody can decide on in their own chat does.
 */
function isInList({ person, conversation }: Turn, { token }: Click, approval: Approval): boolean {
  const { state, votes, revision, approvers } = approval;
  const mayDecide =
    state === 'pending' &&
    approvers.some(({ id }) => id === person.id) &&
    !votes.some((vote) => vote.by.id === person.id && vote.revision === revision);
  return token === '' && mayDecide && conversation.scope === 'personal';
}

const askOf = (turn: Turn, { approvalId }: Click): Omit<Ask, 'token'> => ({
  tenantId: turn.tenant.id,
  approvalId,
  person: { ...turn.person, strength: turn.bindingStrength },
});

const viewOf = (
  turn: Turn,
  { clock }: ApprovalActionsDependencies,
  approval: Approval,
): { audience: 'approver'; personId: string; locale: string; timeZone?: string; now: Date } => ({
  audience: 'approver',
  personId: turn.person.id,
  ...readingOf(approval, turn.person.id, { locale: turn.locale, timeZone: turn.person.timeZone }),
  now: clock.now(),
});

/** The card as the clicker sees it now. The other copies, and this one for others, follow by the outbox. */
function showMine(turn: Turn, deps: ApprovalActionsDependencies, approval: Approval): void {
  show(
    turn,
    approval,
    deps.approvals.contentFor(approval, turn.person.id, turn.locale, turn.person.timeZone),
  );
}

/** In the answer to the click where the channel takes one, else by rewriting the copy. */
function show(
  turn: Turn,
  approval: Approval,
  content: OutboundContent,
  errors?: Record<string, string>,
): void {
  if (turn.activity.expectsResponse)
    return turn.respond({
      kind: 'card',
      content,
      copyVersion: approval.version,
      ...(errors && { errors }),
    });
  const copy = approval.copies.find(
    ({ conversation }) => conversationKey(conversation) === conversationKey(turn.conversation),
  );
  if (copy) turn.update(turn.conversation, copy.copyKey, content, { copyVersion: approval.version });
  else turn.reply(content);
}

/** Tells why nothing changed; whoever may see the request sees how it stands as well. Refusals are audited. */
function refuse(
  turn: Turn,
  deps: ApprovalActionsDependencies,
  refusal: AskRefusal,
  approval?: Approval,
): void {
  if (refusal === 'nothing-changed' && approval) return showMine(turn, deps, approval);
  if (approval && isOwnEarlierClick(turn, refusal, approval)) return showMine(turn, deps, approval);
  audit(turn, approval?.id, refusal);
  if (refusal === 'step-up-needed' || refusal === 'wrong-code') {
    const text = refusalText(turn, deps, refusal, approval);
    turn.respond({ kind: 'field-errors', errors: { code: text } });
    if (!turn.activity.expectsResponse) tellClicker(turn, text);
    return;
  }
  tellClicker(turn, refusalText(turn, deps, refusal, approval));
  if (!approval) return;
  // The copy that was clicked on may be old: it is rewritten, whatever its channel showed.
  const content = deps.approvals.contentFor(approval, turn.person.id, turn.locale, turn.person.timeZone);
  for (const copy of approval.copies) {
    if (
      conversationKey(copy.conversation) === conversationKey(turn.conversation) &&
      copy.personId === turn.person.id
    )
      turn.update(copy.conversation, copy.copyKey, content, { copyVersion: approval.version });
  }
}

/** The same click once more: the person sees what their first click led to. */
function isOwnEarlierClick(turn: Turn, refusal: AskRefusal, approval: Approval): boolean {
  const { verb } = turn.activity.action ?? { verb: '' };
  const verdict = verb === 'approval.reject' ? 'reject' : 'approve';
  return (
    (refusal === 'already-voted' || refusal === 'already-decided') &&
    ['approval.approve', 'approval.reject', 'approval.save'].includes(verb) &&
    approval.votes.some(
      (vote) =>
        vote.by.id === turn.person.id && vote.verdict === verdict && vote.revision === approval.revision,
    )
  );
}

function refusalText(
  turn: Turn,
  { texts, clock }: ApprovalActionsDependencies,
  refusal: AskRefusal,
  approval: Approval | undefined,
): string {
  const { locale } = turn;
  const decision = approval?.decision;
  switch (refusal) {
    case 'already-decided':
    case 'too-late':
    case 'not-pending':
    case 'busy':
    case 'expired':
      if (!approval || !decision) return texts.text('approval.stale', locale);
      return texts.text('approval.already', locale, {
        state: texts.text(`approval.state-${approval.state}`, locale),
        name: decision.by.kind === 'person' ? decision.by.name : 'Steward',
        time: texts.moment(decision.at, clock.now(), locale, turn.person.timeZone),
      });
    case 'own-request':
      return texts.text('approval.own-request', locale);
    case 'step-up-needed':
      return texts.text('approval.code-error', locale);
    case 'wrong-code':
      return texts.text('approval.code-wrong', locale);
    case 'stale':
    case 'already-voted':
      return texts.text('approval.stale', locale);
    case 'not-enrolled':
      return texts.text('decision.code-enrol', locale);
    case 'locked':
      return texts.text('decision.code-locked', locale);
    case 'weak-account':
      return texts.text('account.needed', locale);
    case 'directory-stale':
      return texts.text('approval.directory-old', locale);
    case 'not-found':
      return texts.text('error.not-found', locale);
    default:
      return texts.text('approval.not-yours', locale);
  }
}

function audit(turn: Turn, approvalId: string | undefined, refusal: string, reason?: string): void {
  const resource = `approval:${approvalId ?? 'unknown'}`;
  turn.audit({ action: 'approval-refuse', resource, after: { refusal }, ...(reason && { reason }) });
}
