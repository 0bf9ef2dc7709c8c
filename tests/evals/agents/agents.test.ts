import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { shippedFile } from '../../../core/kernel/package-root.js';
import { loadAgents } from '../../../core/agents/definition.js';
import { eventually } from '../../support/eventually.js';
import { startSteward, type RunningSteward } from '../../support/start-steward.js';

const patterns = z.array(z.string()).default([]);
const casesSchema = z.array(
  z.strictObject({
    agent: z.string(),
    goal: z.string(),
    facts: patterns,
    never: patterns,
    offline: patterns,
  }),
);
const cases = casesSchema.parse(
  parse(readFileSync(shippedFile('tests', 'evals', 'agents', 'cases.yaml'), 'utf8')),
);

/** The model of whoever runs this, if one is set. */
const settings = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name.startsWith('OPENAI_')),
);
const hasModel = Boolean(settings.OPENAI_API_KEY ?? settings.OPENAI_BASE_URL);
const WAIT_MS = hasModel ? 120_000 : 20_000;

let running: RunningSteward;
beforeAll(async () => {
  running = await startSteward({ env: settings });
}, 60_000);
afterAll(() => running.close(), 30_000);

const conversationOf = (number: number): string => `a:eval-${number}`;

/** All that was said in a case's conversation so far. */
const said = (number: number): string =>
  running.connector.sent
    .filter(
      ({ conversationId, activity }) =>
        conversationId === conversationOf(number) && activity.type === 'message',
    )
    .map(({ activity }) => JSON.stringify(activity))
    .join('\n');

const ask = (agent: string, goal: string, number: number) =>
  running.teams({
    type: 'message',
    id: `eval-${number}`,
    timestamp: '2026-11-21T09:00:00.000Z',
    channelId: 'msteams',
    from: { id: `29:eval-${number}`, name: 'Ann Example' },
    recipient: { id: '28:steward', name: 'Steward' },
    conversation: { id: conversationOf(number), conversationType: 'personal', tenantId: 'acme' },
    channelData: { tenant: { id: 'acme' } },
    text: `agent ${agent}: ${goal}`,
  });

describe('each agent on its own cases', () => {
  it('has at least one', () => {
    expect([...new Set(cases.map(({ agent }) => agent))].sort((a, b) => a.localeCompare(b))).toEqual([
      ...loadAgents(() => 'read').keys(),
    ]);
  });

  it.each(cases.map((each, number) => ({ ...each, number })))(
    '$agent: $goal',
    async ({ agent, goal, facts, never, offline, number }) => {
      await ask(agent, goal, number);
      await eventually(() => {
        for (const fact of [...facts, ...(hasModel ? [] : offline)])
          expect(said(number)).toMatch(new RegExp(fact));
      }, WAIT_MS);
      for (const word of never) expect(said(number)).not.toMatch(new RegExp(word));
    },
    WAIT_MS + 10_000,
  );
});
