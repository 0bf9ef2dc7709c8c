import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import { reachStore } from '../../storage/embedded/reach.js';
import { randomOf } from '../contracts/mongodb/generator.js';
import { freePort } from '../load/subject.js';
import { openWork, readStore } from './kept-promises.js';
import { startOffice, type Office } from './office.js';
import { serveStore } from './serve-store.js';
import { StewardServer } from './steward-server.js';

export interface KillReport {
  seed: number;
  kills: number;
  acknowledged: number;
  approved: number;
  rated: number;
  /**
   * Answers that came again because a process was killed after the channel had taken them and before it had noted that;
   * the process that sent them again said so in its log.
   */
  repeatedAtKill: number;
  /** The longest time between such an answer and the kill, in ms. */
  longestUnnotedMs: number;
  seconds: number;
  /** Promises that were not kept; empty when all is well. */
  broken: string[];
}

const ACT_EVERY_MS = 200;
const QUIET_WITHIN_MS = 180_000;
/** In which a second copy of the last answers would come: a dead process counts as living for about 10 s. */
const AFTERMATH_MS = 12_000;

/**
 * Drives a company's traffic at one server on the built-in store, or at two on one store in a process of its own, while
 * servers are killed at random moments; then compares what was promised with what is there. Of two servers the last one
 * killed stays dead, so that the other has to take over.
 */
export async function killServers(kills: number, processes: 1 | 2, seed: number): Promise<KillReport> {
  const started = performance.now();
  const random = randomOf(seed);
  const folder = mkdtempSync(join(tmpdir(), 'steward-chaos-server-'));
  const dataDir = join(folder, 'data');
  const store = processes === 2 ? await serveStore(dataDir) : undefined;
  const servers: StewardServer[] = [];
  const office = await startOffice({
    random,
    port: () => servers[Math.floor(random() * servers.length)]?.port ?? 0,
    organisationFile: join(folder, 'organisation.yaml'),
  });
  const env = { ...office.env, STEWARD_DATA_DIR: dataDir, ...(store ? { MONGODB_URI: store.uri } : {}) };
  try {
    for (let n = 0; n < processes; n += 1) servers.push(new StewardServer(await freePort(), env));
    for (const server of servers) await server.start();
    await office.greet();
    const busy = startActing(office);
    for (let kill = 1; kill <= kills; kill += 1) {
      await pause(300 + random() * 2_500);
      const victim = servers[Math.floor(random() * servers.length)];
      await victim?.kill();
      if (kill < kills || processes === 1) await victim?.start();
    }
    await busy.finish();
    await settle(office, () => inStore(dataDir, store?.uri, openWork));
    const leftDead = servers.filter(({ isRunning }) => !isRunning).length;
    for (const server of servers) await server.stop();
    const broken = auditFaults(env);
    const stored = await inStore(dataDir, store?.uri, (uri) => readStore(uri, office, leftDead));
    const repeats = judgeAnswers(office, servers, stored.turnOf);
    // The channel's id of an answer that was taken and not noted is not known, and so the vote on that copy is no one's.
    const lostVotes = office.rated.size - stored.votes;
    if (lostVotes > repeats.repeatedAtKill)
      broken.push(`${office.rated.size} votes were acknowledged, ${stored.votes} are kept`);
    return {
      seed,
      kills,
      acknowledged: office.acknowledged.size,
      approved: office.approved.size,
      rated: office.rated.size,
      ...repeats,
      seconds: Math.round((performance.now() - started) / 1000),
      broken: [...broken, ...stored.broken, ...repeats.broken],
    };
  } finally {
    for (const server of servers) await server.kill();
    await store?.kill();
    await office.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets the office act at a steady rate until it is told to finish, which waits for every acknowledgement. */
function startActing(office: Office): { finish(): Promise<void> } {
  const open = new Set<Promise<void>>();
  let isEnough = false;
  const acting = (async () => {
    for (let n = 0; !isEnough; n += 1) {
      const one = office.act(n).finally(() => open.delete(one));
      open.add(one);
      await pause(ACT_EVERY_MS);
    }
  })();
  return {
    finish: async () => {
      isEnough = true;
      await acting;
      await Promise.all(open);
    },
  };
}

/**
 * Waits until every message has its answer, every request its decision, and nothing is left to do. What a process was
 * killed over is taken up within about ten seconds; a tool that it was using, when its lease of a minute is over.
 */
async function settle(office: Office, stillToDo: () => Promise<number>): Promise<void> {
  const end = performance.now() + QUIET_WITHIN_MS;
  while (performance.now() < end) {
    await office.decideRest();
    const isAnswered = [...office.acknowledged].every((id) => office.answersTo(id).length > 0);
    const isDecided = office.approved.size >= office.requested.length;
    if (isAnswered && isDecided && (await stillToDo()) === 0) break;
    await pause(1_000);
  }
  await pause(AFTERMATH_MS);
}

/** Answers that are missing, or came more than once though no server says that a dead one may have sent them. */
function judgeAnswers(
  office: Office,
  servers: StewardServer[],
  turnOf: (messageId: string) => string | undefined,
): Pick<KillReport, 'repeatedAtKill' | 'longestUnnotedMs' | 'broken'> {
  const killedAt = servers.flatMap((server) => server.killedAt);
  const broken: string[] = [];
  let repeatedAtKill = 0;
  let longestUnnotedMs = 0;
  for (const id of office.acknowledged) {
    const times = office.answersTo(id);
    if (times.length === 0) broken.push(`${id} was acknowledged and has no answer`);
    if (times.length < 2) continue;
    const turn = turnOf(office.activityIdOf(id)) ?? '';
    const isSaid = servers.some(({ perhapsAgain }) => perhapsAgain.has(turn));
    for (const [index, time] of times.slice(0, -1).entries()) {
      const next = times[index + 1] ?? time;
      const kill = killedAt.filter((at) => at >= time && at <= next).sort((a, b) => a - b)[0];
      if (kill === undefined || !isSaid) {
        const what =
          kill === undefined ? 'without a kill in between' : 'and no server said that it may be so';
        broken.push(`${id} was answered ${times.length} times, ${Math.round(next - time)} ms apart, ${what}`);
      } else {
        repeatedAtKill += 1;
        longestUnnotedMs = Math.max(longestUnnotedMs, Math.round(kill - time));
      }
    }
  }
  return { repeatedAtKill, longestUnnotedMs, broken };
}

/** Faults that `steward audit verify` finds. */
function auditFaults(env: Record<string, string>): string[] {
  const command = [shippedFile('dist', 'run', 'cli.js'), 'audit', 'verify'];
  try {
    execFileSync(process.execPath, command, {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return [];
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return [`audit verify: ${stdout}${stderr}`];
  }
}

async function inStore<T>(
  dataDir: string,
  uri: string | undefined,
  read: (uri: string) => Promise<T>,
): Promise<T> {
  if (uri !== undefined) return read(uri);
  const store = await reachStore(undefined, { dataDir, clock: systemClock, logger: silentLogger });
  try {
    return await read(store.uri);
  } finally {
    await store.close();
  }
}
