import type { CardInput } from '../../cards/data.js';
import type { ApprovalView } from '../../core/approvals/approval-cards.js';
import type { Approval, ApprovalState, HandOver } from '../../core/approvals/approval.js';
import type { Actor } from '../../core/kernel/person.js';
import type { Texts } from '../texts.js';
import { parameterFacts, valueInWords, type Fact } from './parameter-facts.js';

type Badge = CardInput<'approval-status'>['badge'];
type Changes = NonNullable<CardInput<'approval-status'>['changes']>;
type Shared = Pick<
  CardInput<'approval-status'>,
  | 'locale'
  | 'title'
  | 'badge'
  | 'what'
  | 'facts'
  | 'parametersTitle'
  | 'parameters'
  | 'changes'
  | 'notes'
  | 'refresh'
  | 'reference'
>;

/** An approval in the reader's language: what all of its cards share. */
export interface ApprovalWords {
  title: string;
  badge: Badge;
  shared: Shared;
  deciders: CardInput<'approval-status'>['deciders'];
}

const STATE_TONE: Record<ApprovalState, Badge['tone']> = {
  pending: 'accent',
  approved: 'good',
  executing: 'accent',
  done: 'good',
  failed: 'attention',
  rejected: 'attention',
  expired: 'warning',
  cancelled: 'default',
  superseded: 'default',
};

export function approvalWords(texts: Texts, approval: Approval, view: ApprovalView): ApprovalWords {
  const { locale, token, now, timeZone } = view;
  const toDecide = approval.state === 'pending' && token !== undefined;
  const title = texts.text(
    toDecide
      ? 'approval.title'
      : view.audience === 'requester'
        ? 'approval.title-yours'
        : 'approval.title-decided',
    locale,
  );
  const badge = toDecide ? riskBadge(texts, approval, locale) : stateBadge(texts, approval, locale);
  const userIds = refreshIds(approval);
  return {
    title,
    badge,
    deciders: deciderSteps(texts, approval, locale, now, timeZone),
    shared: {
      locale,
      title,
      badge,
      what: texts.tools.summary(approval, locale, timeZone),
      facts:
        approval.state === 'pending'
          ? openFacts(texts, approval, view, timeZone)
          : closedFacts(texts, approval, view, timeZone),
      parametersTitle: texts.text('approval.parameters', locale),
      parameters: parameterFacts(texts, locale, approval.parameters, approval.schema, timeZone),
      changes: changesOf(texts, approval, locale, timeZone),
      notes: approval.notes.slice(-20).map(({ by, text }) => ({ by: by.name, text })),
      ...(userIds.length > 0 && { refresh: { title: texts.text('approval.refresh', locale), userIds } }),
      reference: { approvalId: approval.id, ...(token !== undefined && { token }) },
    },
  };
}

const MOST_REFRESHED = 60;

/**
 * Whose Teams clients ask for their own view of a card that several people see: those who may decide. Everybody else sees
 * the card as it was posted.
 */
function refreshIds({ origin, state, copies }: Approval): string[] {
  if (origin.scope === 'personal' || origin.channel !== 'teams' || state !== 'pending') return [];
  const ids = copies.flatMap(({ audience, conversation }) =>
    audience === 'approver' && conversation.channel === 'teams' ? (conversation.accountId ?? []) : [],
  );
  return [...new Set(ids)].slice(0, MOST_REFRESHED);
}

export function stateBadge(
  texts: Texts,
  { state, execution }: Pick<Approval, 'state' | 'execution'>,
  locale: string,
): Badge {
  if (execution?.undone) return { text: texts.text('approval.state-undone', locale), tone: 'default' };
  if (execution?.outcome?.kind === 'unknown')
    return { text: texts.text('approval.state-unclear', locale), tone: 'warning' };
  return { text: texts.text(`approval.state-${state}`, locale), tone: STATE_TONE[state] };
}

export function riskBadge(texts: Texts, { tool }: Approval, locale: string): Badge {
  const tone = tool.risk === 'destructive' ? 'attention' : tool.risk === 'write' ? 'warning' : 'default';
  return { text: texts.text(`approval.risk-${tool.risk}`, locale), tone };
}

function openFacts(
  texts: Texts,
  approval: Approval,
  { locale, now, token, personId }: ApprovalView,
  timeZone?: string,
): Fact[] {
  const { requester, agent, reason, costMicroUsd, policy, approvers, expiresAt } = approval;
  const asked = handOverAsked(approval, personId);
  return [
    ...(asked
      ? [
          fact(
            texts,
            locale,
            'hand-over',
            texts.text('approval.hand-over-asks', locale, { name: asked.by.name }),
          ),
        ]
      : []),
    fact(texts, locale, 'requester', agent === undefined ? requester.name : `${requester.name} (${agent})`),
    fact(texts, locale, 'why', texts.tools.reason(approval.policy, reason, locale)),
    ...(costMicroUsd === undefined ? [] : [fact(texts, locale, 'cost', texts.money(costMicroUsd, locale))]),
    fact(texts, locale, 'rule', `${policy.ruleId} (${ruleInWords(texts, approval, locale)})`),
    // Cards without a decision to make list the deciders one by one.
    ...(token === undefined
      ? []
      : [
          fact(
            texts,
            locale,
            'deciders',
            texts.list(
              approvers.map(({ name }) => name),
              locale,
            ),
          ),
        ]),
    ...unreachedFacts(texts, approval, locale),
    fact(texts, locale, 'until', texts.moment(expiresAt, now, locale, timeZone)),
  ];
}

/** Whom no chat reached, so that nobody waits for a person who does not know. */
function unreachedFacts(texts: Texts, { unreached = [] }: Approval, locale: string): Fact[] {
  const line = (mailed: boolean): Fact[] => {
    const names = unreached.filter((each) => each.mailed === mailed).map(({ name }) => name);
    if (names.length === 0) return [];
    const key = mailed ? 'approval.unreached-mailed' : 'approval.unreached-not';
    return [fact(texts, locale, 'unreached', texts.text(key, locale, texts.people(names, locale)))];
  };
  return [...line(true), ...line(false)];
}

/** The request to one reader to decide instead of somebody, while it is not answered. */
export function handOverAsked({ handOvers = [] }: Approval, personId?: string): HandOver | undefined {
  return handOvers.find(({ to, state }) => to.id === personId && state === 'asked');
}

function closedFacts(
  texts: Texts,
  approval: Approval,
  { locale, now }: ApprovalView,
  timeZone?: string,
): Fact[] {
  const { decision, requester, reason } = approval;
  const facts = [
    fact(texts, locale, 'requester', requester.name),
    fact(texts, locale, 'why', texts.tools.reason(approval.policy, reason, locale)),
  ];
  if (!decision) return facts;
  const by =
    decision.outcome === 'expired'
      ? texts.text('value.none', locale)
      : deciderNames(texts, approval, decision.by, locale);
  const when = texts.moment(decision.at, now, locale, timeZone);
  facts.push(fact(texts, locale, 'decided', texts.text('approval.by', locale, { name: by, time: when })));
  if (decision.reason !== undefined && decision.outcome !== 'approved') {
    facts.push(fact(texts, locale, 'decision-reason', decision.reason));
  }
  return facts;
}

function deciderNames(texts: Texts, approval: Approval, by: Actor, locale: string): string {
  const voters = approval.votes
    .filter(({ revision, verdict }) => revision === approval.revision && verdict === 'approve')
    .map((vote) => vote.by.name);
  if (approval.decision?.outcome === 'approved' && voters.length > 0)
    return texts.list([...new Set(voters)], locale);
  return by.kind === 'person' ? by.name : by.id;
}

function ruleInWords(texts: Texts, { rule }: Approval, locale: string): string {
  return rule.need.kind === 'quorum'
    ? texts.text('approval.rule-quorum', locale, { count: rule.need.count })
    : texts.text(`approval.rule-${rule.need.kind}`, locale);
}

function deciderSteps(
  texts: Texts,
  approval: Approval,
  locale: string,
  now: Date,
  timeZone?: string,
): ApprovalWords['deciders'] {
  return approval.approvers.slice(0, 30).map(({ id, name }) => {
    const vote = approval.votes.find(({ by, revision }) => by.id === id && revision === approval.revision);
    if (!vote) return { text: name, state: approval.state === 'pending' ? 'active' : 'skipped' };
    const state = vote.verdict === 'approve' ? 'approved' : 'rejected';
    return {
      text: name,
      state: vote.verdict === 'approve' ? 'done' : 'failed',
      detail: `${texts.text(`approval.state-${state}`, locale)}, ${texts.moment(vote.at, now, locale, timeZone)}`,
    };
  });
}

/** First value and last value of each parameter that anybody edited. */
function changesOf(
  texts: Texts,
  { edits, schema }: Approval,
  locale: string,
  timeZone?: string,
): Changes | undefined {
  const rows = new Map<string, Changes['rows'][number]>();
  for (const { changes } of edits) {
    for (const { name, before, after } of changes) {
      const row = rows.get(name);
      rows.set(name, {
        name: texts.tools.label(name, schema, locale),
        before: row?.before ?? valueInWords(texts, locale, before, timeZone),
        after: valueInWords(texts, locale, after, timeZone),
      });
    }
  }
  const changed = [...rows.values()].filter(({ before, after }) => before !== after);
  if (changed.length === 0) return undefined;
  return {
    title: texts.text('approval.changes', locale),
    parameter: texts.text('approval.parameter', locale),
    before: texts.text('approval.before', locale),
    after: texts.text('approval.after', locale),
    rows: changed.slice(0, 40),
  };
}

type FactName =
  | 'unreached'
  | 'hand-over'
  | 'requester'
  | 'why'
  | 'cost'
  | 'rule'
  | 'deciders'
  | 'until'
  | 'decided'
  | 'decision-reason';

function fact(texts: Texts, locale: string, name: FactName, value: string): Fact {
  return { title: texts.text(`approval.${name}`, locale), value };
}
