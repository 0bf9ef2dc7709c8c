import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { eventually } from '../support/eventually.js';

const MENU = '# Canteen menu\n\nOn Thursday the canteen serves lentil stew with plums.\n';

let running: RunningSteward;
beforeAll(async () => {
  running = await startSteward({ handbook: false });
}, 60_000);
afterAll(() => running.close(), 30_000);

/** A Direct Line conversation of one person. */
async function talk(userId: string, locale?: string) {
  const post = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const response = await fetch(`${running.url}/directline${path}`, { method: 'POST', ...init });
    expect(response.ok).toBe(true);
    return (await response.json()) as Record<string, unknown>;
  };
  const { conversationId, token } = await post('/conversations');
  const headers = { authorization: `Bearer ${String(token)}` };
  const path = `/conversations/${String(conversationId)}`;
  return {
    upload: (name: string, content: string) => {
      const form = new FormData();
      const activity = JSON.stringify({ type: 'message', ...(locale && { locale }) });
      form.append('activity', activity);
      form.append('file', new Blob([content], { type: 'text/markdown' }), name);
      return post(`${path}/upload?userId=${userId}`, { headers, body: form });
    },
    say: (text: string) =>
      post(`${path}/activities`, {
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'message', from: { id: userId }, text }),
      }),
    /** What Steward said, once it holds the words. */
    hears: async (words: string): Promise<string> => {
      let said = '';
      await eventually(async () => {
        const response = await fetch(`${running.url}/directline${path}/activities`, { headers });
        const { activities } = (await response.json()) as { activities: { from: { role?: string } }[] };
        said = JSON.stringify(activities.filter(({ from }) => from.role === 'bot'));
        expect(said).toContain(words);
      }, 20_000);
      return said;
    },
  };
}

describe('a file sent in chat', () => {
  it('answers its sender at once, and nobody else', async () => {
    const sender = await talk('zoe');
    await sender.upload('menu.md', MENU);
    const received = await sender.hears('menu.md');
    expect(received).toContain('Only you are answered from it until an administrator publishes it.');
    await sender.say('What does the canteen serve on Thursday?');
    await sender.hears('lentil stew with plums');

    const other = await talk('priya');
    await other.say('What does the canteen serve on Thursday?');
    const answer = await other.hears('I don’t know');
    expect(answer).not.toContain('lentil');
    expect(answer).not.toContain('Canteen menu');
  }, 60_000);

  it('is refused, with what to do, when its sender may not add documents', async () => {
    const sender = await talk('priya');
    await sender.upload('secret-plan.md', '# Secret plan\n\nThe plan is secret.\n');
    await sender.hears('You may not add documents.');
    const documents = await running.steward.knowledge.documents('home').list();
    expect(documents.map(({ title }) => title)).not.toContain('Secret plan');
  }, 60_000);

  it('is refused by name when nobody could tell who may read it', async () => {
    const sender = await talk('zoe');
    await sender.upload('odd.md', '---\nclassification: top-hat\n---\n# Odd\n\nAn odd page.\n');
    await sender.hears('I cannot read “odd.md”');
  }, 60_000);

  it('is refused in the sender’s language, without markup of a name or a file', async () => {
    const sender = await talk('zoe', 'de-DE');
    const content = '---\nreaders: ["[click](https://evil.example)"]\n---\n# Odd\n';
    await sender.upload('[a](https://evil.example).md', content);
    const said = await sender.hears('gibt es nicht. Schreiben Sie role:NAME');
    expect(said).toContain(String.raw`\\[click\\](`);
  }, 60_000);
});
