import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { shippedFile } from '../kernel/package-root.js';
import { loadAgents, parseAgent } from './definition.js';

const good = readFileSync(shippedFile('core', 'agents', 'definitions', 'analyst.yaml'), 'utf8');
const lineOf = (text: string): number => good.split('\n').findIndex((line) => line.includes(text)) + 1;

describe("an agent's file", () => {
  it('is read', () => {
    expect(parseAgent(good, 'analyst.yaml')).toMatchObject({ name: 'analyst', tier: 'heavy' });
  });

  it.each([
    ['a wrong value', 'tier: heavy', 'tier: huge', 'tier'],
    ['a wrong value inside', 'dollars: 0.5', 'dollars: -1', 'budget.dollars'],
    ['an unknown member', 'tier: heavy', 'tier: heavy\ncolour: red', 'colour'],
    ['a step with a tool that is not its own', 'tool: text.figures,', 'tool: email.send,', 'not among'],
  ])('is refused with the line of %s', (_what, from, to, names) => {
    const line = lineOf(from) + (to.includes('\n') ? 1 : 0);
    expect(() => parseAgent(good.replace(from, to), 'a.yaml')).toThrow(
      new RegExp(`^a\\.yaml:${line}: .*${names}`),
    );
  });

  it('is refused with the line of a name, also when what is under it begins later', () => {
    const yaml = good.replace('tier: heavy', 'tier: heavy\ncolours:\n\n  first: red');
    const line = lineOf('tier: heavy') + 1;
    expect(() => parseAgent(yaml, 'a.yaml')).toThrow(new RegExp(`^a\\.yaml:${line}: colours`));
  });

  it('is refused when it unfolds without end', () => {
    const lists = [
      'a: &a [x, x]',
      ...Array.from(
        { length: 30 },
        (_, n) => `b${n}: &b${n} [*${n ? `b${n - 1}` : 'a'}, *${n ? `b${n - 1}` : 'a'}]`,
      ),
    ];
    expect(() => parseAgent(lists.join('\n'), 'a.yaml')).toThrow(/^a\.yaml:1: .*alias/i);
  });

  it('is refused with the line of a mistake in the YAML itself', () => {
    expect(() => parseAgent('name: analyst\ntitle: "open\n', 'a.yaml')).toThrow(/^a\.yaml:[23]: /);
  });
});

describe('the shipped agents', () => {
  it('are eight, and none may use what its contract is too low for', () => {
    expect([...loadAgents(() => 'read').keys()]).toEqual([
      'analyst',
      'concierge',
      'devops-engineer',
      'incident-responder',
      'project-manager',
      'qa-tester',
      'security-auditor',
      'ux-designer',
    ]);
    expect(() => loadAgents(() => 'destructive')).toThrow(/riskier/);
    expect(() => loadAgents(() => undefined)).toThrow(/does not exist/);
  });
});

describe("the operator's own agents", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'steward-agents-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, yaml: string): void => writeFileSync(join(folder, file), yaml);

  it('stand beside the shipped ones, and replace one of the same name', () => {
    write('jurist.yaml', good.replace('name: analyst', 'name: jurist'));
    write('analyst.yml', good.replace('title: Analyst', 'title: Our Analyst'));
    write('notes.txt', 'no agent');
    const agents = loadAgents(() => 'read', folder);
    expect(agents.size).toBe(9);
    expect(agents.get('jurist')?.title).toBe('Analyst');
    expect(agents.get('analyst')?.title).toBe('Our Analyst');
  });

  it('are refused with every mistake in every file', () => {
    write('a.yaml', good.replace('tier: heavy', 'tier: huge'));
    write('b.yaml', good.replace('name: analyst', 'name: team'));
    write('c.yaml', good.replace('title: Analyst', 'title: ""'));
    const load = () => loadAgents(() => 'read', folder);
    expect(load).toThrow(/^a\.yaml:\d+: tier: /m);
    expect(load).toThrow(/^b\.yaml:1: name: is the word for several agents/m);
    expect(load).toThrow(/^c\.yaml:2: title: /m);
  });

  it('are refused with the line of a tool that does not exist, wherever else its name stands', () => {
    const known = good
      .replace('title: Analyst', 'title: Analyst # knows pets.feed')
      .replaceAll('text.figures', 'pets.feed');
    write('a.yaml', known);
    const line = known.split('\n').findIndex((each) => each.startsWith('tools:')) + 1;
    expect(() => loadAgents((tool) => (tool === 'pets.feed' ? undefined : 'read'), folder)).toThrow(
      new RegExp(`^a\\.yaml:${line}: the tool pets\\.feed does not exist`, 'm'),
    );
  });

  it('are refused when their folder cannot be read', () => {
    expect(() => loadAgents(() => 'read', join(folder, 'none'))).toThrow(/STEWARD_AGENTS cannot be read/);
  });
});
