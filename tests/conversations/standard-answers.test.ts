import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StandardAnswer } from '../../core/knowledge/learning/standard-answers.js';
import { createStandardAnswerStore } from '../../storage/mongo/standard-answer-store.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

type Json = Record<string, unknown>;

let people: TeamsPeople;
beforeAll(async () => {
  people = await startTeamsPeople({ env: { STEWARD_RATE_LIMITS: '0' } });
}, 60_000);
afterAll(() => people.close(), 30_000);

const store = () => createStandardAnswerStore(people.running.steward.store.database, 'home');
const kept = async (title: string): Promise<StandardAnswer | undefined> =>
  (await store().list()).find(({ phrasings }) => phrasings[0] === title);
const keptNow = async (title: string): Promise<StandardAnswer> =>
  (await store().get((await kept(title))?.id ?? '')) as StandardAnswer;

const ABOUT = { about: 'standard-answer', copyKey: 'form:x' };
const FORM = { owner: 'Max Weber', reviewBy: '2099-01-31', readers: 'internal' };
/** Whatever a client may send back. */
const send = (who: string, reference: Json, inputs: Json): Promise<string> =>
  people.click(who, { verb: 'form.submit', data: { ...ABOUT, ...reference } }, inputs);
const press = (who: string, verb: string, { id, revision = 0 }: StandardAnswer): Promise<string> =>
  people.click(who, { verb, data: { ...ABOUT, answerId: id, revision } });
const hears = (who: string, words: string): Promise<void> =>
  eventually(() => expect(JSON.stringify(people.shown(who))).toContain(words), 20_000);

describe('standard answers in chat', () => {
  it('are none at first, with a button that opens the form for one', async () => {
    await people.say('zoe', 'Standard answers');
    await hears('zoe', 'There are no standard answers yet.');
    const empty = people.cardsWith('zoe', 'There are no standard answers yet.').at(-1)?.activity;
    await people.click('zoe', buttonOf(empty, 'standard.open'));
    await hears('zoe', 'Questions, one per line');
    await people.say('zoe', 'standardantworten');
    await hears('zoe', 'There are no standard answers yet.');
  }, 60_000);

  it('are kept by an administrator, with what is wrong said at its field, and given word for word', async () => {
    const questions = 'Where can I lock my bicycle?\nWhere do bicycles go?\n';
    const inputs = { ...FORM, questions, answer: 'In the **blue** cage.' };
    expect(await send('zoe', {}, { ...inputs, answer: ' ' })).toContain('The answer needs words');
    expect(await send('zoe', {}, { ...inputs, questions: '\n' })).toContain('Write one to twenty questions');
    expect(await send('zoe', {}, { ...inputs, owner: 'Nobody' })).toContain('I know nobody of that name');
    expect(await send('zoe', {}, { ...inputs, reviewBy: '2020-01-01' })).toContain(
      'has to lie in the future',
    );
    expect(await store().list()).toEqual([]);
    expect(await send('zoe', {}, inputs)).toContain('Max Weber answers for it');
    // The same form once more is the same answer.
    await send('zoe', {}, { ...inputs, answer: 'Twice.' });
    expect(await store().list()).toMatchObject([
      {
        phrasings: ['Where can I lock my bicycle?', 'Where do bicycles go?'],
        answer: 'In the **blue** cage.',
        owner: 'max',
        access: { classification: 'internal' },
      },
    ]);
    await people.say('priya', 'Where can I lock my bicycle?');
    await hears('priya', 'In the **blue** cage.');
  }, 60_000);

  it('are changed, taken away, and each change is taken back', async () => {
    const title = 'Where can I lock my bicycle?';
    const seen = await keptNow(title);
    const reference = { answerId: seen.id, revision: seen.revision };
    const inputs = { ...FORM, questions: title, answer: 'In the red shed.' };
    expect(await send('zoe', reference, inputs)).toContain('In the red shed.');
    expect(await press('zoe', 'standard.undo', await keptNow(title))).toContain('In the **blue** cage.');
    expect((await keptNow(title)).answer).toBe('In the **blue** cage.');
    expect(await press('zoe', 'standard.remove', await keptNow(title))).toContain('Taken away');
    expect((await keptNow(title)).enabled).toBe(false);
    await people.say('tom', title);
    await hears('tom', 'I don’t know');
    await press('zoe', 'standard.undo', await keptNow(title));
    expect((await keptNow(title)).enabled).toBe(true);
    await eventually(async () => {
      const audited: { action: string }[] = [];
      for await (const { event } of people.running.steward.audit.read('home', {
        resource: `standard-answer:${seen.id}`,
      }))
        audited.push(event);
      expect(audited.map(({ action }) => action)).toEqual(
        ['add', 'change', 'undo', 'remove', 'undo'].map((what) => `standard-answer-${what}`),
      );
      expect(JSON.stringify(audited)).not.toMatch(/shed|cage/);
    });
  }, 60_000);

  it('are not changed on top of what somebody else wrote meanwhile', async () => {
    const title = 'Where can I lock my bicycle?';
    const seen = await keptNow(title);
    await press('zoe', 'standard.remove', seen);
    const late = { answerId: seen.id, revision: seen.revision };
    await send('zoe', late, { ...FORM, questions: title, answer: 'Too late.' });
    await hears('zoe', 'Somebody else changed this first.');
    expect(await keptNow(title)).toMatchObject({ enabled: false, answer: 'In the **blue** cage.' });
    await press('zoe', 'standard.undo', seen);
    expect((await keptNow(title)).enabled).toBe(false);
  }, 60_000);

  it('are seen and changed by nobody else, whatever they send', async () => {
    const title = 'Where can I lock my bicycle?';
    const before = await keptNow(title);
    for (const who of ['priya', 'max', 'tom']) {
      await people.say(who, 'standard answers');
      await hears(who, 'You may not do this.');
      for (const verb of ['standard.open', 'standard.remove', 'standard.undo']) {
        const said = await press(who, verb, before);
        expect(said).toContain('You may not do this.');
        expect(said).not.toContain('blue');
      }
      const forged = { answerId: before.id, revision: before.revision };
      await send(who, forged, { ...FORM, questions: title, answer: 'Mine.' });
      await send(who, {}, { ...FORM, questions: 'Who is king?', answer: 'Me.' });
    }
    expect(await store().list()).toEqual([before]);
  }, 60_000);

  it('keep readers who were named one by one when their words are changed', async () => {
    await store().put({
      id: 'board',
      phrasings: ['Who sits on the board?'],
      answer: 'Zoe and Max.',
      owner: 'zoe',
      reviewBy: new Date('2099-01-01'),
      access: { classification: 'restricted', persons: ['zoe'] },
      enabled: true,
    });
    const inputs = { ...FORM, questions: 'Who sits on the board?', answer: 'Zoe, Max and Tom.' };
    await send('zoe', { answerId: 'board', revision: 0 }, inputs);
    expect(await store().get('board')).toMatchObject({
      answer: 'Zoe, Max and Tom.',
      access: { classification: 'restricted', persons: ['zoe'] },
    });
  }, 60_000);
});
