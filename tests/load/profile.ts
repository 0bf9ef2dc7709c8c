/**
 * `npm run bench:profile -- [help] [question] [new-question]`: where the processor time of each kind of message goes. Runs the
 * server under the V8 profiler while the generator talks to it, and writes time per package, and time in and below our own
 * functions, into docs/performance.md, with a flame graph for each in docs/images.
 * Options: --seconds N (8), --warm N seconds before them (12), --conversations N (32), --top N (12), --keep FILE (the last profile, for a flame graph), --no-write.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedFile } from '../../core/kernel/package-root.js';
import { addPath, drawFlame, newFlame, type FlameNode } from './flame-graph.js';
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
    warm: { type: 'string', default: '12' },
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
  flame: FlameNode;
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
  await load(Number(flags.warm) * 1000);
  const from = performance.now() - started;
  const result = await load(Number(flags.seconds) * 1000);
  const to = performance.now() - started;
  await subject.stop();
  await traffic.close();
  // Worker threads write their own; the main thread's number is 0.
  const file = readdirSync(profileDir).find((name) => /\.0\.\d+\.cpuprofile$/.test(name)) ?? '';
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
): Pick<Shares, 'busyMicros' | 'byPlace' | 'byFunction' | 'flame'> {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const byPlace = new Map<string, number>();
  const byFunction = new Map<string, number>();
  const flame = newFlame();
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
    const path: string[] = [];
    for (let node: number | undefined = id; node !== undefined; node = parents.get(node)) {
      const own = frames.get(node);
      if (!own || own.functionName === '(root)') continue;
      path.unshift(`${own.functionName || '(anonymous)'} (${scriptOf(own.url)})`);
      const name = ownName(own.url, own.functionName);
      if (name) seen.add(name);
    }
    for (const name of seen) add(byFunction, name, micros);
    addPath(flame, path, micros / messages);
  }
  return { busyMicros: busy / messages, byPlace, byFunction, flame };
}

/** The package or our own folder that a script belongs to. */
function placeOf(url: string): string {
  const modules = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(url)?.[1];
  if (modules) return modules;
  const own = /dist\/(.*)\/[^/]+$/.exec(url)?.[1];
  return own ? `steward ${own}` : url.startsWith('node:') ? url.split('/').slice(0, 2).join('/') : url;
}

const ownFile = (url: string): string | undefined => /dist\/(.*)\.js$/.exec(url)?.[1];

/** The package, or our own file, that a box of the flame graph names. */
const scriptOf = (url: string): string => ownFile(url) ?? (placeOf(url).replace(/^file:.*\//, '') || 'V8');

function ownName(url: string, functionName: string): string | undefined {
  const file = ownFile(url);
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
for (const kind of kinds) {
  const shares = await profiled(kind);
  const image = `images/flame-${kind}.svg`;
  const title = `${kind}: ${shares.busyMicros.toFixed(0)} µs a message on the main thread; width is time, a box stands on what called it`;
  if (!flags['no-write']) writeFileSync(shippedFile('docs', image), drawFlame(shares.flame, title));
  tables.push(`${tableOf(kind, shares)}\n![Flame graph of ${kind}](${image})\n`);
}
const section = `## Where the time goes

Written by \`npm run bench:profile\` with ${flags.conversations} conversations: samples of the V8 profiler, which itself takes about a third; \`--keep FILE\` keeps the profile (Chrome's developer tools and speedscope read it). Measured on ${here}.

${tables.join('\n')}`;
process.stdout.write(section);
if (!flags['no-write']) writeSection('profile', section);
