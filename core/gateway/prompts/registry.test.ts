import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, property, string } from 'fast-check';
import { loadPrompts, parsePrompt } from './registry.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-prompts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = (more: string): void =>
  writeFileSync(
    join(folder, 'greet.yaml'),
    `name: greet\nabout: Says hello.\nvariables: { who: text, times: number, rules: list }\nversions:\n  1: "Greet {{who}} {{times}} times.\\n{{rules}}"\n  2: "Welcome {{who}}!"\n${more}`,
  );
const variables = { who: 'Ann', times: 2, rules: ['kindly', 'briefly'] };

describe('the prompt registry', () => {
  it('fills in the current version and names it', () => {
    own('current: 1');
    expect(loadPrompts(folder).render('greet', variables, 'p1')).toEqual({
      id: 'greet@1',
      text: 'Greet Ann 2 times.\n- kindly\n- briefly',
    });
  });

  it('gives a person the same version always, and people the versions by their shares', () => {
    own('current: 1\nexperiment: { 1: 70, 2: 30 }');
    const [one, other] = [loadPrompts(folder), loadPrompts(folder)];
    let second = 0;
    for (let person = 0; person < 2_000; person += 1) {
      const { id } = one.render('greet', variables, `p${person}`);
      expect(other.render('greet', variables, `p${person}`).id).toBe(id);
      if (id === 'greet@2') second += 1;
    }
    expect(second / 2_000).toBeGreaterThan(0.26);
    expect(second / 2_000).toBeLessThan(0.34);
  });

  it('puts values in as they are, whatever they hold', () => {
    own('current: 2');
    const registry = loadPrompts(folder);
    assert(
      property(string(), (who) => {
        const text = registry.render('greet', { ...variables, who: `${who}{{times}}$&.` }, 'p').text;
        expect(text).toBe(`Welcome ${who}{{times}}$&.!`);
      }),
    );
  });

  it('refuses a missing variable and one of another type', () => {
    own('current: 1');
    const registry = loadPrompts(folder);
    expect(() => registry.render('greet', { who: 'Ann' }, 'p')).toThrow(/times as number/);
    expect(() => registry.render('greet', { ...variables, who: 5 }, 'p')).toThrow(/who as text/);
    expect(() => registry.render('none', {}, 'p')).toThrow(/no prompt "none"/);
  });

  it.each([
    ['a placeholder that is no variable', 'variables: {}\ncurrent: 1\nversions: { 1: "{{x}}" }', /\{\{x\}\}/],
    ['a current version that is not there', 'current: 3\nversions: { 1: "x" }', /no version 3/],
    [
      'shares that are not the whole',
      'current: 1\nexperiment: { 1: 40 }\nversions: { 1: "x" }',
      /40 together/,
    ],
    [
      'an experiment with a version that is not there',
      'current: 1\nexperiment: { 2: 100 }\nversions: { 1: "x" }',
      /no version 2/,
    ],
  ])('names the file with %s', (_what, yaml, problem) => {
    expect(() => parsePrompt(`name: one\nabout: Is wrong.\n${yaml}`, 'one.yaml')).toThrow(problem);
  });

  it('lets an operator replace a shipped prompt', () => {
    writeFileSync(
      join(folder, 'answer.yaml'),
      'name: answer\nabout: Ours.\nvariables: { locale: text }\ncurrent: 7\nversions: { 7: "In {{locale}}." }',
    );
    const given = { locale: 'de', notSaid: 'X', notice: 'N' };
    expect(loadPrompts(folder).render('answer', given, 'p')).toEqual({ id: 'answer@7', text: 'In de.' });
    expect(loadPrompts().render('answer', given, 'p').id).toBe('answer@1');
  });
});
