import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { shippedFile } from '../kernel/package-root.js';
import { comparePolicies, defaultPolicy, parseGuardrailPolicies, parseGuardrailPolicy } from './policy.js';
import { compileSafePattern } from './safe-pattern.js';

describe('the guardrail policy', () => {
  it('is the same whether it is left out or written out with its defaults', () => {
    expect(parseGuardrailPolicy('version: 1').version).toBe(defaultPolicy().version);
  });

  it('reads the sample that is shipped', () => {
    const policy = parseGuardrailPolicy(readFileSync(shippedFile('samples', 'guardrails.yaml'), 'utf8'));
    expect(policy.customPatterns.map(({ type }) => type)).toEqual(['CUSTOMER_NUMBER', 'PROJECT_CODE']);
    expect(policy.output.topics.not).toContain('medical-advice');
  });

  it.each([
    ['version: 2', 'version'],
    ['version: 1\ninput: { injection: { mode: maybe } }', 'input.injection.mode'],
    ['version: 1\ninput: { injection: { block: { user: 7 } } }', 'input.injection.block.user'],
    ['version: 1\noutptu: {}', 'outptu'],
    ['version: 1\noutput: { links: { allowedHosts: ["https://x.example"] } }', 'must be a host name'],
    ['version: 1\ninput: { pii: { custom: [{ type: x, pattern: y }] } }', 'must be upper case'],
    ['version: [1', 'YAML'],
  ])('says what is wrong with %j', (yaml, hint) => {
    expect(() => parseGuardrailPolicy(yaml)).toThrow(hint);
  });

  it('lays the settings of one tenant over those of everybody', () => {
    const book = parseGuardrailPolicies(
      'version: 1\noutput: { tone: { mode: observe, action: block } }\ntenants:\n  b: { output: { tone: { mode: off } } }',
    );
    expect(book.tenants).toEqual(['b']);
    expect(book.of('a').output.tone).toEqual({ mode: 'observe', action: 'block' });
    expect(book.of('b').output.tone).toEqual({ mode: 'off', action: 'block' });
    expect(book.of('b').version).not.toBe(book.of('a').version);
  });

  it('names the tenant in whose settings a mistake stands', () => {
    expect(() =>
      parseGuardrailPolicies('version: 1\ntenants: { b: { output: { tone: { mode: loud } } } }'),
    ).toThrow('tenants.b.output.tone.mode');
    expect(() => parseGuardrailPolicies('version: 1\ntenants: [b]')).toThrow('tenants: must hold');
  });

  it('shows what a change changes, and has another version', () => {
    const changed = parseGuardrailPolicy('version: 1\noutput: { grounding: { bar: 0.8 } }');
    expect(comparePolicies(defaultPolicy(), changed)).toEqual(['output.grounding.bar: 0.7 -> 0.8']);
    expect(changed.version).not.toBe(defaultPolicy().version);
  });

  it("names each tenant's plan, enterprise unless the file says otherwise", () => {
    const book = parseGuardrailPolicies('version: 1\ntenants: { acme: { plan: free } }');
    expect([book.of('acme').plan, book.of('home').plan]).toEqual(['free', 'enterprise']);
    expect(comparePolicies(book.of('home'), book.of('acme'))).toEqual(['plan: "enterprise" -> "free"']);
    expect(() => parseGuardrailPolicies('version: 1\nplan: gold')).toThrow('plan:');
  });
});

describe("a tenant's pattern", () => {
  it.each(['KD-\\d{6}', 'P[0-9]{4}-[A-Z]{2,3}', '(?:AB|CD)\\d{8}', '\\p{Lu}{2}\\d+'])(
    'may be %s',
    (source) => {
      expect(() => compileSafePattern(source)).not.toThrow();
    },
  );

  it.each([
    ['(a+)+$', 'repeats a group'],
    ['(a|aa)+b', 'repeats a group'],
    ['(?=a)b', 'looks ahead'],
    ['(a)\\1', 'refers back'],
    ['a*b*c*d', 'repetitions'],
    ['x{0,3}', 'empty text'],
    ['([a', 'not a regular expression'],
    ['', '1 to 200'],
  ])('may not be %s', (source, hint) => {
    expect(() => compileSafePattern(source)).toThrow(hint);
  });

  it('repeats at most 32 times', () => {
    expect('1'.repeat(100).match(compileSafePattern('\\d+'))?.[0]).toHaveLength(32);
  });

  it('names a type to leave alone that nobody looks for, and the one that was meant', () => {
    const withLeave = (leave: string, custom = ''): string =>
      `version: 1\ninput: { pii: { leave: [${leave}]${custom} } }`;
    expect(() => parseGuardrailPolicy(withLeave('EMAIL'))).toThrow(
      /input\.pii\.leave\.0: there is no type EMAIL\. Did you mean EMAIL_ADDRESS\?/,
    );
    expect(() => parseGuardrailPolicy(withLeave('PERSON, NONSENSE'))).toThrow(
      /leave\.1: .*There are: API_KEY/,
    );
    const own = withLeave('KD_NUMBER', ", custom: [{ type: KD_NUMBER, pattern: 'KD-[0-9]{6}' }]");
    expect(parseGuardrailPolicy(own).input.pii.leave).toEqual(['KD_NUMBER']);
  });
});
