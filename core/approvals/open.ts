import type { Unreached } from '../governance/identity/reach.js';
import type { ApprovalRule } from '../governance/policy/decision.js';
import type { ConversationReference } from '../kernel/conversation-reference.js';
import type { NotificationOrder } from '../kernel/effect.js';
import { newId } from '../kernel/ids.js';
import { digest } from '../kernel/json.js';
import type { Approval, ApprovalCopy, ApprovalTimers, Approver, PersonName } from './approval.js';
import type { ApprovalContext } from './context.js';
import { copyKeyOf, openingEffect } from './effects.js';
import { commit } from './commit.js';
import { isSatisfiable, resolveApprovers } from './rules.js';
import { approvalDigest, newNonce } from './token.js';
import { nextDue } from './transition.js';
import type { CheckedCall } from './tool-desk.js';

/** A tool call that the policy wants a person to decide. */
export interface OpenRequest {
  tenantId: string;
  /** Names the piece of work that asks, so that doing it again opens nothing new. */
  requestKey: string;
  call: CheckedCall;
  rule: ApprovalRule;
  reason: string;
  policy: { ruleId: string; version: string };
  requester: PersonName;
  agent?: string;
  origin: ConversationReference;
  locale: string;
  runId?: string;
  correlationId: string;
  /** An open request that this one replaces. */
  supersedes?: string;
}

export type Opened =
  | { kind: 'opened'; approval: Approval }
  /** The same request of the same person waits already. */
  | { kind: 'waiting-already'; approval: Approval }
  /** The rule cannot be satisfied by the people there are. */
  | { kind: 'nobody-can-decide' };

/** Opens an approval: finds who decides, stores it with its cards in one write. */
export async function openApproval(context: ApprovalContext, request: OpenRequest): Promise<Opened> {
  const { clock, cards, secret, poke, metrics, logger } = context;
  const { tenantId, call, requester } = request;
  const repository = context.approvals(tenantId);
  const now = clock.now();
  const twin = await repository.pendingTwin(requester.id, call.tool.name, digest(call.parameters));
  // A turn that is run again after its process was killed finds what it opened itself.
  const isOwn = twin?.correlationId === request.correlationId;
  if (twin && !request.supersedes) return { kind: isOwn ? 'opened' : 'waiting-already', approval: twin };

  const rule = {
    ...request.rule,
    undoSeconds: Math.min(request.rule.undoSeconds, context.maxUndoSeconds ?? 86_400),
  };
  const directory = context.directory(tenantId);
  const approvers = await resolveApprovers(rule, requester.id, directory, now);
  const draft = draftOf({ ...request, rule }, approvers, now);
  if (!isSatisfiable(draft, now)) {
    logger.warn(
      { tenantId, rule: rule.name, correlationId: request.correlationId },
      'A request was refused because nobody can decide it. Name administrators (STEWARD_ADMINS) or the people (STEWARD_ORG_FILE).',
    );
    return { kind: 'nobody-can-decide' };
  }

  const { copies, unreached, mails } = await copiesFor(context, draft, approvers, request.locale);
  const asking = await directory.person(requester.id);
  const approval = withDue({
    ...draft,
    copies: [requesterCopy(draft, request.locale, asking?.timeZone), ...copies],
    unreached,
    // Where nobody can learn of it, those above them are asked at once.
    ...(unreached.filter(({ mailed }) => !mailed).length === approvers.length && {
      timers: { ...draft.timers, escalateAt: now },
    }),
  });
  const effect = openingEffect(approval, { cards, secret, now }, mails);
  const stored = await repository.insert(approval, request.requestKey, effect);
  if (stored.id === approval.id) metrics.count('approvals_opened_total', { tool: call.tool.name });
  poke(tenantId, stored.id, stored === approval ? effect : undefined);
  if (request.supersedes) await supersede(context, tenantId, request.supersedes, requester, stored.id);
  return { kind: 'opened', approval: stored };
}

async function supersede(
  context: ApprovalContext,
  tenantId: string,
  oldId: string,
  by: PersonName,
  newApprovalId: string,
): Promise<void> {
  const old = await context.approvals(tenantId).get(oldId);
  if (!old || old.requester.id !== by.id) return;
  await commit(context, old, {
    kind: 'supersede',
    by: { kind: 'person', ...by },
    reason: `approval:${newApprovalId}`,
  });
}

function draftOf(request: OpenRequest, approvers: Approver[], now: Date): Approval {
  const { tenantId, call, rule, requester } = request;
  const expiresAt = new Date(now.getTime() + rule.expiresAfterHours * 3_600_000);
  const approval: Approval = {
    id: newId(now),
    tenantId,
    version: 1,
    state: 'pending',
    tool: call.tool,
    parameters: call.parameters,
    schema: call.schema,
    summary: call.summary,
    reason: request.reason,
    policy: request.policy,
    costMicroUsd: call.facts.amountMicroUsd,
    untrusted: call.facts.untrusted ?? false,
    requester,
    agent: request.agent,
    origin: request.origin,
    runId: request.runId,
    correlationId: request.correlationId,
    rule,
    approvers,
    votes: [],
    edits: [],
    notes: [],
    revision: 1,
    digest: approvalDigest({
      tenantId,
      tool: call.tool.name,
      parameters: call.parameters,
      requesterId: requester.id,
      policyVersion: request.policy.version,
      expiresAt,
    }),
    nonce: newNonce(),
    copies: [],
    createdAt: now,
    expiresAt,
    timers: firstTimers(now, expiresAt),
    decision: null,
  };
  return approval;
}

const withDue = (approval: Approval): Approval => ({ ...approval, dueAt: nextDue(approval) });

/** A reminder after a quarter of the time, the approvers' managers after half of it. */
export function firstTimers(from: Date, expiresAt: Date): ApprovalTimers {
  const total = expiresAt.getTime() - from.getTime();
  return { remindAt: new Date(from.getTime() + total / 4), escalateAt: new Date(from.getTime() + total / 2) };
}

function requesterCopy(approval: Approval, locale: string, timeZone: string | undefined): ApprovalCopy {
  const { origin, requester } = approval;
  return {
    copyKey: copyKeyOf(approval.id, origin),
    conversation: origin,
    audience: 'requester',
    personId: origin.scope === 'personal' ? requester.id : undefined,
    locale,
    timeZone,
  };
}

/**
 * Copies for people who may decide, in each channel in which they talk to Steward, or where a conversation can be opened
 * with them; and those whom no chat reaches, with a mail for each who has an address.
 */
export async function copiesFor(
  context: ApprovalContext,
  approval: Approval,
  approvers: readonly PersonName[],
  defaultLocale: string,
): Promise<{ copies: ApprovalCopy[]; unreached: Unreached[]; mails: NotificationOrder[] }> {
  const directory = context.directory(approval.tenantId);
  const taken = new Set([
    copyKeyOf(approval.id, approval.origin),
    ...approval.copies.map(({ copyKey }) => copyKey),
  ]);
  const copies: ApprovalCopy[] = [];
  const unreached: Unreached[] = [];
  const mails: NotificationOrder[] = [];
  for (const { id } of approvers) {
    const person = await directory.person(id);
    if (!person?.active) continue;
    const conversations = await context.reach(approval.tenantId, person, approval.origin);
    if (conversations.length === 0) {
      const mail =
        context.canMail && person.email
          ? mailFor(context, approval, { ...person, email: person.email }, defaultLocale)
          : undefined;
      unreached.push({ id, name: person.name, mailed: mail !== undefined });
      if (mail) mails.push(mail);
    }
    for (const conversation of conversations) {
      const copyKey = copyKeyOf(approval.id, conversation);
      if (taken.has(copyKey)) continue;
      taken.add(copyKey);
      copies.push({
        copyKey,
        conversation,
        audience: 'approver',
        personId: id,
        locale: person.locale ?? defaultLocale,
        timeZone: person.timeZone,
      });
    }
  }
  if (unreached.length > 0) {
    context.metrics.count('approval_recipients_unreached_total', {}, unreached.length);
    context.logger.warn(
      { approvalId: approval.id, unreached: unreached.map(({ id, mailed }) => ({ id, mailed })) },
      'People who are to decide have no chat with Steward; the requester is told.',
    );
  }
  return { copies, unreached, mails };
}

/** For somebody without a chat: a mail that says where to decide. */
function mailFor(
  { cards }: ApprovalContext,
  approval: Approval,
  { id, email, locale, timeZone }: { id: string; email: string; locale?: string; timeZone?: string },
  defaultLocale: string,
): NotificationOrder {
  return {
    id: `approval:${approval.id}:mail:${id}`,
    by: 'email',
    to: email,
    ...cards.mail(approval, { locale: locale ?? defaultLocale, timeZone }),
    data: { approvalId: approval.id, tool: approval.tool.name },
  };
}
