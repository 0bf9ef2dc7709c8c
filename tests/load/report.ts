import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import type { LoadResult } from './generator.js';
import type { IngestFigure, SearchFigure } from './knowledge-figures.js';

export interface ThroughputRow {
  conversations: number;
  message: string;
  bare: LoadResult;
  steward: LoadResult;
  /** Messages without exactly one right answer, over all rounds of both bots. */
  mistakes: Pick<LoadResult, 'unanswered' | 'wrong' | 'surplus' | 'refused'>;
}

export interface BenchFigures {
  machine: string;
  installedBytes: number;
  /** Of `npm install` in a copy of this folder; measured with --install. */
  installSeconds?: number;
  start: { firstReadyMs: number; readyMs: number; firstAnswerP50: number; firstAnswerP95: number };
  idle: { bare: number; steward: number };
  throughput: ThroughputRow[];
  ingest: IngestFigure[];
  search?: SearchFigure;
  seconds: number;
  /** How long each kind of message was sent before anything was measured. */
  warmSeconds: number;
  rounds: number;
}

/** The machine, and how busy it was with other work: figures of a busy one are worth little. */
export function machine(): string {
  const cores = cpus();
  return `${cores.length} cores of ${cores[0]?.model ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, load average ${(loadavg()[0] ?? 0).toFixed(1)} before the run`;
}

/** What a folder takes on disk. */
export function installedBytes(folder: string): number {
  return Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) * 1024;
}

/** How long `npm install` takes in a fresh copy of what git knows, in seconds; the registry's speed is in it. */
export function measureInstall(root: string, into: string): number {
  execFileSync('git', ['clone', '--quiet', root, into]);
  const started = performance.now();
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: into, stdio: 'ignore' });
  return (performance.now() - started) / 1_000;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const mb = (bytes: number): string => `${whole(bytes / 1_000_000)} MB`;
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : whole(value));
const ratio = (value: number): string => `${value.toFixed(2)}×`;

/** How long a start takes and what a process at rest and under load holds. */
export function startSection(figures: BenchFigures): string {
  const { start, idle, throughput } = figures;
  const loaded = throughput.at(-1);
  return `## Start and memory

Written by \`npm run bench\`. Measured on ${figures.machine}.

| figure | Steward | yardstick |
| --- | --- | --- |
| installed packages | ${mb(figures.installedBytes)} | below 500 MB |
${figures.installSeconds === undefined ? '' : `| npm install, build included | ${whole(figures.installSeconds)} s | |\n`}| first start until ready, sample handbook taken in | ${ms(start.firstReadyMs)} ms | |
| restart until ready, sample handbook taken in | ${ms(start.readyMs)} ms | aim: below 3,000 ms |
| first answer after a restart, p50 / p95 | ${ms(start.firstAnswerP50)} / ${ms(start.firstAnswerP95)} ms | |
| memory when idle, the encoder at rest | ${mb(idle.steward)} | aim: below 250 MB; ${mb(idle.bare)} (bare botbuilder) |
| memory under load, without the pages of the store's mapped file | ${loaded ? mb(loaded.steward.ownBytes) : '–'} | ${mb(throughput[0]?.bare.ownBytes ?? 0)} (bare botbuilder) |
| the same with them, which the system takes back at will | ${loaded ? mb(loaded.steward.rssBytes) : '–'} | ${mb(throughput[0]?.bare.rssBytes ?? 0)} (bare botbuilder) |
`;
}

/** Messages per second, latencies and processor time beside an echo bot. */
export function throughputSection(figures: BenchFigures): string {
  return `## Messages per second

Written by \`npm run bench -- --seconds ${figures.seconds} --rounds ${figures.rounds}\`. Measured on ${figures.machine}. Each conversation sends its
next message when the last one was answered. The yardstick is the smallest echo bot of botbuilder, or of Bolt for Slack,
which neither stores nor screens nor audits anything. Each kind was sent for ${figures.warmSeconds} s before, since a server runs for weeks and in its first half minute most of the time goes into compiling. Bots alternate, ${figures.rounds} rounds of ${figures.seconds} s each, the median round counts.
Processor time is the bot's own process. "Mistakes" counts messages without exactly one right answer. Aim: help and an
approval click for less processor time than the echo bot, a question for at most three times as much.

| conversations | message | Steward msg/s | echo bot msg/s | Steward p50 / p95 / p99 ms | echo p50 / p95 / p99 ms | Steward CPU µs/msg | echo CPU µs/msg | CPU ratio | mistakes |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${figures.throughput.map(throughputLine).join('\n')}
`;
}

/** Taking documents in, and finding them. */
export function knowledgeSection({ machine: here, ingest, search }: BenchFigures): string {
  return `## Knowledge

Written by \`npm run bench\`. Measured on ${here}.

| figure | value | yardstick |
| --- | --- | --- |
${ingest.map(ingestLine).join('\n')}${search ? `\n${searchLine(search)}` : ''}
`;
}

/** One row of the table. */
export function throughputLine({ conversations, message, bare, steward, mistakes }: ThroughputRow): string {
  const times = ({ p50, p95, p99 }: LoadResult): string => [p50, p95, p99].map(ms).join(' / ');
  const cells = [
    conversations,
    message,
    whole(steward.messagesPerSecond),
    whole(bare.messagesPerSecond),
    times(steward),
    times(bare),
    whole(steward.cpuMicros),
    whole(bare.cpuMicros),
    ratio(steward.cpuMicros / bare.cpuMicros),
    Object.entries(mistakes)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ') || 'none',
  ];
  return `| ${cells.join(' | ')} |`;
}

const ingestLine = ({ folder, documents, seconds }: IngestFigure): string =>
  `| take in ${folder}: ${whole(documents)} documents | ${ms(documents / seconds)} documents/s (${seconds.toFixed(1)} s) | |`;

const searchLine = ({ questions, amongFirstFive, seconds }: SearchFigure): string =>
  `| right document among the first five, ${questions} questions | ${(amongFirstFive * 100).toFixed(0)} % (${seconds.toFixed(0)} s with the index) | plain BM25 32 %, with the encoder's cosine 60 % |`;
