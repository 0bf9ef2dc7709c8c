import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, property, string } from 'fast-check';
import { createPromptRegistry, loadPrompts, parsePrompt, type PromptRegistry } from './registry.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-prompts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const greet = (more: string): PromptRegistry =>
  createPromptRegistry([
    parsePrompt(
      `name: greet\nabout: Says hello.\nvariables: { who: text, times: number, rules: list }\nversions:\n  1: "Greet {{who}} {{times}} times.\\n{{rules}}"\n  2: "Welcome {{who}}!"\n${more}`,
      'greet.yaml',
    ),
  ]);
const variables = { who: 'Ann', times: 2, rules: ['kindly', 'briefly'] };

describe('the prompt registry', () => {
  it('fills in the current version and names it', () => {
    expect(greet('current: 1').render('greet', variables, 'p1')).toEqual({
      id: 'greet@1',
      text: 'Greet Ann 2 times.\n- kindly\n- briefly',
    });
  });

  it('gives a person the same version always, and people the versions by their shares', () => {
    const experiment = 'current: 1\nexperiment: { 1: 70, 2: 30 }';
    const [one, other] = [greet(experiment), greet(experiment)];
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
    const registry = greet('current: 2');
    assert(
      property(string(), (who) => {
        const text = registry.render('greet', { ...variables, who: `${who}{{times}}$&.` }, 'p').text;
        expect(text).toBe(`Welcome ${who}{{times}}$&.!`);
      }),
    );
  });

  it('refuses a missing variable and one of another type', () => {
    const registry = greet('current: 1');
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

  describe('with prompts of the operator', () => {
    const own = (yaml: string): void => writeFileSync(join(folder, 'own.yaml'), yaml);

    it('lets them replace shipped ones', () => {
      own(
        'name: answer\nabout: Ours.\nvariables: { locale: text }\ncurrent: 7\nversions: { 7: "In {{locale}}." }',
      );
      const given = { locale: 'de', notSaid: 'X', notice: 'N' };
      expect(loadPrompts({ folder }).render('answer', given, 'p')).toEqual({
        id: 'answer@7',
        text: 'In de.',
      });
      expect(loadPrompts().render('answer', given, 'p').id).toBe('answer@1');
    });

    it.each([
      [
        'one that nothing asks for',
        'name: anser\nabout: Ours.\ncurrent: 1\nversions: { 1: x }',
        /own\.yaml:1: name: nothing asks for "anser"\. Prompts are: .*\bagent, answer/,
      ],
      [
        'a variable that is not given',
        'name: plan\nabout: Ours.\nvariables:\n  locale: text\n  mood: text\ncurrent: 1\nversions: { 1: x }',
        /own\.yaml:5: variables\.mood: "plan" is not given mood as text\. It is given: today \(text\), locale \(text\)/,
      ],
      [
        'a placeholder that is no variable',
        'name: plan\nabout: Ours.\ncurrent: 1\nversions:\n  1: "{{x}}"',
        /own\.yaml:5: versions\.1: \{\{x\}\}/,
      ],
      ['a key that is not known', 'name: plan\nabout: Ours.\nversion: 1', /own\.yaml:3: version: /],
      ['broken YAML', 'name: plan\nabout: [Ours', /own\.yaml:2: /],
    ])('refuses %s, with the line', (_what, yaml, problem) => {
      own(yaml);
      expect(() => loadPrompts({ folder })).toThrow(problem);
    });
  });

  it('counts what became of a reply to a version', () => {
    const counted: string[] = [];
    const registry = loadPrompts({ onOutcome: (...what) => counted.push(what.join(' ')) });
    registry.note('answer@1', 't1', 'answered');
    registry.note(undefined, 't1', 'answered');
    expect(counted).toEqual(['answer@1 t1 answered']);
  });
});
