import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

let sentMessages = 0;
const message = (text: string, more: Record<string, unknown> = {}): Record<string, unknown> => {
  sentMessages += 1;
  return {
    type: 'message',
    id: `m-${sentMessages}`,
    timestamp: '2026-11-21T09:00:00.000Z',
    channelId: 'msteams',
    from: { id: '29:ann', name: 'Ann Example', aadObjectId: '3f2c1a6e-0000-4000-8000-000000000001' },
    recipient: { id: '28:steward', name: 'Steward' },
    conversation: { id: `a:${sentMessages}`, conversationType: 'personal', tenantId: 'acme' },
    channelData: { tenant: { id: 'acme' } },
    text,
    ...more,
  };
};

async function answersTo(
  running: RunningSteward,
  activity: Record<string, unknown>,
  count = 1,
): Promise<Record<string, unknown>[]> {
  const { id } = activity.conversation as { id: string };
  expect((await running.teams(activity)).status).toBe(200);
  const sent = await running.connector.waitFor(
    count,
    ({ conversationId, activity: { type } }) => conversationId === id && type === 'message',
  );
  return sent.map(({ activity: body }) => body);
}

describe('agents without a model', () => {
  let running: RunningSteward;
  beforeAll(async () => {
    running = await startSteward();
  }, 60_000);
  afterAll(() => running.close(), 30_000);

  it('are listed with what each is for', async () => {
    const [list] = await answersTo(running, message('agents'));
    const shown = JSON.stringify(list);
    for (const title of ['Concierge', 'Analyst', 'QA Tester', 'Incident Responder'])
      expect(shown).toContain(title);
    expect(shown).toContain('team.start');
  });

  it('work on what they are asked and say what a model would add', async () => {
    const task = message('agent analyst: parental leave');
    const [found] = await answersTo(running, task);
    expect(found?.text).toMatch(/80 days.*A model would compare/s);
    const [, trace] = await answersTo(running, { ...message('trace'), conversation: task.conversation }, 2);
    expect(JSON.stringify(trace)).toContain('Collect figures');
  });

  it('have thinking tools for everybody, who say what they cannot do without a model', async () => {
    const [told] = await answersTo(
      running,
      message('council: Shall we pay 12 days of extra leave to every team?'),
    );
    expect(told?.text).toMatch(/Employees.*12 days.*Without a model there is no verdict/s);
    const [how] = await answersTo(running, message('red team'));
    expect(JSON.stringify(how)).toContain('Say what to attack');
  });

  it('are named when somebody asks for one that is not there', async () => {
    const [answer] = await answersTo(running, message('agent gardener: water the plants'));
    expect(JSON.stringify(answer)).toContain('project-manager');
  });
});

describe('agents with a model', () => {
  let running: RunningSteward;
  let endpoint: FakeOpenAi;
  beforeAll(async () => {
    endpoint = await startFakeOpenAi();
    running = await startSteward({ env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k' } });
  }, 60_000);
  afterAll(async () => {
    await running.close();
    await endpoint.close();
  }, 30_000);

  it('look it up with a tool before they answer', async () => {
    const tools = (call: { body: { tools?: unknown[] } }): boolean => (call.body.tools ?? []).length > 0;
    const replies = Array.from({ length: 8 }, () => (call: (typeof endpoint.calls)[number]) => {
      if (!tools(call)) return { text: '{}' };
      const isFirst = call.body.messages.every(({ role }) => role !== 'tool');
      return isFirst
        ? {
            toolCalls: [
              {
                id: 'c1',
                name: 'knowledge__search',
                arguments: '{"query":"How many days of parental leave do I get?"}',
              },
            ],
          }
        : { text: 'You get 80 days of paid parental leave.' };
    });
    endpoint.script(...replies);
    const task = message('agent concierge: How long is parental leave?');
    const [answer] = await answersTo(running, task);
    expect(answer?.text).toContain('80 days of paid parental leave');
    const [, trace] = await answersTo(running, { ...message('trace'), conversation: task.conversation }, 2);
    expect(JSON.stringify(trace)).toContain('agent@1');
    const asked = endpoint.calls.filter(tools);
    expect(asked).toHaveLength(2);
    expect(JSON.stringify(asked[1]?.body.messages)).toContain('UNTRUSTED');
  });
});
