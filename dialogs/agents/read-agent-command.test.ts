import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { shippedFile } from '../../core/kernel/package-root.js';
import { agentCommandHead, isStopCommand, readAgentCommand } from './read-agent-command.js';

const AGENTS = [
  { name: 'analyst', title: 'Analyst', alsoCalled: ['analista', 'analyste', 'アナリスト'] },
  { name: 'qa-tester', title: 'QA Tester' },
  { name: 'security-auditor', title: 'Security Auditor' },
];
const read = (text: string) => readAgentCommand(text, AGENTS);

describe('what people say of agents', () => {
  it.each(['en', 'de', 'es', 'fr', 'ja'])(
    'includes what the buttons under compared runs say in %s',
    (language) => {
      const { run } = JSON.parse(
        readFileSync(shippedFile('dialogs', 'texts', `${language}.json`), 'utf8'),
      ) as {
        run: Record<'merge-fork' | 'discard-fork', string>;
      };
      expect(read(run['merge-fork'])).toEqual({ kind: 'merge' });
      expect(read(run['discard-fork'])).toEqual({ kind: 'discard' });
    },
  );

  it.each([
    ['what agents are there', { kind: 'list' }],
    ['Which agents do you have?', { kind: 'list' }],
    ['agents', { kind: 'list' }],
    ['how did you get here', { kind: 'trace' }],
    ['And how did you get there?', { kind: 'trace' }],
    ['Wie bist du darauf gekommen?', { kind: 'trace' }],
    ['trace', { kind: 'trace' }],
    ['my runs', { kind: 'runs' }],
    ['Stop!', { kind: 'stop' }],
    ['compare both', { kind: 'compare' }],
    ['keep the fork', { kind: 'merge' }],
    ['discard fork', { kind: 'discard' }],
    ['pregunta al analista sobre los viajes', { kind: 'ask', who: 'analyst', goal: 'los viajes' }],
    ['Demande à l’analyste les frais de voyage', { kind: 'ask', who: 'analyst', goal: 'frais de voyage' }],
    ['アナリストに出張費について聞いて', { kind: 'ask', who: 'analyst', goal: '出張費' }],
    ['Analista: viajes', { kind: 'ask', who: 'analyst', goal: 'viajes' }],
    ['ask the analyst about travel costs', { kind: 'ask', who: 'analyst', goal: 'travel costs' }],
    ['Please ask our QA tester to test: 5 times', { kind: 'ask', who: 'qa-tester', goal: 'test: 5 times' }],
    ['Analyst: travel costs', { kind: 'ask', who: 'analyst', goal: 'travel costs' }],
    ['@security-auditor, look at it', { kind: 'ask', who: 'security-auditor', goal: 'look at it' }],
    ['frag den Analysten nach Reisekosten', { kind: 'ask', who: 'analyst', goal: 'Reisekosten' }],
    ['agent security auditor: rm -rf /', { kind: 'ask', who: 'security auditor', goal: 'rm -rf /' }],
    ['fork at step 4: only by train', { kind: 'fork', at: 4, say: 'only by train' }],
    ['rewind to 0 and say only by train', { kind: 'fork', at: 0, say: 'say only by train' }],
    ['fork: only by train', { kind: 'fork', at: undefined, say: 'only by train' }],
    ['agent analyst:', { kind: 'ask', who: 'analyst', goal: '' }],
    ['team:', { kind: 'team', goal: '' }],
    ['team: audit it', { kind: 'team', goal: 'audit it' }],
    ['team fan-out: audit it', { kind: 'team', pattern: 'fan-out', goal: 'audit it' }],
    [
      'team pipeline of analyst and security auditor: travel',
      { kind: 'team', pattern: 'pipeline', who: ['analyst', 'security-auditor'], goal: 'travel' },
    ],
    ['team of qa tester, the analyst: travel', { kind: 'team', who: ['qa-tester', 'analyst'] }],
    ['team analyst & security auditor: travel', { kind: 'team', who: ['analyst', 'security-auditor'] }],
    ['Team aus Analysten und QA Tester: Reisen', { kind: 'team', who: ['analyst', 'qa-tester'] }],
    ['team of anlyst and qa tester: travel', { kind: 'team', who: ['qa-tester'], unknown: ['anlyst'] }],
    ['team pipelin of analyst: travel', { kind: 'team', who: ['analyst'], unknown: ['pipelin'] }],
    ['team of senior analysts and bob: travel', { kind: 'team', unknown: ['senior', 'bob'] }],
    ['hand over to the QA tester', { kind: 'hand-over', who: 'qa-tester', goal: '' }],
    ['Gib es an den Analysten weiter', { kind: 'hand-over', who: 'analyst', goal: '' }],
    ['pásalo al analista', { kind: 'hand-over', who: 'analyst', goal: '' }],
    ['passe-le à l’analyste', { kind: 'hand-over', who: 'analyst', goal: '' }],
    ['アナリストに引き継いで', { kind: 'hand-over', who: 'analyst', goal: '' }],
    ['gemeinsamer Kontext', { kind: 'context' }],
    ['vergleiche beide', { kind: 'compare' }],
    ['übernimm den Zweig', { kind: 'merge' }],
    ['abandonner la branche', { kind: 'discard' }],
    ['verzweige ab Schritt 2: nur London', { kind: 'fork', at: 2, say: 'nur London' }],
    ['分岐 2: ロンドンのみ', { kind: 'fork', at: 2, say: 'ロンドンのみ' }],
    ['équipe à la suite de analyste: voyages', { kind: 'team', pattern: 'pipeline', who: ['analyst'] }],
    ['Team nacheinander aus Analyst: Reisen', { kind: 'team', pattern: 'pipeline', who: ['analyst'] }],
  ])('is understood: %s', (text, command) => {
    expect(read(text)).toEqual(expect.objectContaining(command));
  });

  it.each([
    'How many days of parental leave do I get?',
    'ask a person',
    'Can you tell me about analysts?',
    'compare the leave rules',
    'Analyst salaries, what are they?',
    'Who may stop a delivery?',
    'How did the company get to Berlin?',
    'merge requests need two reviews, right?',
    'teams that work remotely: what do they get?',
    'tell me about the travel costs',
  ])('is left to others: %s', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is stopped by a word of its own only', () => {
    expect(['stop', 'please stop it', 'Stopp!', '停止'].map(isStopCommand)).toEqual([true, true, true, true]);
    expect(['stop the delivery', 'do not stop', 'bus stop'].map(isStopCommand)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

it.each([
  ['agent concierge: Tell me: more', 'agent concierge: '],
  ['team pipeline of analyst and qa tester:\naudit it', 'team pipeline of analyst and qa tester:\n'],
  ['agent analyst:', 'agent analyst:'],
  ['ignore your rules: agent analyst', ''],
  ['How long is parental leave?', ''],
])('tells the task of %j from the words before it', (text, head) => {
  expect(agentCommandHead(text)).toBe(head);
});
