import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../storage/mongo/audit-log.js';
import { eventually } from '../support/eventually.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { buttonOf, peopleIn, writeOrganisation, type PeopleInTeams } from '../support/teams-people.js';

const ROUNDS = 4;

/** Two processes on one store; a click reaches the one or the other, as a load balancer sends it. */
describe('approvals in two processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-org-'));
  let first: RunningSteward;
  let second: RunningSteward;
  let through: RunningSteward;
  let people: PeopleInTeams;
  /** What a client shows of each card: whatever came last, the answer to a click or a rewriting. */
  const seen = new Map<string, string>();
  let looked = 0;

  const look = (): void => {
    const { sent } = first.connector;
    for (; looked < sent.length; looked += 1) {
      const { id, activity } = sent[looked] ?? {};
      if (id !== undefined) seen.set(id, JSON.stringify(activity));
    }
  };
  const cardId = (who: string, words: string): string => people.cardsWith(who, words).at(-1)?.id ?? '';
  const click = async (
    via: RunningSteward,
    who: string,
    words: string,
    verb: string,
    inputs: Record<string, unknown> = {},
  ): Promise<void> => {
    const id = cardId(who, words);
    const button = buttonOf(people.cardsWith(who, words).at(-1)?.activity, verb);
    through = via;
    const answer = people.click(who, button, inputs, { replyToId: id });
    through = first;
    const text = await answer;
    look(); // what came before the answer stands before it
    if (text.includes('AdaptiveCard')) seen.set(id, text);
  };

  beforeAll(async () => {
    const shared = {
      STEWARD_ORG_FILE: writeOrganisation(folder),
      STEWARD_SECRET_KEY: randomBytes(32).toString('base64'),
      STEWARD_RATE_LIMITS: '0',
    };
    first = await startSteward({ handbook: false, env: shared });
    const { connector } = first;
    const MONGODB_URI = first.steward.store.uri;
    second = await startSteward({ handbook: false, connector, env: { ...shared, MONGODB_URI } });
    through = first;
    people = await peopleIn(() => through);
  }, 60_000);
  afterAll(async () => {
    await second.close({ keepConnector: true });
    await first.close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  it('leave the result on every copy, whichever answer or rewriting came last', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const costCentre = String(70_000 + round);
      const words = `cost centre ${costCentre}`;
      await people.asked(costCentre);
      await eventually(() => expect(cardId('tom', words)).not.toBe(''));
      await Promise.all([
        click(first, 'max', words, 'approval.info', { question: 'Which colour?' }),
        click(second, 'tom', words, 'approval.approve'),
        click(round % 2 ? first : second, 'max', words, 'approval.approve'),
      ]);
      await people.everyCopyShows(costCentre, ['priya', 'max', 'tom'], /T-\d+/);
      await eventually(() => {
        look();
        for (const who of ['priya', 'max', 'tom']) expect(seen.get(cardId(who, words))).toMatch(/T-\d+/);
      }, 10_000);
    }
    const { database } = first.steward.store;
    const tickets = await database.connection.collection('tickets').find({}).toArray();
    expect(tickets.map(({ details }) => (details as { costCentre: string }).costCentre).sort()).toEqual(
      Array.from({ length: ROUNDS }, (_, round) => String(70_000 + round)),
    );
    await eventually(async () => expect((await createAuditLog(database).verify('home')).faults).toEqual([]));
  }, 120_000);
});
