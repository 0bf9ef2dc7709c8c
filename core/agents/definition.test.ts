import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
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
