import { expect, it } from '@jest/globals';
import { array, assert, asyncProperty, boolean, constantFrom, integer } from 'fast-check';
import { ShownDraft } from './shown-draft.js';

function screen(isSupported: (text: string) => boolean) {
  let shown = '';
  const draft = new ShownDraft({
    show: (text) => {
      shown += text;
    },
    isSupported: (text) => Promise.resolve(isSupported(text)),
    onWithdrawn: () => {
      shown += '\n--\n';
    },
  });
  return { draft, shown: () => shown };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const long = 'Hotels are paid up to 140 euros a night and booked with the travel desk. '.repeat(3);

it('grows by whole sentences while it is written, and is whole once it was accepted', async () => {
  const { draft, shown } = screen(() => true);
  draft.append(`${long}Trains go fi`);
  await settle();
  expect(shown()).toBe(long.trimEnd());
  draft.append('rst class.');
  await draft.accept();
  expect(shown()).toBe(`${long}Trains go first class.`);
});

it('shows nothing of the opening of a tool call', async () => {
  const { draft, shown } = screen(() => true);
  draft.append('Let me look that up. ');
  await draft.withdraw();
  draft.append('It is 140 euros.');
  await draft.accept();
  expect(shown()).toBe('It is 140 euros.');
});

it('holds back what is not supported, and says when something shown is withdrawn', async () => {
  const { draft, shown } = screen((text) => !text.includes('moon'));
  draft.append(`${long}It is made of moon dust. More follows. `);
  await settle();
  await draft.withdraw();
  expect(shown()).not.toContain('moon');
  draft.append('It is 140 euros.');
  await draft.accept();
  expect(shown()).toMatch(/(^|\n--\n)It is 140 euros\.$/);
});

it('ends with the accepted draft whole, after a visible cut if anything else was shown before', () =>
  assert(
    asyncProperty(
      array(array(constantFrom('One is one. ', 'Two\n', 'x'.repeat(90), 'bad! '), { maxLength: 9 }), {
        minLength: 1,
        maxLength: 3,
      }),
      array(boolean(), { minLength: 40, maxLength: 40 }),
      integer({ min: 0, max: 2 }),
      async (drafts, verdicts, pause) => {
        let asked = 0;
        const { draft, shown } = screen(() => verdicts[asked++ % verdicts.length] ?? true);
        for (const pieces of drafts.slice(0, -1)) {
          for (const piece of pieces) draft.append(piece);
          for (let turn = 0; turn < pause; turn += 1) await settle();
          await draft.withdraw();
        }
        const last = drafts.at(-1) ?? [];
        for (const piece of last) draft.append(piece);
        await draft.accept();
        expect(shown().split('\n--\n').at(-1)).toBe(last.join(''));
      },
    ),
  ));
