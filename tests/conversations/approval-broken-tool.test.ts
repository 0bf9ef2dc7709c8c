import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { policiesThatAllowLoopback } from '../support/loopback-policies.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

describe('a tool whose other side breaks off half-way', () => {
  const policies = policiesThatAllowLoopback();
  const clock = createMovableClock();
  let people: TeamsPeople;
  let hook: Server;
  let hooked = 0;

  beforeAll(async () => {
    // It takes what is sent and hangs up: nobody can say whether it did anything.
    hook = createServer((request) => {
      hooked += 1;
      request.socket.destroy();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    people = await startTeamsPeople({
      clock,
      env: { STEWARD_POLICIES: policies, STEWARD_OUTBOUND_HOSTS: '127.0.0.1' },
    });
  }, 60_000);
  afterAll(async () => {
    await people.close();
    hook.close();
    rmSync(policies, { recursive: true, force: true });
  }, 30_000);

  const newest = (who: string): string =>
    JSON.stringify(people.cardsWith(who, 'half-done').at(-1)?.activity ?? {});

  it('is used once, and goes to whoever approved: "it may have happened"', async () => {
    const { port } = hook.address() as AddressInfo;
    await people.say('priya', `send {"half-done":true} to http://127.0.0.1:${port}/deploy`);
    await eventually(() => expect(newest('tom')).toContain('approval.approve'), 15_000);
    const card = people.cardsWith('tom', 'half-done').at(-1)?.activity;
    await people.click('tom', buttonOf(card, 'approval.approve'));
    clock.move(60_000); // past the time to call it off
    await eventually(() => {
      for (const who of ['priya', 'tom']) {
        expect(newest(who)).toContain('may have happened');
        expect(newest(who)).toContain('unclear');
        expect(newest(who)).toContain('Looked after by: Tom Okafor.');
      }
      expect(people.cardsWith('tom', 'Please look whether it did')).toHaveLength(1);
    }, 40_000);
    expect(people.cardsWith('priya', 'Please look whether it did')).toHaveLength(0);
    expect(hooked).toBe(1);
  }, 90_000);
});
