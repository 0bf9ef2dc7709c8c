/**
 * `npm run bench:profile -- [help] [question] [new-question]`: where the processor time of each kind of message goes. Runs the
 * server under the V8 profiler while the generator talks to it, and writes time per package, and time in and below our own
 * functions, into docs/performance.md.
 * Options: --seconds N (8), --conversations N (32), --top N (12), --keep FILE (the last profile, for a flame graph), --no-write.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedFile } from '../../core/kernel/package-root.js';
import { runLoad } from './generator.js';
import { writeSection } from './page-section.js';
import { machine } from './report.js';
import { freePort, startServer } from './subject.js';
import { TASKS, type TaskName } from './tasks.js';
import { startTeamsTraffic } from './teams-traffic.js';

interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
}

const INTERVAL_MICROS = 500;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '8' },
    conversations: { type: 'string', default: '32' },
    keep: { type: 'string' },
    top: { type: 'string', default: '12' },
    server: { type: 'string', default: shippedFile('dist', 'bot', 'main.js') },
    'no-write': { type: 'boolean', default: false },
  },
});
const kinds = (positionals.length > 0 ? positionals : ['help', 'question', 'new-question']) as TaskName[];
const top = Number(flags.top);

/** Processor time of one kind of message, in microseconds a message, by where it was spent. */
interface Shares {
  answered: number;
  cpuMicros: number;
  busyMicros: number;
  /** Self time by package or own folder. */
  byPlace: Map<string, number>;
  /** Time in and below each of our own functions. */
  byFunction: Map<string, number>;
}

async function profiled(kind: TaskName): Promise<Shares> {
  const task = TASKS[kind];
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-profile-'));
  const profileDir = join(dataDir, 'profile');
  const traffic = await startTeamsTraffic();
  const started = performance.now();
  const subject = await startServer(
    'Steward',
    flags.server,
    await freePort(),
    { STEWARD_DATA_DIR: dataDir, STEWARD_RATE_LIMITS: 'off', LOG_LEVEL: 'warn' },
    ['--cpu-prof', '--cpu-prof-interval', String(INTERVAL_MICROS), '--cpu-prof-dir', profileDir],
  );
  const load = (ms: number) =>
    runLoad({ subject, traffic, conversations: Number(flags.conversations), durationMs: ms, ...task });
  await load(4_000);
  const from = performance.now() - started;
  const result = await load(Number(flags.seconds) * 1000);
  const to = performance.now() - started;
  await subject.stop();
  await traffic.close();
  // The main thread's profile is the longest; worker threads write their own.
  const [file = ''] = readdirSync(profileDir)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort((a, b) => statSync(join(profileDir, b)).size - statSync(join(profileDir, a)).size);
  const profile = JSON.parse(readFileSync(join(profileDir, file), 'utf8')) as CpuProfile;
  if (flags.keep) copyFileSync(join(profileDir, file), flags.keep);
  rmSync(dataDir, { recursive: true, force: true });
  return {
    answered: result.answered,
    cpuMicros: result.cpuMicros,
    ...shares(profile, from, to, result.answered),
  };
}

/** Adds up a profile's samples between two instants, in milliseconds from the start of the process. */
function shares(
  profile: CpuProfile,
  from: number,
  to: number,
  messages: number,
): Pick<Shares, 'busyMicros' | 'byPlace' | 'byFunction'> {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const byPlace = new Map<string, number>();
  const byFunction = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, micros: number): void =>
    void map.set(key, (map.get(key) ?? 0) + micros / messages);
  let at = 0;
  let busy = 0;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    const frame = frames.get(id);
    if (!frame || at / 1000 < from || at / 1000 > to || frame.functionName === '(idle)') continue;
    // A longer gap is time in which another process ran.
    const micros = Math.min(delta, 2 * INTERVAL_MICROS);
    busy += micros;
    add(byPlace, placeOf(frame.url) || frame.functionName, micros);
    const seen = new Set<string>();
    for (let node: number | undefined = id; node !== undefined; node = parents.get(node)) {
      const own = frames.get(node);
      const name = own && ownName(own.url, own.functionName);
      if (name) seen.add(name);
    }
    for (const name of seen) add(byFunction, name, micros);
  }
  return { busyMicros: busy / messages, byPlace, byFunction };
}

/** The package or our own folder that a script belongs to. */
function placeOf(url: string): string {
  const modules = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(url)?.[1];
  if (modules) return modules;
  const own = /dist\/(.*)\/[^/]+$/.exec(url)?.[1];
  return own ? `steward ${own}` : url.startsWith('node:') ? url.split('/').slice(0, 2).join('/') : url;
}

function ownName(url: string, functionName: string): string | undefined {
  const file = /dist\/(.*)\.js$/.exec(url)?.[1];
  return file && functionName ? `${functionName} (${file})` : undefined;
}

const first = (map: Map<string, number>): [string, number][] =>
  [...map].sort((a, b) => b[1] - a[1]).slice(0, top);

function tableOf(kind: TaskName, { cpuMicros, busyMicros, byPlace, byFunction }: Shares): string {
  const [places, functions] = [first(byPlace), first(byFunction)];
  const cell = ([name, micros]: [string, number]): string =>
    `${name} | ${micros.toFixed(0)} | ${((micros / busyMicros) * 100).toFixed(1)} %`;
  const rows = places.map((place, at) => {
    const below = functions[at];
    return `| ${cell(place)} | ${below ? cell(below) : ' | | '} |`;
  });
  return `### ${kind}: ${cpuMicros.toFixed(0)} µs of processor a message, ${busyMicros.toFixed(0)} of it on the main thread

| self time in | µs | share | in and below | µs | share |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

const here = machine();
const tables: string[] = [];
for (const kind of kinds) tables.push(tableOf(kind, await profiled(kind)));
const section = `## Where the time goes

Written by \`npm run bench:profile\` with ${flags.conversations} conversations: samples of the V8 profiler, which itself takes about a third; \`--keep FILE\` keeps the profile for a flame graph (Chrome's developer tools and speedscope read it). Measured on ${here}.

${tables.join('\n')}`;
process.stdout.write(section);
if (!flags['no-write']) writeSection('profile', section);
