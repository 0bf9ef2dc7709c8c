import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../kernel/answer.js';
import type { KnowledgeDocument } from '../document.js';
import { createAnswerMemory } from './remember-answers.js';

const documents = ['handbook', 'salaries'].map((id) => ({ id }) as KnowledgeDocument);
const everything = { k: 8, mayRead: () => true };
const withoutSalaries = { k: 8, mayRead: ({ id }: KnowledgeDocument) => id !== 'salaries' };

function memory() {
  const world = { state: '1', made: 0, ids: 0 };
  const remember = createAnswerMemory({
    state: () => world.state,
    documents: () => documents,
    newId: () => `id-${(world.ids += 1)}`,
  });
  const make = async (): Promise<Answer> => {
    world.made += 1;
    return { id: `made-${world.made}`, text: `answer ${world.made}` } as Answer;
  };
  return { world, remember, make };
}

describe('remembering answers', () => {
  it('makes an answer once for readers of the same documents, each time with its own id', async () => {
    const { world, remember, make } = memory();
    const first = await remember('leave?', { ...everything, readers: 'ann' }, make);
    const second = await remember('leave?', { ...everything, readers: 'bob' }, make);
    expect(second.text).toBe(first.text);
    expect(second.id).not.toBe(first.id);
    expect(world.made).toBe(1);
  });

  it('never gives an answer to readers from whom a document is kept', async () => {
    const { world, remember, make } = memory();
    await remember('pay?', { ...everything, readers: 'ann' }, make);
    const other = await remember('pay?', { ...withoutSalaries, readers: 'cid' }, make);
    expect(other.text).toBe('answer 2');
    expect(world.made).toBe(2);
  });

  it('makes it anew when a document changed, or the conversation before it was another', async () => {
    const { world, remember, make } = memory();
    const ann = { ...everything, readers: 'ann' };
    await remember('leave?', ann, make);
    await remember('leave?', { ...ann, history: ['and in Germany?'] }, make);
    expect(world.made).toBe(2);
    world.state = '2';
    await remember('leave?', ann, make);
    expect(world.made).toBe(3);
  });

  it('does not keep what was made while the documents changed', async () => {
    const { world, remember, make } = memory();
    const ann = { ...everything, readers: 'ann' };
    await remember('leave?', ann, async () => {
      world.state = '2';
      return make();
    });
    await remember('leave?', ann, make);
    expect(world.made).toBe(2);
  });

  it('remembers nothing for a search that does not name its readers', async () => {
    const { world, remember, make } = memory();
    await remember('leave?', everything, make);
    await remember('leave?', everything, make);
    expect(world.made).toBe(2);
  });
});
