import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { cited } from '../support/cited.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { startStewardWithModel, type StewardWithModel } from '../support/steward-with-model.js';

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
    20_000,
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

  it('ask what is to be done when nobody said it', async () => {
    for (const text of ['agent analyst:', 'team:']) {
      const [answer] = await answersTo(running, message(text));
      expect(JSON.stringify(answer)).toContain('Say what should be done');
    }
  });

  it('are named when somebody asks for one that is not there', async () => {
    const [answer] = await answersTo(running, message('agent gardener: water the plants'));
    expect(JSON.stringify(answer)).toContain('project-manager');
  });
});

describe('agents with a model', () => {
  let withModel: StewardWithModel;
  let running: RunningSteward;
  let endpoint: FakeOpenAi;
  beforeAll(async () => {
    withModel = await startStewardWithModel();
    ({ running, endpoint } = withModel);
  }, 60_000);
  afterEach(() => endpoint.unscript());
  afterAll(() => withModel.close(), 30_000);

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
    expect(JSON.stringify(trace)).toContain('agent@2');
    const asked = endpoint.calls.filter(tools);
    expect(asked).toHaveLength(2);
    expect(asked[0]?.body.messages[0]?.content).toContain('en, de, es, fr, ja');
    expect(JSON.stringify(asked[1]?.body.messages)).toContain('UNTRUSTED');
  });

  it('never show a rejected draft as if its successor went on with it', async () => {
    const lookUp = {
      toolCalls: [
        {
          id: 'c1',
          name: 'knowledge__search',
          arguments: '{"query":"How many days of parental leave do I get?"}',
        },
      ],
      text: 'Let me look that up.',
    };
    const invented =
      'Astronauts receive a golden spaceship on Mars, which the moon council polishes with purple comets. '.repeat(
        4,
      );
    const thoughts = [
      lookUp,
      { text: invented, pieceDelayMs: 2 },
      { text: 'You get 80 days of paid parental leave.' },
    ];
    endpoint.script(
      ...Array.from({ length: 8 }, () => (call: (typeof endpoint.calls)[number]) => {
        const isThought = (call.body.tools ?? []).length > 0;
        return (isThought ? thoughts.shift() : undefined) ?? { text: '{}' };
      }),
    );
    const task = message('agent concierge: How long is parental leave for parents?');
    const [answer] = await answersTo(running, task);
    expect(answer?.text).toContain('You get 80 days');
    expect(thoughts).toEqual([]);
    const { id } = task.conversation as { id: string };
    const shown = JSON.stringify(
      running.connector.sent.filter(({ conversationId }) => conversationId === id),
    );
    expect(shown).not.toContain('Astronauts');
    expect(shown).not.toContain('Let me look');
  });
});

describe('an answer by a model', () => {
  let running: RunningSteward;
  let endpoint: FakeOpenAi;
  beforeAll(async () => {
    endpoint = await startFakeOpenAi();
    running = await startSteward({
      env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k', OPENAI_MODEL_STANDARD: 'gpt-4.1-mini' },
    });
  }, 60_000);
  afterEach(() => endpoint.unscript());
  afterAll(async () => {
    await running.close();
    await endpoint.close();
  }, 30_000);

  const leave = (call: FakeOpenAi['calls'][number]): string =>
    cited('You get 80 days of paid parental leave', '80 days of paid parental leave', call);
  /** Answers questions with a text; the judges' questions get an agreeing number. */
  const writes = (text: (call: FakeOpenAi['calls'][number]) => string): void =>
    endpoint.script(
      ...Array.from({ length: 20 }, () => (call: (typeof endpoint.calls)[number]) => {
        const isJudge = /\{"score"/.test(call.body.messages[0]?.content ?? '');
        return { text: isJudge ? '{"score": 0.1}' : text(call) };
      }),
    );

  it('shows how it came about: what was looked at, by which model and prompt, and what it cost', async () => {
    writes(leave);
    const asked = message('How many days of parental leave do I get?');
    await answersTo(running, asked);
    const [, trace] = await answersTo(
      running,
      { ...message('how did you get here?'), conversation: asked.conversation },
      2,
    );
    const shown = JSON.stringify(trace);
    expect(shown).toContain('How I got here');
    expect(shown).toMatch(/How many days of parental leave.*Parental leave.*gpt-4\.1-mini · answer@1/s);
    expect(shown).toMatch(/\$0\.00/);
  });

  it('is never called sure when a sentence of it is marked as not supported', async () => {
    writes((call) => `${leave(call)} Everybody also gets a company boat in Monaco.`);
    const [answer] = await answersTo(running, message('How long is the parental leave of a father?'));
    const shown = JSON.stringify(answer);
    expect(shown).toContain('not supported by the sources');
    expect(shown).toContain('Confidence: low');
    expect(shown).not.toContain('Confidence: high');
  });

  it('says so when the model had no room to finish it', async () => {
    endpoint.script(
      ...Array.from({ length: 20 }, () => (call: (typeof endpoint.calls)[number]) => ({
        text: /\{"score"/.test(call.body.messages[0]?.content ?? '') ? '{"score": 0.9}' : leave(call),
        finishReason: 'length',
      })),
    );
    const [answer] = await answersTo(running, message('How many days is the parental leave?'));
    expect(JSON.stringify(answer)).toContain('the answer breaks off here');
  });

  it('is quoted from the documents when the model wrote nothing', async () => {
    writes(() => '');
    const [answer] = await answersTo(running, message('How many days of parental leave are there?'));
    expect(answer?.text).toMatch(/80 days.*does not answer at the moment/s);
  });
});
