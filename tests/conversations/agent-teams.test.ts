import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOME_TENANT } from '../../bot/tenants.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { Database } from '../../storage/mongo/database.js';
import { runCollection } from '../../storage/mongo/run-repository.js';
import type { FakeOpenAi } from '../fakes/openai-server.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { startStewardWithModel, type StewardWithModel } from '../support/steward-with-model.js';
import { eventually } from '../support/eventually.js';

let sent = 0;
const message = (conversation: string, text: string): Record<string, unknown> => {
  sent += 1;
  return {
    type: 'message',
    id: `teams-${sent}`,
    timestamp: '2026-11-21T09:00:00.000Z',
    channelId: 'msteams',
    from: { id: `29:${conversation}`, name: 'Ann Example' },
    recipient: { id: '28:steward', name: 'Steward' },
    conversation: { id: conversation, conversationType: 'personal', tenantId: 'acme' },
    channelData: { tenant: { id: 'acme' } },
    text,
  };
};

/** Everything that reached a conversation as a message or as a rewriting of one, oldest first. */
const seenIn = (running: RunningSteward, conversation: string): string[] =>
  running.connector.sent
    .filter(({ conversationId, activity }) => conversationId === conversation && activity.type === 'message')
    .map(({ kind, activity }) => `${kind} ${JSON.stringify(activity)}`);

async function say(
  running: RunningSteward,
  conversation: string,
  text: string,
  awaited: RegExp,
): Promise<string[]> {
  const before = seenIn(running, conversation).length;
  expect((await running.teams(message(conversation, text))).status).toBe(200);
  await eventually(
    () => expect(seenIn(running, conversation).slice(before).join('\n')).toMatch(awaited),
    20_000,
  );
  return seenIn(running, conversation).slice(before);
}

const runsOf = (database: Database) => database.collection(runCollection, HOME_TENANT).find({});

describe('agents in chat, without a model', () => {
  let running: RunningSteward;
  beforeAll(async () => {
    running = await startSteward();
  }, 60_000);
  afterAll(() => running.close(), 30_000);

  it('are asked by name, forked with another input, compared, and the fork takes the place of the first', async () => {
    const here = 'a:fork';
    await say(running, here, 'ask the analyst about travel costs', /A model would compare/);
    const forked = await say(running, here, 'fork 0: parental leave', /Side by side/);
    expect(forked.join('\n')).toMatch(/80 days/);
    expect(forked.join('\n')).toContain('merge fork');
    const merged = await say(running, here, 'merge fork', /takes the place/);
    expect(merged.find((each) => each.startsWith('update'))).toMatch(/80 days/);
    await say(running, here, 'discard fork', /no fork to decide on/);
    await say(running, here, 'runs', /Your runs here.*parental leave/s);
  });

  it('tell how they got there, in the conversation where it happened only', async () => {
    await say(running, 'a:trace', 'ask the analyst about travel costs', /A model would compare/);
    await say(running, 'a:trace', 'how did you get here?', /How I got here.*Collect figures/s);
    await say(running, 'a:elsewhere', 'how did you get here?', /nothing to show yet/);
  });

  it('work as a team, with a visible note of who handed over what', async () => {
    const team = 'team pipeline of analyst and security auditor: travel costs';
    const told = await say(running, 'a:team', team, /No secrets/);
    expect(told.join('\n')).toMatch(/Analyst hands over to Security Auditor \(version 1, holds until/);
    await say(running, 'a:team', 'shared context', /Analyst.*Security Auditor/s);
    await say(running, 'a:team', 'how did you get here', /↳ Analyst.*Collect figures/s);
    await say(running, 'a:team', 'hand over to the ux designer', /hands over to UX Designer.*Reading ease/s);
  });

  it('begin no work for somebody whom nobody knows, and say who there is', async () => {
    const [told] = await say(running, 'a:unknown', 'team of anlyst and qa tester: travel costs', /anlyst/);
    expect(told).toMatch(/nothing called “anlyst”.*analyst.*concierge.*fan-out/s);
    await say(running, 'a:unknown', 'runs', /Nothing|No |no /);
    const german = { ...message('a:unbekannt', 'team aus Kassierer: Reisekosten'), locale: 'de-DE' };
    expect((await running.teams(german)).status).toBe(200);
    await eventually(
      () => expect(seenIn(running, 'a:unbekannt').join('\n')).toMatch(/„kassierer“ kenne ich nicht/),
      20_000,
    );
  });

  it('take a waiting run back when somebody says stop', async () => {
    await say(
      running,
      'a:stop',
      'ask the incident responder: The VPN is down in Berlin',
      /Waiting for an approval/,
    );
    await say(running, 'a:stop', 'stop', /I stop what is running/);
    await say(running, 'a:stop', 'stop', /Nothing is running here|I stop what is running/);
  });
});

describe('a plan in chat', () => {
  let running: RunningSteward;
  beforeAll(async () => {
    running = await startSteward({ handbook: false });
  }, 60_000);
  afterAll(() => running.close(), 30_000);

  it('is a card with dates that each change rewrites', async () => {
    const here = 'a:plan';
    const goal = 'plan: Order the boxes by 5 December 2099; move the desks by 12 December 2099';
    const [card] = await say(running, here, goal, /A model would find milestones/);
    expect(card).toMatch(/1\. Order the boxes.*5 Dec 2099.*2\. move the desks.*12 Dec 2099/s);
    const done = await say(running, here, 'plan done 1', /1\. Order the boxes is done/);
    expect(done.find((each) => each.startsWith('update'))).toContain('1 of 2 done');
    await say(running, here, 'plan 2 by 20 December 2099', /20 Dec 2099/);
    await say(running, here, 'plan 7 done', /no milestone 7/);
    await say(running, here, 'plan 2 to Nobody', /nobody named Nobody|not know anybody named Nobody/);
    await say(running, here, 'plan 3 close', /I did not understand that/);
    await say(running, here, 'plan close', /is closed/);
    await say(running, here, 'plan', /no plan here yet/);
  });
});

describe('agents in chat, with a model', () => {
  let withModel: StewardWithModel;
  let running: RunningSteward;
  let endpoint: FakeOpenAi;
  beforeAll(async () => {
    withModel = await startStewardWithModel();
    ({ running, endpoint } = withModel);
  }, 60_000);
  afterAll(() => withModel.close(), 30_000);

  it('are stopped by a word while the model still writes, and what is paid for ends', async () => {
    endpoint.script({ text: 'An answer that would take a minute to write', firstDelayMs: 60_000 });
    const here = 'a:stopping';
    expect((await running.teams(message(here, 'ask the analyst about travel costs'))).status).toBe(200);
    await eventually(() => expect(endpoint.calls.length).toBeGreaterThan(0), 20_000);
    await say(running, here, 'stop', /I stop what is running/);
    await eventually(
      () => expect(seenIn(running, here).join('\n')).toMatch(/Stopped\. Nothing more is done/),
      20_000,
    );
    await eventually(() => expect(endpoint.calls[0]?.aborted).toBe(true), 10_000);
    expect(endpoint.calls.filter(({ body }) => (body.tools ?? []).length > 0)).toHaveLength(1);
  });

  it('are said to stop also when the word had ended them before it was read', async () => {
    endpoint.calls.length = 0;
    endpoint.script({ text: 'An answer that would take a minute to write', firstDelayMs: 60_000 });
    const here = 'a:pressed';
    expect((await running.teams(message(here, 'ask the analyst about travel costs'))).status).toBe(200);
    await eventually(() => expect(endpoint.calls.length).toBeGreaterThan(0), 20_000);
    const { store, turns } = running.steward;
    const run = (await runsOf(store.database)).find(({ origin }) => origin.conversationId === here);
    await turns.intake.stopWriting(run?.origin as ConversationReference);
    await eventually(
      () => expect(seenIn(running, here).join('\n')).toMatch(/Stopped\. Nothing more is done/),
      20_000,
    );
    await say(running, here, 'stop', /I stop what is running/);
  });

  it('draft a plan whose milestones the goal does not name', async () => {
    const milestones = [
      { text: 'Choose a moving company', due: '2099-11-30' },
      { text: 'Move', due: '2099-12-12' },
    ];
    endpoint.script(
      ...Array.from({ length: 8 }, () => (call: FakeOpenAi['calls'][number]) => ({
        text: JSON.stringify(
          call.body.messages[0]?.content.includes('milestones') ? { milestones } : { score: 0 },
        ),
      })),
    );
    const told = await say(
      running,
      'a:planned',
      'plan: move the office by 12 December 2099',
      /1\. Choose a moving company/,
    );
    expect(told.join('\n')).not.toContain('A model would');
  });
});
