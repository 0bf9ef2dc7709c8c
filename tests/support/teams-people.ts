import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { SentActivity } from '../fakes/connector.js';
import { eventually } from './eventually.js';
import { startSteward, type RunningSteward, type StartOptions } from './start-steward.js';

const ENTRA = (number: number): string => `3f2c1a6e-0000-4000-8000-00000000000${number}`;
/** On a busy machine; nobody waits longer than it takes. */
const PATIENCE_MS = 20_000;
const PEOPLE = ['priya', 'max', 'tom', 'ana', 'zoe', 'sam'];
const ORGANISATION = `people:
  - { id: priya, name: Priya Nair, manager: max, accounts: { entra: ${ENTRA(0)} } }
  - { id: max, name: Max Weber, manager: zoe, roles: [viewer, manager], accounts: { entra: ${ENTRA(1)} } }
  - { id: tom, name: Tom Okafor, roles: [viewer, approver], groups: [change-advisory-board], accounts: { entra: ${ENTRA(2)} } }
  - { id: ana, name: Ana Ruiz, groups: [finance, change-advisory-board], accounts: { entra: ${ENTRA(3)} } }
  - { id: zoe, name: Zoe Martin, roles: [viewer, admin], accounts: { entra: ${ENTRA(4)} } }
  - { id: sam, name: Sam Stranger, accounts: { entra: ${ENTRA(5)} } }
onCall:
  - { name: service-desk, people: [tom], startsAt: 2026-01-05T08:00:00Z }
`;

type Json = Record<string, unknown>;

export interface Button {
  verb: string;
  data: Json;
}

/** A Steward that can be written to from Teams, in this process or in another. */
export type Reachable = Pick<RunningSteward, 'teams' | 'connector'>;

/** What six people of a company do, each in a personal chat with Steward in Teams. */
export interface PeopleInTeams {
  say(who: string, text: string): Promise<unknown>;
  /** A click as Teams sends it: an invoke with the action's verb and its data, merged with the inputs. */
  click(who: string, button: Button, inputs?: Json, more?: Json): Promise<string>;
  /** What Steward sent to a person, oldest first. */
  shown(who: string): SentActivity[];
  cardsWith(who: string, words: string): SentActivity[];
  /** Asks for a laptop and gives the buttons of the card that a decider got. */
  asked(costCentre: string, decider?: string, who?: string): Promise<(verb: string) => Button>;
  /** Waits until each person's newest card of a request shows the words. */
  everyCopyShows(costCentre: string, people: string[], words: RegExp): Promise<void>;
}

/** The six people and the Steward they talk to. */
export interface TeamsPeople extends PeopleInTeams {
  running: RunningSteward;
  /** Stops and starts again on the same data, as after a crash of the machine. */
  restart(options?: StartOptions): Promise<void>;
  close(): Promise<void>;
}

/** Writes the organisation of the six people into a folder. @returns the file's path. */
export function writeOrganisation(folder: string): string {
  const file = join(folder, 'organisation.yaml');
  writeFileSync(file, ORGANISATION);
  return file;
}

export async function startTeamsPeople(options: StartOptions = {}): Promise<TeamsPeople> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-org-'));
  const file = writeOrganisation(folder);
  const start = (more: StartOptions): Promise<RunningSteward> =>
    startSteward({
      handbook: false,
      ...options,
      ...more,
      env: { STEWARD_ORG_FILE: file, ...options.env, ...more.env },
    });
  let running = await start({});
  const people = await peopleIn(() => running);
  return {
    ...people,
    get running() {
      return running;
    },
    async restart(more = {}) {
      const { dataDir, connector } = running;
      await running.close({ keepData: true, keepConnector: true });
      running = await start({ ...more, dataDir, connector });
    },
    async close() {
      await running.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The people, once each of them has said hello. `reach` gives the Steward that runs now. */
export async function peopleIn(reach: () => Reachable): Promise<PeopleInTeams> {
  let counter = 0;
  const activityOf = (who: string, more: Json): Json => {
    counter += 1;
    return {
      id: `activity-${counter}`,
      timestamp: '2026-11-21T09:00:00.000Z',
      channelId: 'msteams',
      from: { id: `29:${who}`, name: who, aadObjectId: ENTRA(PEOPLE.indexOf(who)) },
      recipient: { id: '28:steward', name: 'Steward' },
      conversation: { id: `a:${who}`, conversationType: 'personal', tenantId: 'acme' },
      channelData: { tenant: { id: 'acme' } },
      ...more,
    };
  };
  const say: TeamsPeople['say'] = (who, text) => reach().teams(activityOf(who, { type: 'message', text }));
  const shown: TeamsPeople['shown'] = (who) =>
    reach()
      .connector.messages()
      .filter(({ conversationId }) => conversationId === `a:${who}`);
  const cardsWith: TeamsPeople['cardsWith'] = (who, words) =>
    shown(who).filter(({ activity }) => JSON.stringify(activity).includes(words));
  const greetAll = async (): Promise<void> => {
    for (const who of PEOPLE) await say(who, 'help');
    await eventually(() => {
      for (const who of PEOPLE) expect(shown(who).length).toBeGreaterThan(0);
    });
  };
  await greetAll();

  return {
    say,
    shown,
    cardsWith,
    async click(who, { verb, data }, inputs = {}, more = {}) {
      const value = {
        action: { type: 'Action.Execute', verb, data: { ...data, ...inputs } },
        trigger: 'manual',
      };
      const { status, body } = await reach().teams(
        activityOf(who, { type: 'invoke', name: 'adaptiveCard/action', value, replyToId: 'card-1', ...more }),
      );
      expect(status).toBe(200);
      return JSON.stringify(body);
    },
    async asked(costCentre, decider = 'max', who = 'priya') {
      await say(who, `please raise a laptop request for Lee, 16 inch, cost centre ${costCentre}`);
      let card: unknown;
      await eventually(() => {
        const [found] = cardsWith(decider, `cost centre ${costCentre}`).filter(({ activity }) =>
          JSON.stringify(activity).includes('approval.approve'),
        );
        expect(found).toBeDefined();
        card = found?.activity;
      }, PATIENCE_MS);
      return (verb) => buttonOf(card, verb);
    },
    everyCopyShows: (costCentre, people, words) =>
      eventually(() => {
        for (const who of people) {
          const cards = cardsWith(who, `cost centre ${costCentre}`);
          expect(JSON.stringify(cards.at(-1)?.activity)).toMatch(words);
        }
      }, PATIENCE_MS),
  };
}

/** A button of a card by its verb, and in a list by the request that it is for. */
export function buttonOf(activity: unknown, verb: string, approvalId?: unknown): Button {
  const found: Button[] = [];
  const isFor = (data: unknown): boolean =>
    approvalId === undefined || (data as Json).approvalId === approvalId;
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return;
    const member = node as Json;
    if (member.type === 'Action.Execute' && member.verb === verb && isFor(member.data))
      found.push({ verb, data: (member.data ?? {}) as Json });
    Object.values(member).forEach(walk);
  };
  walk(activity);
  if (!found[0]) throw new Error(`no button ${verb} on ${JSON.stringify(activity).slice(0, 400)}`);
  return found[0];
}
