import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createArticleStore } from '../../storage/mongo/article-store.js';
import type { Article } from '../../core/knowledge/learning/article.js';
import { runJobsNow } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

type Json = Record<string, unknown>;

let people: TeamsPeople;
beforeAll(async () => {
  people = await startTeamsPeople({ env: { STEWARD_RATE_LIMITS: '0' } });
}, 60_000);
afterAll(() => people.close(), 30_000);

const store = () => createArticleStore(people.running.steward.store.database, 'home');
const articles = (): Promise<Article[]> => store().list(['requested', 'drafted', 'published', 'retired']);
const titled = async (title: string): Promise<Article> => {
  let found: Article | undefined;
  await eventually(async () => {
    found = (await articles()).find((each) => each.title === title);
    expect(found).toBeDefined();
  });
  return found as Article;
};

/** Whatever a client may send back: the form of a step with any values. */
const send = (who: string, reference: Json, inputs: Json = {}): Promise<string> =>
  people.click(who, { verb: 'form.submit', data: { copyKey: 'form:x', ...reference } }, inputs);
const opens = (who: string, reference: Json): Promise<string> =>
  people.click(who, { verb: 'article.open', data: reference });

/** A text that somebody has drafted for review. */
async function drafted(
  who: string,
  title: string,
  markdown = `${title}: see the notice board.`,
): Promise<Article> {
  await send(
    who,
    { step: 'question', question: `What about ${title}?`, copyKey: `form:${title}` },
    { title, markdown },
  );
  return titled(title);
}
const decision = { decision: 'publish', owner: 'max', reviewBy: '2099-01-31' };
const reviewOf = ({ id, revision }: Article): Json => ({ step: 'review', articleId: id, revision });

describe('articles, whatever clients send', () => {
  it('are reviewed by nobody who may not publish, and not by their author', async () => {
    const article = await drafted('priya', 'Bicycles');
    for (const who of ['priya', 'tom', 'max'])
      expect(await send(who, reviewOf(article), decision)).toContain('You may not do this.');
    const own = await drafted('zoe', 'Umbrellas');
    expect(await send('zoe', reviewOf(own), decision)).toContain(
      'Nobody reviews what they wrote themselves.',
    );
    expect((await articles()).map(({ state }) => state)).toEqual(['drafted', 'drafted']);
    expect(await people.running.steward.knowledge.documents('home').list('articles')).toEqual([]);
  }, 60_000);

  it('are published only as the text that the reviewer saw', async () => {
    const seen = await drafted('priya', 'Lockers');
    await send(
      'priya',
      { step: 'edit', articleId: seen.id },
      { title: 'Lockers', markdown: 'Lockers are open to all.' },
    );
    const refused = await send('zoe', reviewOf(seen), decision);
    expect(refused).toContain('It was rewritten meanwhile.');
    expect(refused).toContain('Lockers are open to all.');
    expect((await titled('Lockers')).state).toBe('drafted');
    await send('zoe', reviewOf(await titled('Lockers')), decision);
    expect(await titled('Lockers')).toMatchObject({ state: 'published', reviewerId: 'zoe', owner: 'max' });
  }, 60_000);

  it('go back to their author with a reason, and come again', async () => {
    const article = await drafted('priya', 'Kettles');
    expect(await send('zoe', reviewOf(article), { decision: 'send-back' })).toContain('Say why.');
    await send('zoe', reviewOf(article), { decision: 'send-back', reason: 'Which kettle?' });
    let back: unknown;
    await eventually(() => {
      back = people.cardsWith('priya', 'came back: Which kettle?').at(-1)?.activity;
      expect(back).toBeDefined();
    });
    await people.click('priya', buttonOf(back, 'article.open'));
    await send(
      'priya',
      { step: 'edit', articleId: article.id },
      { title: 'Kettles', markdown: 'The red kettle is for tea.' },
    );
    await eventually(() => expect(people.cardsWith('zoe', 'The red kettle is for tea.')).toHaveLength(1));
  }, 60_000);

  it('are changed and taken out by their author, owner or an editor alone', async () => {
    const article = await drafted('priya', 'Parking');
    await send('zoe', reviewOf(article), decision);
    const edit = { step: 'edit', articleId: article.id };
    const retire = { step: 'retire', articleId: article.id };
    for (const reference of [edit, retire]) {
      const seen = await opens('tom', reference);
      expect(seen).toContain('You may not do this.');
      expect(seen).not.toContain('notice board');
      await send('tom', reference, { title: 'Parking', markdown: 'Tom owns it now.', reason: 'mine' });
    }
    expect((await titled('Parking')).revision).toBe(3);
    expect(await send('priya', retire, { reason: 'old' })).toContain('You may not do this.');
    await send('max', retire, { reason: 'The car park is closed.' });
    expect((await titled('Parking')).state).toBe('retired');
    await eventually(async () => {
      const documents = await people.running.steward.knowledge.documents('home').list('articles');
      expect(documents.map(({ title }) => title)).not.toContain('Parking');
    });
    expect(await send('priya', edit, { title: 'Parking', markdown: 'It is back.' })).toContain(
      'out of the knowledge base',
    );
  }, 60_000);

  it('are not made of what an expert told somebody else’s person', async () => {
    for (const escalationId of ['01m8nebdp1jsj8mf3604dkpf8s', '', { $ne: null }])
      expect(await opens('tom', { step: 'answer', escalationId })).not.toContain('form.submit');
    const before = (await articles()).length;
    await send(
      'tom',
      { step: 'answer', escalationId: 'x' },
      { title: 'Stolen', markdown: 'Words of others.' },
    );
    expect(await articles()).toHaveLength(before);
  }, 60_000);

  it('are not rewritten by whoever names another’s form', async () => {
    const article = await drafted('priya', 'Plants');
    const forged = { step: 'question', question: 'What about Plants?', copyKey: 'form:Plants' };
    await send('tom', forged, { title: 'Weeds', markdown: 'Tom wrote something else.' });
    expect((await titled('Weeds')).id).not.toBe(article.id);
    expect(await titled('Plants')).toEqual(article);
  }, 60_000);

  it('for managers are read by nobody else, and whoever asked hears nothing of them', async () => {
    await send(
      'max',
      { step: 'question', question: 'What is Project Heron?', copyKey: 'form:heron' },
      {
        title: 'Project Heron',
        markdown: 'Project Heron is a second plant in Sollmark.',
        readers: 'confidential',
      },
    );
    await send('zoe', reviewOf(await titled('Project Heron')), decision);
    for (const who of ['max', 'priya']) await people.say(who, 'What is Project Heron?');
    await eventually(
      () => expect(people.cardsWith('max', 'a second plant in Sollmark')).not.toHaveLength(0),
      20_000,
    );
    await eventually(() => expect(people.cardsWith('priya', 'I don’t know')).not.toHaveLength(0), 20_000);
    expect(people.cardsWith('priya', 'Sollmark')).toEqual([]);
    const { id: articleId } = await titled('Project Heron');
    expect(await opens('priya', { step: 'edit', articleId })).not.toContain('Sollmark');
  }, 60_000);

  it('from a message are the same articles, and wait for the same review', async () => {
    await people.say(
      'priya',
      'write an article draft titled "Guest Wi-Fi": guests get a code at the reception',
    );
    await eventually(() => {
      const card = people.cardsWith('zoe', 'Article to review: Guest Wi-Fi').at(-1)?.activity;
      expect(buttonOf(card, 'form.submit')).toBeDefined();
    }, 20_000);
    expect(await titled('Guest Wi-Fi')).toMatchObject({ state: 'drafted', authorId: 'priya' });
  }, 60_000);

  it('are written from the letter about open questions that the owner of the nearest page gets', async () => {
    const question = 'Who feeds the goldfish in the foyer?';
    for (const who of ['priya', 'tom']) await people.say(who, question);
    await eventually(() => expect(people.cardsWith('tom', 'I don’t know')).not.toHaveLength(0), 20_000);
    await runJobsNow(people.running);
    let letter: unknown;
    await eventually(() => {
      letter = people.cardsWith('max', 'Questions that our documents do not answer').at(-1)?.activity;
      expect(JSON.stringify(letter)).toContain('(2 times, by 2 people');
    }, 20_000);
    expect(JSON.stringify(letter)).not.toMatch(/Priya|Tom Okafor/);
    const { data } = buttonOf(letter, 'article.open');
    await people.click('max', { verb: 'article.open', data });
    await eventually(() => expect(people.cardsWith('max', 'form.submit').at(-1)?.activity).toBeDefined());
    await send(
      'max',
      { ...data, copyKey: 'form:goldfish' },
      { title: 'Goldfish', markdown: 'The reception feeds the goldfish.' },
    );
    expect(await titled('Goldfish')).toMatchObject({ question: data.question, state: 'drafted' });
  }, 60_000);
});
