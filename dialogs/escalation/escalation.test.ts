import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { approvalWorld, chatOf, personOf, type ApprovalWorld } from '../../tests/fakes/approval-world.js';
import { fakeTurn, type FakeTurn, type TurnOptions } from '../../tests/fakes/fake-turn.js';
import {
  escalate,
  nextCall,
  type Escalation,
  type EscalationCommand,
} from '../../core/approvals/escalation.js';
import { parseEscalationChains } from '../../core/approvals/escalation-chains.js';
import { createEscalationService, type EscalationService } from '../../core/approvals/escalation-service.js';
import type { Effect } from '../../core/kernel/effect.js';
import { createTexts } from '../texts.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { createEscalationCards } from './escalation-content.js';
import { createPassOn } from './pass-on.js';
import { callPerson, escalationDialog, type EscalationDependencies } from './escalation-dialog.js';

const texts = createTexts();
const CHAINS = `chains:
  - name: help
    rounds: 2
    answerWithinMinutes: 30
    steps:
      - { afterMinutes: 0, notify: ["role:manager"] }
      - { afterMinutes: 15, notify: ["role:admin"], webhooks: ["https://hooks.example.com/x"], also: [pagerduty, "telegram:-100"] }`;

let world: ApprovalWorld;
let records: Map<string, Escalation>;
let effects: Effect[];
let service: EscalationService;
let resumed: string[];
let chainText: string;
let deps: EscalationDependencies;

beforeEach(() => {
  world = approvalWorld([
    personOf('mia'),
    personOf('max', ['manager']),
    personOf('zoe', ['admin']),
    personOf('tom'),
  ]);
  records = new Map();
  effects = [];
  resumed = [];
  chainText = CHAINS;
  const keys = new Map<string, string>();
  service = createEscalationService({
    escalations: () => ({
      insert: (escalation, openKey, effect) => {
        const known = records.get(keys.get(openKey) ?? '');
        if (known) return Promise.resolve(known);
        keys.set(openKey, escalation.id);
        records.set(escalation.id, escalation);
        effects.push(effect);
        return Promise.resolve(escalation);
      },
      get: (id) => Promise.resolve(records.get(id)),
      replace: (previous, next, effect) => {
        if (records.get(previous.id)?.version !== previous.version) return Promise.resolve(false);
        records.set(next.id, next);
        effects.push(effect);
        return Promise.resolve(true);
      },
      openIn: () =>
        Promise.resolve([...records.values()].find(({ state }) => !['ended', 'resumed'].includes(state))),
      calledTo: (personId) =>
        Promise.resolve(
          [...records.values()].filter(({ handlers }) => handlers.some(({ id }) => id === personId)),
        ),
    }),
    directory: world.context.directory,
    chainFor: (reason) => parseEscalationChains(chainText)(reason),
    reach: async (_tenantId, { conversations }) => conversations,
    canMail: false,
    logger: silentLogger,
    cards: createEscalationCards(texts),
    resumeRun: ({ runId }) => Promise.resolve(void resumed.push(runId)),
    later: world.context.later,
    poke: () => undefined,
    clock: world.clock,
    metrics: world.context.metrics,
  });
  deps = {
    escalations: service,
    texts,
    clock: world.clock,
    stateOf: () =>
      Promise.resolve({
        conversation: [{ who: 'Mia', text: 'My laptop burns', at: world.clock.now() }],
        steps: [{ text: 'Looked in the handbook', state: 'done' as const }],
        costMicroUsd: 1_200,
        runId: 'run-1',
      }),
  };
});

async function turnOf(who: string, options: TurnOptions): Promise<FakeTurn & { handled: boolean }> {
  const turn = fakeTurn(world.people.get(who) ?? personOf(who), options);
  return Object.assign(turn, { handled: await escalationDialog(deps)(turn) });
}
const current = (): Escalation => [...records.values()][0] as Escalation;
const click = (who: string, verb: string, text?: string) =>
  turnOf(who, { click: { verb, data: { escalationId: current().id, ...(text !== undefined && { text }) } } });
const posted = (who: string) =>
  effects
    .flatMap(({ messages }) => messages)
    .filter(({ conversation }) => conversation.conversationId === chatOf(who).conversationId);

describe('asking for a person', () => {
  it.each([
    'I want a person',
    'can I talk to a human please?',
    'quiero hablar con una persona',
    '¿puedo hablar con alguien?',
    'je veux parler à quelqu’un',
    'je voudrais parler à une personne',
    '担当者と話したいです',
    'Ich möchte mit einem Menschen sprechen',
    'connect me to a real person',
    '/person',
  ])('is understood: %s', async (text) => {
    expect((await turnOf('mia', { text })).handled).toBe(true);
    expect(current()).toMatchObject({ reason: 'wish', state: 'open', handlers: [{ id: 'max' }] });
  });

  it.each(['How many people work here?', 'a person who is ill stays at home', 'can I take a day off?'])(
    'is not read into: %s',
    async (text) => {
      expect((await turnOf('mia', { text })).handled).toBe(false);
    },
  );

  it('calls the manager with what was said, done and spent, and tells the person who was called', async () => {
    await turnOf('mia', { text: 'I want a person' });
    expect(posted('max')[0]?.content.card?.template).toBe('escalation');
    expect(JSON.stringify(posted('max')[0]?.content)).toContain('My laptop burns');
    expect(posted('mia')[0]?.content.text).toContain('Max');
  });

  it('opens one escalation for a conversation, whatever else goes wrong in it', async () => {
    await turnOf('mia', { text: 'I want a person' });
    const again = fakeTurn(personOf('mia'), { text: 'help' });
    await callPerson(again, deps, 'failures');
    expect(records.size).toBe(1);
    expect(again.replies[0]?.text).toContain('Max');
  });

  it('says once that it was not sure, not under each such answer', async () => {
    await callPerson(fakeTurn(personOf('mia'), { text: 'one' }), deps, 'confidence');
    const again = fakeTurn(personOf('mia'), { text: 'two' });
    await callPerson(again, deps, 'confidence');
    expect(records.size).toBe(1);
    expect(again.replies).toEqual([]);
  });
});

describe('those who were called', () => {
  beforeEach(async () => {
    await turnOf('mia', { text: 'I want a person' });
  });

  it('take it, give it back without being asked twice, and answer through Steward', async () => {
    await click('max', 'escalation.ack');
    expect(current()).toMatchObject({ state: 'acknowledged', holder: { id: 'max' } });
    await click('max', 'escalation.unack');
    expect(current()).toMatchObject({ state: 'open', holder: undefined });
    await click('max', 'escalation.answer', 'Put it out with sand.');
    expect(posted('mia').at(-1)?.content.text).toBe('Max answers: Put it out with sand.');
    expect(current().state).toBe('answered');
    const empty = await click('max', 'escalation.answer', ' ');
    expect(empty.responses).toMatchObject([{ kind: 'field-errors' }]);
  });

  it('let a waiting run go on, or end it', async () => {
    await click('max', 'escalation.resume');
    await world.settle();
    expect(resumed).toEqual(['run-1']);
    expect(current().state).toBe('resumed');
    expect((await click('max', 'escalation.end')).responses).toMatchObject([{ kind: 'card' }]);
    expect(current().state).toBe('resumed');
  });

  it('are the only ones who may', async () => {
    const turn = await click('tom', 'escalation.ack');
    expect(turn.responses).toEqual([{ kind: 'message', text: 'This decision is not yours.' }]);
    expect(JSON.stringify(turn)).not.toContain('burns');
    expect(current().state).toBe('open');
  });
});

describe('what the person writes meanwhile', () => {
  const words = (who: string): string[] =>
    posted(who)
      .filter(({ kind }) => kind === 'post')
      .map(({ content }) => content.text);
  const says = async (who: string, text: string): Promise<string | undefined> => {
    const passOn = createPassOn(service, texts);
    const turn = fakeTurn(world.people.get(who) ?? personOf(who), { text });
    expect(await passOn.dialog(turn)).toBe(false);
    return passOn.notice(turn)?.text;
  };
  beforeEach(async () => {
    await turnOf('mia', { text: 'I want a person' });
  });

  it('waits in the conversation while nobody has taken it', async () => {
    expect(await says('mia', 'Hurry')).toBeUndefined();
  });

  it('reaches whoever takes care of it, as a message and on the card, and is nobody else’s', async () => {
    await click('max', 'escalation.ack');
    expect(await says('mia', 'Smoke too')).toContain('Max');
    expect(words('max').at(-1)).toBe('Mia writes: Smoke too');
    expect(current().conversation.at(-1)).toMatchObject({ who: 'Mia', text: 'Smoke too' });
    expect(await says('tom', 'Me as well')).toBeUndefined();
  });

  it('goes on after an answer, until both have been silent for an hour or it is over', async () => {
    await click('max', 'escalation.answer', 'Use sand.');
    world.clock.advance(40 * 60_000);
    expect(await says('mia', 'It still burns')).toContain('Max');
    world.clock.advance(50 * 60_000);
    expect(await says('mia', 'Now it is out')).toContain('Max');
    world.clock.advance(61 * 60_000);
    expect(await says('mia', 'How many days of leave do I get?')).toBeUndefined();
    await click('max', 'escalation.end');
    expect(await says('mia', 'Thanks')).toBeUndefined();
  });
});

describe('time', () => {
  beforeEach(async () => {
    await turnOf('mia', { text: 'I want a person' });
  });
  const tick = async (minutes: number): Promise<void> => {
    world.clock.advance(minutes * 60_000);
    await service.tick('t1', current().id);
  };

  it('calls the next people and a webhook when nobody takes it, round after round, and then stops', async () => {
    await tick(14);
    expect(current().handlers.map(({ id }) => id)).toEqual(['max']);
    await tick(1);
    expect(current().handlers.map(({ id }) => id)).toEqual(['max', 'zoe']);
    expect(effects.at(-1)?.notifications).toMatchObject([
      { by: 'webhook', to: 'https://hooks.example.com/x' },
      { by: 'pagerduty', to: 'pagerduty' },
      { by: 'telegram', to: '-100' },
    ]);
    await tick(0);
    await tick(15);
    expect(current()).toMatchObject({ position: 4, dueAt: undefined });
  });

  it('tells those it calls again in a later round by a message of its own, unless somebody has taken it', async () => {
    const told = (): number =>
      posted('max').filter(({ content }) => content.text?.includes('still waits for a person')).length;
    await tick(15);
    expect(told()).toBe(0);
    await tick(0);
    expect(told()).toBe(1);
    expect(posted('max').at(-1)).toMatchObject({ kind: 'post' });
    await click('zoe', 'escalation.ack');
    await tick(15);
    expect(told()).toBe(1);
  });

  it('keeps the chain as it was when it began', async () => {
    chainText = CHAINS.replaceAll('role:admin', 'role:viewer');
    await tick(15);
    expect(current().handlers.map(({ id }) => id)).toEqual(['max', 'zoe']);
  });

  it('reminds whoever took it, then opens it again', async () => {
    await click('max', 'escalation.ack');
    await tick(30);
    expect(posted('max').at(-1)?.content.text).toContain('not answered yet');
    await tick(30);
    expect(current()).toMatchObject({ state: 'open', holder: undefined });
  });
});

describe('the escalation state machine', () => {
  it('is never held by two, never leaves the end, and always has a next moment while somebody can still be called', () => {
    const by = fc.constantFrom(
      { id: 'max', name: 'Max' },
      { id: 'zoe', name: 'Zoe' },
      { id: 'tom', name: 'Tom' },
    );
    const command: fc.Arbitrary<EscalationCommand> = fc.oneof(
      fc.record({
        kind: fc.constantFrom(
          'acknowledge' as const,
          'give-back' as const,
          'resume' as const,
          'end' as const,
        ),
        by,
      }),
      fc.record({ kind: fc.constant('answer' as const), by, text: fc.string() }),
      fc.constant<EscalationCommand>({
        kind: 'called',
        steps: 1,
        unreached: [],
        handlers: [{ id: 'zoe', name: 'Zoe' }],
        copies: [],
      }),
      fc.constantFrom({ kind: 'remind' as const }, { kind: 'release' as const }),
    );
    const start: Escalation = {
      id: 'e',
      tenantId: 't1',
      version: 1,
      state: 'open',
      reason: 'wish',
      person: { id: 'mia', name: 'Mia' },
      origin: chatOf('mia'),
      locale: 'en',
      conversation: [],
      steps: [],
      runId: 'r',
      position: 1,
      chain: parseEscalationChains(CHAINS)('wish'),
      handlers: [{ id: 'max', name: 'Max' }],
      answers: [],
      copies: [],
      createdAt: new Date(0),
      reminded: false,
      correlationId: 'c',
    };
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        let escalation = start;
        for (const [minute, each] of commands.entries()) {
          const result = escalate(escalation, each, new Date(minute * 60_000));
          const over = ['ended', 'resumed'].includes(escalation.state);
          expect(result.ok && over).toBe(false);
          if (!result.ok) continue;
          if ('by' in each) expect(escalation.handlers.map(({ id }) => id)).toContain(each.by.id);
          expect(result.next.version).toBe(escalation.version + 1);
          expect(result.next.state === 'acknowledged').toBe(
            result.next.acknowledgedAt !== undefined && result.next.state === 'acknowledged',
          );
          escalation = result.next;
          expect(new Set(escalation.handlers.map(({ id }) => id)).size).toBe(escalation.handlers.length);
        }
        if (escalation.state === 'acknowledged' || (escalation.state === 'open' && escalation.position < 4))
          expect(nextCall(escalation)).toBeDefined();
      }),
    );
  });

  it('refuses chains that name nobody', () => {
    expect(() => parseEscalationChains('chains: []')).toThrow(/escalation.yaml/);
    expect(() => parseEscalationChains(CHAINS.replace('role:admin', 'king'))).toThrow(/use manager/);
    expect(() => parseEscalationChains(CHAINS.replace('rounds: 2', 'reasons: [wish]'))).toThrow(
      /without reasons/,
    );
  });
});
