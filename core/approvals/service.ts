import type { ConversationReference } from '../kernel/conversation-reference.js';
import type { Approval, PersonName } from './approval.js';
import { withOneDirectory, type ApprovalContext } from './context.js';
import { copyKeyOf, readingOf, viewFor } from './effects.js';
import { commit } from './commit.js';
import {
  cancelApproval,
  decideApproval,
  delegateApproval,
  noteOnApproval,
  type Ask,
  type AskResult,
} from './decide.js';
import { editApproval, type EditAsk, type EditResult } from './edit.js';
import { answerHandOver, askForTheAway, askHandOver } from './hand-over.js';
import { executeApproval, undoApproval } from './execute.js';
import { openApproval, type Opened, type OpenRequest } from './open.js';
import { approvalToken } from './token.js';
import { nudgeApprovers, refreshApprovers, tickApproval, type Nudged } from './timers.js';
import type { OutboundContent } from '../kernel/outbound-message.js';

/** Everything that can be done with approvals, for dialogs, jobs and the API. */
export interface ApprovalService {
  open(request: OpenRequest): Promise<Opened>;
  decide(ask: Ask & { verdict: 'approve' | 'reject'; reason?: string; code?: string }): Promise<AskResult>;
  edit(ask: EditAsk): Promise<EditResult>;
  delegate(ask: Ask & { to: PersonName }): Promise<AskResult>;
  /** Asks somebody to decide instead; they may once they have accepted. */
  askHandOver(ask: Omit<Ask, 'token'> & { to: PersonName }): Promise<AskResult>;
  answerHandOver(ask: Omit<Ask, 'token'> & { accept: boolean }): Promise<AskResult>;
  note(ask: Omit<Ask, 'token'> & { text: string }): Promise<AskResult>;
  cancel(ask: Omit<Ask, 'token'> & { reason?: string; mayCancelAny: boolean }): Promise<AskResult>;
  /** Takes back what was done, where the tool can. */
  undo(
    tenantId: string,
    approvalId: string,
    person: PersonName & { active: boolean },
  ): ReturnType<typeof undoApproval>;
  nudge(
    tenantId: string,
    approvalId: string,
    requesterId: string,
  ): Promise<Nudged | 'too-soon' | 'not-pending' | 'not-found'>;
  get(tenantId: string, approvalId: string): Promise<Approval | undefined>;
  waitingFor(tenantId: string, personId: string): Promise<Approval[]>;
  requestedBy(tenantId: string, personId: string): Promise<Approval[]>;
  newest(tenantId: string, fits: (approval: Approval) => boolean): Promise<Approval | undefined>;
  /** The approval's card as one person sees it now. */
  contentFor(approval: Approval, personId: string, locale: string, timeZone?: string): OutboundContent;
  /** The token of the present revision, for somebody who has just made that revision. */
  tokenFor(approval: Approval): string;
  /** Posts the card in one more place, or again where it scrolled away; it is kept up to date from then on. */
  showIn(
    approval: Approval,
    personId: string,
    conversation: ConversationReference,
    locale: string,
    timeZone?: string,
  ): Promise<void>;
  /** Posts what waits for a person into a conversation that was not known when it was asked for. */
  personReachable(tenantId: string, personId: string, conversation: ConversationReference): Promise<number>;
  execute(tenantId: string, approvalId: string): Promise<Approval | undefined>;
  tick(tenantId: string, approvalId: string): Promise<void>;
  refreshApprovers(approval: Approval): Promise<boolean>;
}

/** Joins the pieces; holds no state of its own, so any number of processes may have one. */
export function createApprovalService(context: ApprovalContext): ApprovalService {
  const repository = context.approvals;
  const roleOf = (approval: Approval, personId: string): 'approver' | 'requester' =>
    approval.approvers.some(({ id }) => id === personId) ? 'approver' : 'requester';

  const showIn: ApprovalService['showIn'] = async (approval, personId, conversation, locale, timeZone) => {
    const base = copyKeyOf(approval.id, conversation);
    const isThere = approval.copies.some(({ copyKey }) => copyKey === base);
    const copyKey = isThere ? `${base}#${approval.version}` : base;
    const copy = { copyKey, conversation, audience: roleOf(approval, personId), personId, locale, timeZone };
    await commit(context, approval, { kind: 'add-copies', copies: [copy] });
  };

  return {
    async open(request) {
      const own = withOneDirectory(context, request.tenantId);
      const opened = await openApproval(own, request);
      if (opened.kind === 'opened') context.later(() => askForTheAway(own, opened.approval));
      return opened;
    },
    decide: (ask) => decideApproval(context, ask),
    edit: (ask) => editApproval(context, ask),
    delegate: (ask) => delegateApproval(context, ask),
    askHandOver: (ask) => askHandOver(context, ask),
    answerHandOver: (ask) => answerHandOver(context, ask),
    note: (ask) => noteOnApproval(context, ask),
    cancel: (ask) => cancelApproval(context, ask),
    undo: (tenantId, approvalId, person) => undoApproval(context, tenantId, approvalId, person),
    nudge: (tenantId, approvalId, requesterId) => nudgeApprovers(context, tenantId, approvalId, requesterId),
    get: (tenantId, approvalId) => repository(tenantId).get(approvalId),
    waitingFor: async (tenantId, personId) =>
      (await repository(tenantId).waitingFor(personId)).filter(
        ({ votes, revision, expiresAt }) =>
          expiresAt > context.clock.now() &&
          !votes.some((vote) => vote.by.id === personId && vote.revision === revision),
      ),
    requestedBy: (tenantId, personId) => repository(tenantId).requestedBy(personId),
    newest: (tenantId, fits) => repository(tenantId).newest(fits),
    contentFor: (approval, personId, locale, timeZone) =>
      context.cards.card(
        approval,
        viewFor(
          approval,
          {
            audience: roleOf(approval, personId),
            personId,
            ...readingOf(approval, personId, { locale, timeZone }),
          },
          { secret: context.secret, now: context.clock.now() },
        ),
      ),
    tokenFor: (approval) => approvalToken(approval, context.secret),
    showIn,
    async personReachable(tenantId, personId, conversation) {
      const waiting = await repository(tenantId).waitingFor(personId);
      const unseen = waiting.filter(({ id, copies }) =>
        copies.every(({ copyKey }) => copyKey !== copyKeyOf(id, conversation)),
      );
      const person = unseen.length > 0 ? await context.directory(tenantId).person(personId) : undefined;
      for (const approval of unseen)
        await showIn(approval, personId, conversation, person?.locale ?? 'en', person?.timeZone);
      return unseen.length;
    },
    execute: (tenantId, approvalId) => executeApproval(context, tenantId, approvalId),
    tick: (tenantId, approvalId) => tickApproval(context, tenantId, approvalId),
    refreshApprovers: (approval) => refreshApprovers(context, approval),
  };
}
