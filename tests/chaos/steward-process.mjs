/**
 * The whole of Steward in a process of its own, to be killed: `{"port":…}` is its first line. CLOCK_AHEAD_MS sets its clock
 * ahead, so that a test need not wait for a lease or an undo window.
 */
import { writeSync } from 'node:fs';

const [, , modules] = process.argv;
const { composeSteward } = await import(`${modules}/bot/compose.js`);
const { loadConfig } = await import(`${modules}/bot/config.js`);
const { systemClock } = await import(`${modules}/core/kernel/clock.js`);
const { silentLogger } = await import(`${modules}/core/kernel/logger.js`);

const ahead = Number(process.env.CLOCK_AHEAD_MS ?? 0);
const clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + ahead) };
const steward = await composeSteward(loadConfig(process.env, process.cwd()), { logger: silentLogger, clock });
const { port } = await steward.start();
writeSync(1, `${JSON.stringify({ port })}\n`);
process.once('SIGTERM', () => void steward.stop().then(() => process.exit(0)));
