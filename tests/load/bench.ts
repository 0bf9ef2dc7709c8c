/**
 * `npm run bench`: what Steward does on this machine, each figure beside its yardstick from the same run, printed and
 * written to docs/performance.md.
 * Options: --seconds N per measurement (5), --rounds N (2), --docs FOLDER and --questions FILE.jsonl for the knowledge
 * figures (the sample handbook is taken in either way), --install (times npm install in a clone), --server FILE (dist/bot/main.js), --no-write.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedFile } from '../../core/kernel/package-root.js';
import { runLoad, percentile, type LoadResult } from './generator.js';
import { measureIngest, measureSearch } from './knowledge-figures.js';
import {
  installedBytes,
  machine,
  measureInstall,
  markdownReport,
  type BenchFigures,
  type ThroughputRow,
} from './report.js';
import { startBareBot, startServer, type Subject } from './subject.js';
import { startTeamsTraffic } from './teams-traffic.js';
import type { GivenAnswer, Traffic } from './traffic.js';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    docs: { type: 'string' },
    questions: { type: 'string' },
    server: { type: 'string', default: shippedFile('dist', 'bot', 'main.js') },
    install: { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
});
const durationMs = Number(flags.seconds) * 1000;
const rounds = Number(flags.rounds);
const CONVERSATIONS = [16, 32, 64];
const QUESTION = 'How many weeks of parental leave do I get?';
const RESTARTS = 5;

const dataDir = mkdtempSync(join(tmpdir(), 'steward-bench-'));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** One kind of message, and how its right answer is told. */
interface Task {
  text(messageId: string): string;
  isRight(answer: GivenAnswer, messageId: string): boolean;
}

const echo: Task = {
  text: (messageId) => `hello ${messageId}`,
  isRight: (answer, messageId) => answer.text.includes(`Echo: hello ${messageId}`),
};
/** A command: the whole pipeline without knowledge and model. */
const command: Task = { text: () => 'help', isRight: (answer) => /AdaptiveCard/.test(answer.text) };
/** A question that the sample handbook answers, with its citation. */
const question: Task = {
  text: () => QUESTION,
  isRight: (answer) => /parental/i.test(answer.text) && answer.text.includes('[1]'),
};

async function main(): Promise<void> {
  const here = machine();
  const traffic = await startTeamsTraffic();
  try {
    const start = await measureStart(traffic);
    const bare = await startBareBot(
      'bare botbuilder',
      shippedFile('dist', 'tests', 'load', 'bare-botbuilder.js'),
    );
    const steward = await startSteward();
    const idle = { bare: bare.rssBytes(), steward: steward.rssBytes() };
    say('Warming both up …');
    for (const [subject, task] of [
      [bare, echo],
      [steward, command],
      [steward, question],
    ] as const) {
      await load(subject, traffic, 16, task, Math.min(durationMs, 4000));
    }
    const throughput: ThroughputRow[] = [];
    for (const conversations of CONVERSATIONS) {
      throughput.push(await compare(conversations, 'help', command, { bare, steward, traffic }));
    }
    throughput.push(await compare(32, 'question', question, { bare, steward, traffic }));
    await Promise.all([bare.stop(), steward.stop()]);
    const figures: BenchFigures = {
      machine: here,
      installedBytes: installedBytes(shippedFile('node_modules')),
      ...(flags.install ? { installSeconds: measureInstall(shippedFile(), join(dataDir, 'clone')) } : {}),
      start,
      idle,
      throughput,
      ingest: await measureIngest(
        [shippedFile('samples', 'handbook'), ...(flags.docs ? [flags.docs] : [])],
        say,
      ),
      ...(flags.docs && flags.questions
        ? { search: await measureSearch(flags.docs, flags.questions, say) }
        : {}),
      seconds: durationMs / 1000,
      rounds,
    };
    const report = markdownReport(figures);
    process.stdout.write(report);
    if (!flags['no-write']) writeFileSync(shippedFile('docs', 'performance.md'), report);
    if (throughput.some(({ mistakes }) => Object.values(mistakes).some((count) => count > 0))) {
      say('Some messages did not get exactly one right answer; see the last column.');
      process.exitCode = 1;
    }
  } finally {
    await traffic.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startSteward(): Promise<Subject> {
  return startServer('Steward', flags.server, await freePort(), {
    STEWARD_DATA_DIR: dataDir,
    STEWARD_RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
  });
}

/** The first start takes in the handbook; the later ones are what an operator sees after a restart. */
async function measureStart(traffic: Traffic): Promise<BenchFigures['start']> {
  say('Starting Steward on an empty folder …');
  const first = await startSteward();
  const firstReadyMs = first.readyMs;
  await first.stop();
  const readyMs: number[] = [];
  const answerMs: number[] = [];
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    const subject = await startSteward();
    readyMs.push(subject.readyMs);
    answerMs.push((await load(subject, traffic, 1, question, 1)).p50);
    await subject.stop();
  }
  const sorted = (list: number[]): number[] => [...list].sort((a, b) => a - b);
  return {
    firstReadyMs,
    readyMs: percentile(sorted(readyMs), 0.5),
    firstAnswerP50: percentile(sorted(answerMs), 0.5),
    firstAnswerP95: percentile(sorted(answerMs), 0.95),
  };
}

/** Alternates the two bots, so that both meet the same weather on the machine; the median round counts. */
async function compare(
  conversations: number,
  name: string,
  task: Task,
  { bare, steward, traffic }: { bare: Subject; steward: Subject; traffic: Traffic },
): Promise<ThroughputRow> {
  const runs: { bare: LoadResult; steward: LoadResult }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`${conversations} conversations, ${name}, round ${round} of ${rounds} …`);
    runs.push({
      bare: await load(bare, traffic, conversations, echo, durationMs),
      steward: await load(steward, traffic, conversations, task, durationMs),
    });
  }
  const all = runs.flatMap((run) => [run.bare, run.steward]);
  const mistakes = { unanswered: 0, wrong: 0, surplus: 0, refused: 0 };
  for (const run of all) {
    for (const kind of Object.keys(mistakes) as (keyof typeof mistakes)[]) mistakes[kind] += run[kind];
  }
  const middle = (of: 'bare' | 'steward'): LoadResult => {
    const sorted = runs.map((run) => run[of]).sort((a, b) => a.messagesPerSecond - b.messagesPerSecond);
    const result = sorted[Math.floor(sorted.length / 2)];
    if (!result) throw new Error('There were no rounds.');
    return result;
  };
  return { conversations, message: name, bare: middle('bare'), steward: middle('steward'), mistakes };
}

const load = (
  subject: Subject,
  traffic: Traffic,
  conversations: number,
  task: Task,
  ms: number,
): Promise<LoadResult> => runLoad({ subject, traffic, conversations, durationMs: ms, ...task });

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

await main();
