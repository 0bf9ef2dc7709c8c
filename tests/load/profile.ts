/**
 * `npm run bench:profile -- help|question`: where the processor time of one kind of message goes. Runs the server under the V8
 * profiler while the generator talks to it, prints self time per package and per function.
 * Options: --seconds N (8), --conversations N (32), --top N (40).
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedFile } from '../../core/kernel/package-root.js';
import { runLoad } from './generator.js';
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

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '8' },
    conversations: { type: 'string', default: '32' },
    keep: { type: 'string' },
    top: { type: 'string', default: '40' },
    server: { type: 'string', default: shippedFile('dist', 'bot', 'main.js') },
  },
});
const kind = (positionals[0] ?? 'help') as TaskName;
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
  ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', profileDir],
);
const load = (ms: number) =>
  runLoad({ subject, traffic, conversations: Number(flags.conversations), durationMs: ms, ...task });
await load(4_000);
const from = performance.now() - started;
const result = await load(Number(flags.seconds) * 1000);
const to = performance.now() - started;
await subject.stop();
await traffic.close();
const [file = ''] = readdirSync(profileDir)
  .filter((name) => name.endsWith('.cpuprofile'))
  .sort((a, b) => readFileSync(join(profileDir, b)).length - readFileSync(join(profileDir, a)).length);
const profile = JSON.parse(readFileSync(join(profileDir, file), 'utf8')) as CpuProfile;
if (flags.keep) copyFileSync(join(profileDir, file), flags.keep);
rmSync(dataDir, { recursive: true, force: true });

const byPlace = new Map<string, number>();
const byFunction = new Map<string, number>();
const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
let at = 0;
let busy = 0;
const add = (map: Map<string, number>, key: string, micros: number): void =>
  void map.set(key, (map.get(key) ?? 0) + micros);
for (const [index, id] of profile.samples.entries()) {
  const delta = profile.timeDeltas[index] ?? 0;
  at += delta;
  const frame = names.get(id);
  if (!frame || at / 1000 < from || at / 1000 > to || frame.functionName === '(idle)') continue;
  busy += delta;
  const place = placeOf(frame.url) || frame.functionName;
  add(byPlace, place, delta);
  add(
    byFunction,
    `${frame.functionName || '(anonymous)'} ${shortOf(frame.url)}:${frame.lineNumber + 1}`,
    delta,
  );
}
const per = (micros: number): string => (micros / result.answered).toFixed(1).padStart(8);
console.log(JSON.stringify({ ...result, busyMicros: busy / result.answered }));
for (const map of [byPlace, byFunction]) {
  console.log();
  for (const [name, micros] of [...map].sort((a, b) => b[1] - a[1]).slice(0, Number(flags.top)))
    console.log(`${per(micros)} µs  ${((micros / busy) * 100).toFixed(1).padStart(5)} %  ${name}`);
}

/** The package or our own folder that a script belongs to. */
function placeOf(url: string): string {
  const modules = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(url)?.[1];
  if (modules) return modules;
  const own = /dist\/(.*)\/[^/]+$/.exec(url)?.[1];
  return own ? `steward ${own}` : url.startsWith('node:') ? url.split('/').slice(0, 2).join('/') : url;
}

function shortOf(url: string): string {
  return url.replace(/^.*\/(?:dist|node_modules)\//, '');
}
