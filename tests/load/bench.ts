/**
 * `npm run bench`: what Steward does on this machine, each figure beside its yardstick from the same run, printed and
 * written to docs/performance.md.
 * Options: --seconds N per measurement (5), --warm N seconds of each kind before it (12), --rounds N (2), --clicks N approvals per measurement (150), --restarts N (5), --docs FOLDER and --questions FILE.jsonl for the knowledge
 * figures (the sample handbook is taken in either way), --install (times npm install in a clone), --server FILE (dist/run/server.js), --only-gateway (models and agents alone), --only-clicks (approvals alone, printed), --no-write.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedFile } from '../../core/kernel/package-root.js';
import { runClicks, runInvokes, runRequests, writeOrganisation } from './clicks.js';
import { gatewaySection, measureGateway } from './gateway-figures.js';
import { runLoad, percentile, type LoadResult } from './generator.js';
import { measureIngest, measureSearch } from './knowledge-figures.js';
import {
  installedBytes,
  machine,
  measureInstall,
  knowledgeSection,
  startSection,
  throughputLine,
  throughputSection,
  type BenchFigures,
  type ThroughputRow,
} from './report.js';
import { writeSection } from './page-section.js';
import { LOAD_SIGNING_SECRET, startSlackTraffic } from './slack-traffic.js';
import { freePort, startBareBot, startServer, type Subject } from './subject.js';
import { TASKS, type Task } from './tasks.js';
import { startTeamsTraffic, type TeamsTraffic } from './teams-traffic.js';
import type { Traffic } from './traffic.js';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    warm: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '2' },
    clicks: { type: 'string', default: '150' },
    restarts: { type: 'string', default: '5' },
    docs: { type: 'string' },
    questions: { type: 'string' },
    server: { type: 'string', default: shippedFile('dist', 'run', 'server.js') },
    install: { type: 'boolean', default: false },
    'only-gateway': { type: 'boolean', default: false },
    'only-clicks': { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
});
const durationMs = Number(flags.seconds) * 1000;
/** A server runs for weeks, so what counts is compiled code: in the first seconds most of the time goes into compiling. */
const warmMs = Number(flags.warm) * 1000;
const rounds = Number(flags.rounds);
const CONVERSATIONS = [16, 64];
/** Slack takes one message a second in a channel, which Steward keeps to: a bench in few channels would measure that. */
const SLACK_CHANNELS = 640;
/** The encoder's thread rests after a minute without a question. */
const REST_MS = 75_000;

const dataDir = mkdtempSync(join(tmpdir(), 'steward-bench-'));
const organisation = `${dataDir}.organisation.yaml`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function benchGateway(here: string): Promise<void> {
  say('Measuring the gateway and the agents …');
  const markdown = gatewaySection(here, await measureGateway(flags.server));
  process.stdout.write(`${markdown}\n`);
  if (!flags['no-write']) writeSection('gateway', markdown);
}

/** Approvals and nothing else, for whoever works on them. */
async function benchClicks(): Promise<void> {
  const traffic = await startTeamsTraffic();
  writeOrganisation(organisation);
  const bare = await startBareBot(
    'bare botbuilder',
    shippedFile('dist', 'tests', 'load', 'bare-botbuilder.js'),
  );
  const steward = await startSteward();
  await load(steward, traffic, 16, TASKS.help, 2_000);
  await warmClicks(steward, traffic);
  const rows: ThroughputRow[] = [];
  for (const conversations of CONVERSATIONS)
    rows.push(...(await clickRows(bare, steward, traffic, conversations)));
  process.stdout.write(rows.map(throughputLine).join('\n') + '\n');
  await Promise.all([bare.stop(), steward.stop()]);
  await traffic.close();
}

/** As long as any other kind is sent before it is measured. */
async function warmClicks(steward: Subject, traffic: TeamsTraffic): Promise<void> {
  const end = performance.now() + warmMs;
  do {
    await runClicks(steward, traffic, Number(flags.clicks), 16);
    await runRequests(steward, traffic, Number(flags.clicks), 16);
  } while (performance.now() < end);
}

async function clickRows(
  bare: Subject,
  steward: Subject,
  traffic: TeamsTraffic,
  conversations: number,
): Promise<ThroughputRow[]> {
  const by = { bare, traffic, conversations };
  const count = Number(flags.clicks);
  return [
    await compare(
      'approval click, with its tool and all cards, beside an invoke that is only answered',
      by,
      () => runClicks(steward, traffic, count, conversations),
      () => runInvokes(bare, traffic, count, conversations),
    ),
    await compare('request until its card is seen by who decides', by, () =>
      runRequests(steward, traffic, count, conversations),
    ),
  ];
}

async function main(): Promise<void> {
  const here = machine();
  if (flags['only-clicks']) return benchClicks();
  await benchGateway(here);
  if (flags['only-gateway']) return;
  const traffic = await startTeamsTraffic();
  const slack = await startSlackTraffic();
  writeOrganisation(organisation);
  try {
    const start = await measureStart(traffic);
    const bare = await startBareBot(
      'bare botbuilder',
      shippedFile('dist', 'tests', 'load', 'bare-botbuilder.js'),
    );
    const bolt = await startBareBot('bare Bolt', shippedFile('dist', 'tests', 'load', 'bare-bolt.js'), {
      SLACK_SIGNING_SECRET: LOAD_SIGNING_SECRET,
      SLACK_API_URL: slack.sinkUrl,
    });
    const steward = await startSteward({
      SLACK_SIGNING_SECRET: LOAD_SIGNING_SECRET,
      SLACK_BOT_TOKEN: 'xoxb-load',
      SLACK_API_URL: slack.sinkUrl,
    });
    say('Waiting until the encoder rests …');
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const idle = { bare: bare.rssBytes(), steward: steward.rssBytes() };
    say('Warming both up …');
    for (const [subject, task] of [
      [bare, TASKS.echo],
      [steward, TASKS.help],
      [steward, TASKS.question],
      [steward, TASKS['new-question']],
    ] as const) {
      await load(subject, traffic, 16, task, warmMs);
    }
    await load(bolt, slack, 16, TASKS.echo, warmMs, SLACK_CHANNELS);
    await warmClicks(steward, traffic);
    for (const conversations of CONVERSATIONS)
      await load(steward, slack, conversations, TASKS.help, warmMs, SLACK_CHANNELS);
    const throughput: ThroughputRow[] = [];
    for (const conversations of CONVERSATIONS) {
      const by = { bare, steward, traffic, conversations };
      const loadOf = (task: Task) => () => load(steward, traffic, conversations, task, durationMs);
      throughput.push(await compare('help', by, loadOf(TASKS.help)));
      throughput.push(await compare('question asked before', by, loadOf(TASKS.question)));
      throughput.push(await compare('new question', by, loadOf(TASKS['new-question'])));
      throughput.push(...(await clickRows(bare, steward, traffic, conversations)));
      throughput.push(
        await compare(
          'help in Slack, beside Bolt',
          { ...by, bare: bolt, traffic: slack, channels: SLACK_CHANNELS },
          () => load(steward, slack, conversations, TASKS.help, durationMs, SLACK_CHANNELS),
        ),
      );
    }
    await Promise.all([bare.stop(), bolt.stop(), steward.stop()]);
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
      warmSeconds: warmMs / 1000,
      rounds,
    };
    const sections = {
      start: startSection(figures),
      throughput: throughputSection(figures),
      knowledge: knowledgeSection(figures),
    };
    for (const [name, markdown] of Object.entries(sections)) {
      process.stdout.write(`${markdown}\n`);
      if (!flags['no-write']) writeSection(name, markdown);
    }
    say('Measuring the built-in store …');
    execFileSync(
      process.execPath,
      [
        shippedFile('dist', 'tests', 'load', 'embedded-bench.js'),
        ...(flags['no-write'] ? ['--no-write'] : []),
      ],
      { stdio: 'inherit' },
    );
    if (throughput.some(({ mistakes }) => Object.values(mistakes).some((count) => count > 0))) {
      say('Some messages did not get exactly one right answer; see the last column.');
      process.exitCode = 1;
    }
  } finally {
    await traffic.close();
    await slack.close();
    rmSync(organisation, { force: true });
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startSteward(env: Record<string, string> = {}): Promise<Subject> {
  return startServer('Steward', flags.server, await freePort(), {
    STEWARD_DATA_DIR: dataDir,
    STEWARD_RATE_LIMITS: 'off',
    STEWARD_ORG_FILE: organisation,
    LOG_LEVEL: 'warn',
    ...env,
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
  for (let restart = 1; restart <= Number(flags.restarts); restart += 1) {
    const subject = await startSteward();
    readyMs.push(subject.readyMs);
    answerMs.push((await load(subject, traffic, 1, TASKS.question, 1)).p50);
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
  name: string,
  {
    bare,
    traffic,
    conversations,
    channels,
  }: { bare: Subject; traffic: Traffic; conversations: number; channels?: number },
  measure: () => Promise<LoadResult>,
  yardstick: () => Promise<LoadResult> = () =>
    load(bare, traffic, conversations, TASKS.echo, durationMs, channels),
): Promise<ThroughputRow> {
  const runs: { bare: LoadResult; steward: LoadResult }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`${conversations} conversations, ${name}, round ${round} of ${rounds} …`);
    runs.push({
      bare: await yardstick(),
      steward: await measure(),
    });
  }
  const all = runs.flatMap((run) => [run.bare, run.steward]);
  for (const { examples } of all) examples.forEach(say);
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
  channels = conversations,
): Promise<LoadResult> => runLoad({ subject, traffic, conversations, durationMs: ms, channels, ...task });

await main();
