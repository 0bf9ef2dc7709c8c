import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { cited } from '../support/cited.js';
import { eventually } from '../support/eventually.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

let running: RunningSteward;
let endpoint: FakeOpenAi;
let sent = 0;
let isDown = false;
/** What the model was asked last; a screen that asks it for its opinion does not stream. */
let asked = '';
/** The name that the model puts before what it answers, as it was told it. */
let addressee = '';

beforeAll(async () => {
  endpoint = await startFakeOpenAi();
  endpoint.script(
    ...Array.from({ length: 60 }, () => (call: FakeOpenAi['calls'][number]) => {
      if (isDown) return { status: 503 };
      if (!call.body.stream) return { text: '{}' };
      asked = JSON.stringify(call.body.messages);
      return {
        text: cited(
          `${addressee}You get 80 days of paid parental leave`,
          '80 days of paid parental leave',
          call,
        ),
      };
    }),
  );
  running = await startSteward({ env: { OPENAI_BASE_URL: endpoint.baseUrl } });
}, 60_000);
afterAll(async () => {
  await running.close();
  await endpoint.close();
}, 30_000);

/** Says something as one of two people in a chat of their own, and waits for what comes back. */
function chat(name: string) {
  let answers = 0;
  return async (text: string): Promise<string> => {
    sent += 1;
    const id = `a:${name}`;
    const { status } = await running.teams({
      type: 'message',
      id: `memory-${sent}`,
      timestamp: '2026-11-21T09:00:00.000Z',
      channelId: 'msteams',
      from: { id: `29:${name}`, name, aadObjectId: `3f2c1a6e-0000-4000-8000-00000000000${name.length}` },
      recipient: { id: '28:steward', name: 'Steward' },
      conversation: { id, conversationType: 'personal', tenantId: 'acme' },
      channelData: { tenant: { id: 'acme' } },
      text,
    });
    expect(status).toBe(200);
    answers += 1;
    const all = await running.connector.waitFor(
      answers,
      ({ conversationId, activity }) => conversationId === id && activity.type === 'message',
    );
    const activity = all[answers - 1]?.activity ?? {};
    return typeof activity.text === 'string' ? activity.text : JSON.stringify(activity);
  };
}

describe('what is remembered of a person', () => {
  it('is added, shown, corrected and deleted by saying so, and nobody else sees it', async () => {
    const [ann, ben] = [chat('ann'), chat('benny')];
    expect(await ann('remember that I work from the Lisbon office')).toContain('Lisbon office');
    expect(await ann('Remember: my team is Payments')).toContain('Payments');
    expect(await ann('memory')).toMatch(/1\. I work from the Lisbon office\n2\. my team is Payments/);
    expect(await ben('memory')).not.toContain('Lisbon');
    expect(await ann('correct 1: I work from the Porto office')).toContain('Porto');
    expect(await ann('forget 2')).toMatch(/Forgotten/);
    expect(await ann('forget 7')).toMatch(/no number 7/);
    const shown = await ann('memory');
    expect(shown).toContain('1. I work from the Porto office');
    expect(shown).not.toMatch(/Lisbon|Payments/);
    expect(await ann('forget everything')).toMatch(/Forgotten/);
    expect(await ann('memory')).not.toContain('Porto');
  });

  it('is told to the model, with the conversation so far', async () => {
    const carla = chat('carlaxx');
    await carla('remember that I am based in Brazil');
    expect(await carla('How many days of parental leave do I get?')).toContain('80 days');
    expect(asked).toContain('I am based in Brazil');
    await carla('And how is it paid?');
    expect(asked).toContain('You get 80 days of paid parental leave');
  });

  it('holds names and addresses that no later call of the conversation gives to a model', async () => {
    const priya = chat('priyaxxxxxxxx');
    await priya('remember that my desk phone is +49 30 901820');
    addressee = '[PERSON_1]: ';
    const first = await priya(
      'My name is Priya Raman, my mail is ann.kern@firma.example. How many days of parental leave do I get?',
    );
    expect(first).toContain('Priya Raman: You get 80 days');
    expect(await priya('How many days of parental leave does bert.maier@firma.example get?')).toContain(
      'Priya Raman: You get 80 days',
    );
    addressee = '';
    expect(asked).toMatch(
      /Person: My name is \[PERSON_1\], my mail is \[EMAIL_ADDRESS_(\d)\]\..*does \[EMAIL_ADDRESS_(?!\1)\d\] get/s,
    );
    expect(asked).toContain('Steward: [PERSON_1]: You get 80 days');
    expect(asked).not.toMatch(/Raman|ann\.kern|bert\.maier|901820/);
    expect(await priya('memory')).toContain('1. my desk phone is +49 30 901820');
  });

  it('never holds a password', async () => {
    const quinn = chat('quinnxxxxxxxxx');
    await quinn('remember that my password is Tr0ub4dor&3');
    expect(await quinn('memory')).toContain('1. my password is [PASSWORD]');
  });

  it('is told to agents as well, whose words are remembered in turn', async () => {
    const fiona = chat('fionaxxxxx');
    await fiona('remember that I am based in Portugal');
    await fiona('How many days of parental leave do I get?');
    await fiona('agent concierge: Tell me more about it');
    const told = asked;
    expect(told).toContain('I am based in Portugal');
    expect(told).toMatch(
      /Person: How many days of parental leave do I get\?.*Steward: You get 80 days.*Tell me more about it/s,
    );
    await fiona('agent concierge: And for how long?');
    expect(asked.match(/Person: agent concierge: Tell me more about it/g)).toHaveLength(1);
  });

  it('is told to agents in a channel without what is known of one person', async () => {
    const greta = chat('gretaxxxxxx');
    await greta('remember that I am based in Norway');
    const room = '19:room@thread.tacv2;messageid=1';
    const told = (): number =>
      running.connector.messages().filter(({ conversationId }) => conversationId === room).length;
    const ask = async (text: string): Promise<void> => {
      const before = told();
      sent += 1;
      await running.teams({
        type: 'message',
        id: `memory-${sent}`,
        timestamp: '2026-11-21T09:00:00.000Z',
        channelId: 'msteams',
        from: { id: '29:gretaxxxxxx', name: 'Greta', aadObjectId: '3f2c1a6e-0000-4000-8000-000000000011' },
        recipient: { id: '28:steward', name: 'Steward' },
        conversation: { id: room, conversationType: 'channel', isGroup: true, tenantId: 'acme' },
        channelData: { tenant: { id: 'acme' }, team: { id: 'T1' }, channel: { id: '19:room@thread.tacv2' } },
        entities: [
          { type: 'mention', mentioned: { id: '28:steward', name: 'Steward' }, text: '<at>Steward</at>' },
        ],
        text: `<at>Steward</at> ${text}`,
      });
      await eventually(() => expect(asked).toContain(text.replace('agent concierge: ', '')), 20_000);
      await eventually(() => expect(told()).toBeGreaterThan(before), 20_000);
    };
    await ask('How many days of parental leave do I get?');
    await ask('agent concierge: Tell me more about it');
    expect(asked).toMatch(/Person: How many days of parental leave do I get.*Tell me more about it/s);
    expect(asked).not.toContain('Norway');
    isDown = true;
  });
});

describe('a question about the conversation', () => {
  it('is answered from what was said in it, and forgotten when it is asked for', async () => {
    const dora = chat('doraxxxx');
    await dora('We decided to rent the Harbour House for four years.');
    const recalled = [await dora('What did we decide to rent?'), await dora('What did we decide to rent?')];
    expect(recalled.join('\n')).toContain('Harbour House for four years');
    expect(await dora('forget this conversation')).toMatch(/forgotten/);
    expect(await dora('What did we decide to rent?')).not.toContain('for four years');
  });
});

describe('a model that does not answer', () => {
  it('is told to the reader, who gets the documents’ own words', async () => {
    isDown = true;
    const told = await chat('emilyxxxx')('How many days of parental leave do I get?');
    expect(told).toMatch(/80 days/);
    expect(told).toMatch(/language model does not answer at the moment/);
  });
});
