import { describe, expect, it } from '@jest/globals';
import { createCardRenderer } from '../../cards/render.js';
import { lintMessage } from '../../cards/slack-limits.js';
import { toBlockKit } from '../../cards/to-block-kit.js';
import { toMarkdown } from '../../cards/to-markdown.js';
import type { Approval } from '../../core/approvals/approval.js';
import type { ApprovalView } from '../../core/approvals/approval-cards.js';
import type { Answer } from '../../core/kernel/answer.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { LANGUAGES } from '../../manifest/commands.js';
import { checkCard } from '../../tests/contracts/cards/card-schema.js';
import { createTexts } from '../texts.js';
import { answerContent, answerForms, noAnswerContent } from './answer-card.js';
import { approvalContent, approvalEditContent, createApprovalCards } from './approval-cards.js';
import { listContent } from './approval-list.js';
import { escalationContent, escalationStatusContent, type EscalationFacts } from './escalation-cards.js';
import { formContent } from './form-card.js';
import {
  blockedContent,
  errorContent,
  helpContent,
  noticeContent,
  progressContent,
  rateLimitedContent,
  welcomeContent,
} from './plain-cards.js';
import {
  budgetContent,
  digestContent,
  milestonePlanContent,
  teamPickerContent,
  traceContent,
} from './work-cards.js';

const texts = createTexts();
const render = createCardRenderer();
const now = new Date('2026-11-21T14:00:00Z');
const later = new Date('2026-11-22T14:00:00Z');

const citation = {
  number: 1,
  passageId: 'p1',
  documentId: 'd1',
  path: 'people/leave.md',
  title: 'Parental leave',
  headings: ['How much'],
  quote: 'Every parent receives 16 weeks.',
};
const answer: Answer = {
  id: 'a1',
  answered: true,
  text: 'You get **16 weeks** [1].',
  parts: [
    { kind: 'text', markdown: 'And more.' },
    { kind: 'table', columns: ['Kind', 'Weeks'], rows: [['Paid', '16']] },
    {
      kind: 'chart',
      title: 'Weeks',
      chart: 'bar',
      labels: ['Paid'],
      series: [{ name: 'Weeks', values: [16] }],
    },
    { kind: 'timeline', entries: [{ at: 'week 1', text: 'Tell your manager' }] },
    {
      kind: 'form',
      title: 'Ask for leave',
      schema: { type: 'object', properties: { from: { type: 'string', format: 'date' } } },
      verb: 'leave.request',
    },
  ],
  citations: [citation],
  confidence: 0.9,
  nearest: [{ documentId: 'd2', path: 'people/holidays.md', title: 'Holidays' }],
  model: 'offline',
};

const conversation = {
  channel: 'web',
  channelTenantId: 't',
  conversationId: 'c',
  scope: 'personal',
} as const;
const approval: Approval = {
  id: 'ap1',
  tenantId: 't1',
  version: 3,
  state: 'pending',
  tool: { name: 'desk.create', title: 'Create a ticket', risk: 'write', undoable: true },
  parameters: { model: '16 inch', urgent: true, tags: ['a', 'b'], note: '' },
  schema: { type: 'object', properties: { model: { type: 'string', title: 'Model' } } },
  summary: 'Create a ticket: 16 inch laptop',
  reason: 'It costs more than 1,000 dollars.',
  policy: { ruleId: 'purchase', version: '1' },
  costMicroUsd: 2_400_000_000,
  untrusted: true,
  requester: { id: 'tom', name: 'Tom Berg' },
  origin: conversation,
  correlationId: 'x1',
  rule: {
    name: 'r',
    who: [{ kind: 'manager' }],
    need: { kind: 'quorum', count: 2 },
    stepUp: true,
    undoSeconds: 60,
    expiresAfterHours: 24,
  },
  approvers: [
    { id: 'ana', name: 'Ana Ruiz', clauses: [0], via: 'rule' },
    { id: 'ben', name: 'Ben Okafor', clauses: [0], via: 'delegated' },
  ],
  votes: [{ by: { id: 'ana', name: 'Ana Ruiz' }, verdict: 'approve', revision: 1, steppedUp: true, at: now }],
  edits: [
    {
      by: { id: 'ana', name: 'Ana Ruiz' },
      at: now,
      fromDigest: 'a',
      toDigest: 'b',
      changes: [{ name: 'model', before: '13 inch', after: '14 inch' }],
    },
    {
      by: { id: 'ana', name: 'Ana Ruiz' },
      at: now,
      fromDigest: 'b',
      toDigest: 'c',
      changes: [{ name: 'model', before: '14 inch', after: '16 inch' }],
    },
  ],
  notes: [{ by: { id: 'ben', name: 'Ben Okafor' }, kind: 'question', text: 'Why *16*?', at: now }],
  revision: 1,
  digest: 'd',
  nonce: 'n',
  copies: [],
  createdAt: now,
  expiresAt: later,
  timers: {},
  decision: null,
};
const view = (changes: Partial<ApprovalView> = {}): ApprovalView => ({
  audience: 'approver',
  locale: 'en',
  token: '1.abc',
  now,
  ...changes,
});

const escalation: EscalationFacts = {
  reason: 'wish',
  state: 'open',
  personName: 'Tom Berg',
  since: now,
  conversation: [{ who: 'Tom Berg', text: 'I want a person.', at: now }],
  steps: [{ text: 'Searched', state: 'done' }],
  costMicroUsd: 1_200,
  canResume: true,
  reference: { escalationId: 'e1' },
};

function contents(locale: string): [string, OutboundContent][] {
  const reader = { locale, now, timeZone: 'Europe/Berlin' };
  const done = { attempt: 1, leaseUntil: now, owner: 'x' };
  const decided = { by: { kind: 'person', id: 'ana', name: 'Ana Ruiz' }, at: now } as const;
  const states: [string, Partial<Approval>][] = [
    ['approved', { state: 'approved', executeAt: later, decision: { outcome: 'approved', ...decided } }],
    ['rejected', { state: 'rejected', decision: { outcome: 'rejected', reason: 'Too dear', ...decided } }],
    [
      'expired',
      { state: 'expired', decision: { outcome: 'expired', by: { kind: 'job', id: 'x' }, at: now } },
    ],
    ['cancelled', { state: 'cancelled', decision: { outcome: 'cancelled', ...decided } }],
    ['superseded', { state: 'superseded', decision: { outcome: 'superseded', ...decided } }],
    ['executing', { state: 'executing', decision: { outcome: 'approved', ...decided }, execution: done }],
    [
      'done',
      {
        state: 'done',
        decision: { outcome: 'approved', ...decided },
        execution: {
          ...done,
          outcome: { kind: 'done', summary: 'SD-1', link: 'https://desk.example.com/1' },
        },
      },
    ],
    [
      'failed',
      {
        state: 'failed',
        decision: { outcome: 'approved', ...decided },
        execution: { ...done, outcome: { kind: 'failed', reason: 'no', mayRetry: false } },
      },
    ],
  ];
  return [
    ['welcome', welcomeContent(texts, locale, false)],
    ['welcome of an administrator', welcomeContent(texts, locale, true)],
    ['help', helpContent(texts, locale)],
    ['answer', answerContent(texts, locale, answer, { urlOf: () => 'https://example.com/leave' })],
    ['no answer', noAnswerContent(texts, locale, { ...answer, text: '' })],
    ...answerForms(texts, locale, answer).map((content): [string, OutboundContent] => [
      'form of an answer',
      content,
    ]),
    ['error', errorContent(texts, locale, new Unavailable('x.y', 'secret internals'), 'corr-1')],
    ['rate limit', rateLimitedContent(texts, locale, now)],
    ...(['input', 'secret', 'output', 'review'] as const).map((why): [string, OutboundContent] => [
      why,
      blockedContent(texts, locale, why, 'corr-1'),
    ]),
    ['notice', noticeContent(locale, { text: 'Done.' })],
    [
      'progress',
      progressContent(texts, locale, [{ text: 'x', state: 'active' }], { reference: { runId: 'r' } }),
    ],
    [
      'form',
      formContent(texts, locale, {
        title: 'x',
        schema: { type: 'object', properties: { a: { type: 'string' } } },
        reference: {},
      }),
    ],
    ['approval to decide', approvalContent(texts, approval, view({ locale }))],
    [
      'approval status',
      approvalContent(texts, approval, view({ locale, audience: 'requester', token: undefined })),
    ],
    [
      'approval edit',
      approvalEditContent(texts, approval, view({ locale }), {
        values: { model: 'x' },
        errors: { model: 'no' },
      }),
    ],
    ...states.map(([name, change]): [string, OutboundContent] => [
      `approval ${name}`,
      approvalContent(texts, { ...approval, ...change }, view({ locale, token: undefined })),
    ]),
    ['reminder', createApprovalCards(texts).reminder(approval, view({ locale }))],
    ['approval digest', createApprovalCards(texts).digest([approval], view({ locale }))],
    [
      'my requests',
      listContent(
        texts,
        'my-requests',
        Array.from({ length: 17 }, () => approval),
        view({ locale }),
      ),
    ],
    ['nothing waits', listContent(texts, 'waiting', [], view({ locale }))],
    ...(['open', 'acknowledged', 'answered', 'resumed', 'ended'] as const).flatMap(
      (state): [string, OutboundContent][] => [
        [
          `escalation ${state}`,
          escalationContent(texts, { ...escalation, state, handlerName: 'Ana Ruiz' }, reader),
        ],
        [
          `escalation status ${state}`,
          escalationStatusContent(
            texts,
            { ...escalation, state },
            { inChat: ['Ana Ruiz'], byMail: [], notAtAll: [] },
            reader,
          ),
        ],
      ],
    ),
    [
      'trace',
      traceContent(texts, locale, [
        { text: 'x', detail: 'y', state: 'done', durationMs: 12, costMicroUsd: 3 },
      ]),
    ],
    [
      'plan',
      milestonePlanContent(
        texts,
        'Move',
        [{ text: 'x', state: 'active', due: new Date('2026-11-01T00:00:00Z') }],
        reader,
      ),
    ],
    [
      'budget',
      budgetContent(texts, { scope: 'Research', usedMicroUsd: 60, limitMicroUsd: 50, until: later }, reader),
    ],
    ['digest', digestContent(texts, { waiting: [{ text: 'x' }], requests: [], gaps: [] }, reader)],
    [
      'teams',
      teamPickerContent(texts, locale, [{ id: 'a', name: 'A', description: 'b', isRecommended: true }], {}),
    ],
  ];
}

describe.each(LANGUAGES)('what Steward says in %s', (locale) => {
  it.each(contents(locale))('%s fits its template, the card schema and Slack', (_name, content) => {
    expect(content.text.trim()).not.toBe('');
    expect(content.text).not.toMatch(/\{\{|undefined|\[object/);
    if (!content.card) return;
    const card = render(content.card);
    expect(checkCard(card)).toEqual([]);
    expect(JSON.stringify(card)).not.toMatch(/\{\{|undefined|\[object|\$\{/);
    expect(toBlockKit(card, { text: content.text, instance: 'i' }).messages.flatMap(lintMessage)).toEqual([]);
  });
});

describe('an answer card', () => {
  it('shows the quote of a document that has no public address, and links the others', () => {
    const plain = JSON.stringify(
      render(answerContent(texts, 'en', answer).card ?? { template: '', data: {} }),
    );
    expect(plain).toContain('Action.ToggleVisibility');
    expect(plain).toContain(citation.quote);
    const linked = answerContent(texts, 'en', answer, { urlOf: () => 'https://example.com/leave' });
    expect(JSON.stringify(render(linked.card ?? { template: '', data: {} }))).toContain(
      'https://example.com/leave',
    );
  });

  it('makes no link of an address that is not of the web', () => {
    const content = answerContent(texts, 'en', answer, { urlOf: () => 'file:///etc/passwd' });
    expect(JSON.stringify(content)).not.toContain('file:');
  });

  it('says how sure it is and who wrote it', () => {
    const shown = toMarkdown(
      render(
        answerContent(texts, 'en', { ...answer, confidence: 0.4, model: 'gpt' }).card ?? {
          template: '',
          data: {},
        },
      ),
    );
    expect(shown).toContain('Confidence: low');
    expect(shown).toContain('AI-generated');
  });
});

describe('an error', () => {
  it('says what happened, what to do and a reference, and nothing of the inside', () => {
    const { text } = errorContent(
      texts,
      'en',
      new Unavailable('store.down', 'mongodb://secret is down'),
      'corr-7',
    );
    expect(text).toContain('does not answer');
    expect(text).toContain('Try again');
    expect(text).toContain('corr-7');
    expect(text).not.toContain('mongodb');
  });
});

describe('an approval card', () => {
  const cardOf = (change: Partial<Approval>, changes: Partial<ApprovalView> = {}): string =>
    toMarkdown(
      render(
        approvalContent(texts, { ...approval, ...change }, view(changes)).card ?? { template: '', data: {} },
      ),
    );

  it('has buttons for those who hold a token only', () => {
    expect(JSON.stringify(approvalContent(texts, approval, view()).card)).toContain('1.abc');
    expect(approvalContent(texts, approval, view({ token: undefined })).card?.template).toBe(
      'approval-status',
    );
  });

  it('says what, why, at what cost, by which rule, who decides and until when', () => {
    const shown = cardOf({});
    for (const words of [
      '16 inch laptop',
      'more than 1,000',
      '2,400.00',
      'purchase',
      '2 of them',
      'Ana Ruiz and Ben Okafor',
      '22 Nov 2026, 14:00',
      'Tom Berg',
      'nobody vouches',
    ]) {
      expect(shown).toContain(words);
    }
  });

  it('shows the first and the last value of what was edited, once', () => {
    const shown = cardOf(
      {
        state: 'cancelled',
        decision: { outcome: 'cancelled', by: { kind: 'person', id: 'tom', name: 'Tom' }, at: now },
      },
      { token: undefined },
    );
    expect(shown).toContain('| Model | 13 inch | **16 inch** |');
    expect(shown).not.toContain('14 inch |');
  });

  it('tells an expiry apart from a refusal', () => {
    const shown = cardOf(
      { state: 'expired', decision: { outcome: 'expired', by: { kind: 'job', id: 'x' }, at: now } },
      { token: undefined },
    );
    expect(shown).toContain('This is not a refusal');
    expect(shown).not.toContain('rejected');
  });
});
