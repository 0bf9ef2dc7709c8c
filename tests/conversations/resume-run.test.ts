import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedFile } from '../../core/kernel/package-root.js';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;
let endpoint: FakeOpenAi;

/** The shipped policies, and a rule that a manager has set for tickets. */
const folder = mkdtempSync(join(tmpdir(), 'steward-policies-'));
cpSync(shippedFile('samples', 'policies'), folder, { recursive: true });
appendFileSync(
  join(folder, readdirSync(folder).find((file) => file.endsWith('.cedar')) ?? 'policies.cedar'),
  `
@id("tickets-go-through-me")
@calls("person")
@reason("Talk to your manager before you open a ticket.")
forbid (principal is Person, action == Action::"call", resource is Tool)
when { resource.name == "ticket.create" };
`,
);

beforeAll(async () => {
  endpoint = await startFakeOpenAi();
  people = await startTeamsPeople({
    env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k', STEWARD_POLICIES: folder },
  });
}, 60_000);
afterAll(async () => {
  await people.close();
  await endpoint.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const texts = (who: string): string => JSON.stringify(people.shown(who).map(({ activity }) => activity));

describe('a run of an agent that stopped', () => {
  it('calls a person with what it did, and goes on when that person says so', async () => {
    // Until a person has said something, the model says nothing at all, again and again.
    const reply = (call: (typeof endpoint.calls)[number]): { text: string } => ({
      text: JSON.stringify(call.body.messages).includes('Ask the facilities team.')
        ? 'The facilities team repairs it.'
        : ' ',
    });
    endpoint.script(...Array.from({ length: 40 }, () => reply));
    await people.say('priya', 'agent concierge: find out who repairs the coffee machine');
    let card: unknown;
    await eventually(() => {
      const found = people.cardsWith('max', 'escalation.resume').at(-1);
      expect(found).toBeDefined();
      card = found?.activity;
    }, 30_000);
    expect(JSON.stringify(card)).toContain('find out who repairs the coffee machine');

    await people.click('max', buttonOf(card, 'escalation.answer'), { text: 'Ask the facilities team.' });
    await people.click('max', buttonOf(card, 'escalation.resume'));
    await eventually(() => expect(texts('priya')).toContain('The facilities team repairs it.'), 30_000);
    // Clicked again, nothing goes on a second time.
    expect(await people.click('max', buttonOf(card, 'escalation.resume'))).not.toContain('escalation.resume');
  }, 90_000);

  it('is stopped by a rule of a manager, who is called, says what to do, and lets it go on', async () => {
    endpoint.unscript();
    const reply = (call: (typeof endpoint.calls)[number]) => {
      if ((call.body.tools ?? []).length === 0) return { text: '{}' };
      const said = JSON.stringify(call.body.messages);
      if (said.includes('Tell them to use the old one.')) return { text: 'Please use the old printer.' };
      const tried = call.body.messages.some(({ role }) => role === 'tool');
      const ticket = { id: 'c1', name: 'ticket__create', arguments: '{"title":"New printer wanted"}' };
      return tried ? { text: 'I wait for your manager.' } : { toolCalls: [ticket] };
    };
    endpoint.script(...Array.from({ length: 40 }, () => reply));
    await people.say('priya', 'agent concierge: open a ticket for a new printer');
    let card: unknown;
    await eventually(() => {
      card = people.cardsWith('max', 'open a ticket for a new printer').at(-1)?.activity;
      expect(JSON.stringify(card)).toContain('escalation.resume');
    }, 30_000);
    expect(JSON.stringify(card)).toContain('A manager asked to be called in such cases.');
    const tickets = people.running.steward.store.database.connection.collection('tickets');
    expect(await tickets.countDocuments({ title: 'New printer wanted' })).toBe(0);

    await people.click('max', buttonOf(card, 'escalation.answer'), { text: 'Tell them to use the old one.' });
    await people.click('max', buttonOf(card, 'escalation.resume'));
    await eventually(() => expect(texts('priya')).toContain('Please use the old printer.'), 30_000);
    expect(await tickets.countDocuments({ title: 'New printer wanted' })).toBe(0);
  }, 90_000);
});
