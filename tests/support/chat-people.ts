import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../core/kernel/clock.js';
import type { RunningSteward } from './start-steward.js';

/** One thing that a person sees and may press: a message, or a form that opened. */
export interface Shown {
  /** All its words, with the markup of the channel. */
  words: string;
  /** How the channel's driver finds it again. */
  handle: unknown;
}

/** Tokens of buttons are random letters: they look like words that a test waits for, now and then. */
const TOKEN = /\b\d\.[\w-]{43}/g;

/** The words of a message, with its markup. */
export const wordsOf = (message: unknown): string => JSON.stringify(message).replace(TOKEN, '');

/** Six people of one company, each alone with Steward in a channel; the same for every channel. */
export interface ChatPeople {
  channel: 'teams' | 'slack';
  running: RunningSteward;
  /** @param more `withAgent`: in the channel's own place for agents, where it has one. */
  say(who: string, text: string, more?: { twice?: boolean; withAgent?: boolean }): Promise<void>;
  /** What a person sees, oldest first, as it stands now. */
  shown(who: string): Shown[];
  /** What one message has shown since it was sent, oldest first. */
  statesOf(what: Shown): string[];
  /** What a person saw of a reply while it was being written: the status line and the text so far, oldest first. */
  growing(who: string): string[];
  /** Presses Stop beside the reply that is being written. */
  pressStop(who: string): Promise<void>;
  /** What a person was told in answer to clicks, oldest first. */
  told(who: string): string[];
  /** The last form that opened for a person. */
  form(who: string): Shown | undefined;
  /** Presses what stands for a verb, and fills in and sends what it asks for. */
  press(who: string, what: Shown, verb: string, inputs?: Record<string, string>): Promise<void>;
  /** Gives an answer a thumb down with a reason, in the channel's own way. */
  thumbDown(who: string, answer: Shown, reason: string): Promise<void>;
  /** Lets time go by for Steward and the channel, and has the jobs run. */
  later(ms: number, options?: { withJobs?: boolean }): Promise<void>;
  close(): Promise<void>;
}

export const PEOPLE = ['priya', 'max', 'tom', 'ana', 'zoe', 'sam'] as const;

export const entraId = (who: string): string =>
  `3f2c1a6e-0000-4000-8000-00000000000${PEOPLE.indexOf(who as (typeof PEOPLE)[number])}`;
export const emailOf = (who: string): string => `${who}@example.com`;

const PERSON = (who: string, facts: string): string =>
  `  - { id: ${who}, email: ${emailOf(who)}, ${facts}, accounts: { entra: ${entraId(who)} } }`;

const ORGANISATION = `people:
${PERSON('priya', 'name: Priya Nair, manager: max')}
${PERSON('max', 'name: Max Weber, manager: zoe, roles: [viewer, manager]')}
${PERSON('tom', 'name: Tom Okafor, roles: [viewer, approver]')}
${PERSON('ana', 'name: Ana Ruiz, groups: [finance]')}
${PERSON('zoe', 'name: Zoe Martin, roles: [viewer, admin]')}
${PERSON('sam', 'name: Sam Stranger')}
onCall:
  - { name: service-desk, people: [tom], startsAt: 2026-01-05T08:00:00Z }
`;

/** Writes the company to a file of its own. */
export function organisationFile(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'steward-org-'));
  const path = join(folder, 'organisation.yaml');
  writeFileSync(path, ORGANISATION);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A clock that runs as ours does, ahead by what it was moved. */
export function createMovableClock(): Clock & { move(ms: number): void } {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    sleep: systemClock.sleep,
    move: (ms) => {
      ahead += ms;
    },
  };
}

/** Has every job run as soon as the scheduler looks. */
export async function runJobsNow({ steward }: RunningSteward): Promise<void> {
  await steward.store.database.connection
    .collection('jobs')
    .updateMany({}, { $set: { nextRunAt: new Date(0) } });
}
