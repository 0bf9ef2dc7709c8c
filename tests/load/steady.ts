/**
 * Open load: messages come at a fixed rate whatever the bot does, as people send them.
 * `npm run bench:sustained` 10,000 messages a minute for ten minutes; `npm run bench:soak` half of that for thirty;
 * `npm run bench:overload` three times as many questions as are answered, for twenty seconds.
 * Options: --minutes N, --rate MESSAGES-A-MINUTE, --conversations N, --no-write.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedFile } from '../../core/kernel/package-root.js';
import { prepareClicks, writeOrganisation } from './clicks.js';
import { runLoad, spreadOf } from './generator.js';
import { OpenLoad, type OpenTask, type Sent } from './open-load.js';
import { writeSection } from './page-section.js';
import { machine } from './report.js';
import { freePort, startServer, type Subject } from './subject.js';
import { TASKS } from './tasks.js';
import { startTeamsTraffic, type TeamsTraffic } from './teams-traffic.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    rate: { type: 'string' },
    conversations: { type: 'string', default: '400' },
    'no-write': { type: 'boolean', default: false },
  },
});
const mode = positionals[0] ?? 'sustained';
const DEFAULTS: Record<string, { minutes: number; rate: number }> = {
  sustained: { minutes: 10, rate: 10_000 },
  soak: { minutes: 30, rate: 5_000 },
  overload: { minutes: 1 / 3, rate: 0 },
};
const minutes = Number(flags.minutes ?? DEFAULTS[mode]?.minutes);
const SETTLE_WITHIN_MS = 300_000;

const FIVE: OpenTask[] = ['help', 'question', 'help', 'new-question', 'help'];
/** 60 % commands and approval clicks, a click in twenty messages; 40 % questions, of which half were asked before. */
const MIX: OpenTask[] = [...FIVE, ...FIVE, ...FIVE, ...FIVE.slice(0, -1), 'click'];

/** What one stretch of the run showed. */
interface Sample {
  minute: number;
  answered: number;
  p50: number;
  p95: number;
  p99: number;
  rssBytes: number;
  ownBytes: number;
  cpuMicros: number;
  eventLoopP99Ms: number;
  handles: number;
  storeBytes: number;
}

async function main(): Promise<void> {
  const here = machine();
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-steady-'));
  const organisation = join(dataDir, 'organisation.yaml');
  writeOrganisation(organisation);
  const traffic = await startTeamsTraffic();
  const steward = await startServer('Steward', shippedFile('dist', 'run', 'server.js'), await freePort(), {
    STEWARD_DATA_DIR: dataDir,
    STEWARD_ORG_FILE: organisation,
    STEWARD_RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
  });
  try {
    const run = new OpenLoad(steward, traffic, Number(flags.conversations));
    for (const task of ['help', 'question', 'new-question'] as const)
      await runLoad({ subject: steward, traffic, conversations: 32, durationMs: 3_000, ...TASKS[task] });
    if (mode === 'overload') await overload(run, steward, traffic, here);
    else await steady(run, steward, traffic, dataDir, here);
  } finally {
    await steward.stop();
    await traffic.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function steady(
  run: OpenLoad,
  steward: Subject,
  traffic: TeamsTraffic,
  dataDir: string,
  here: string,
): Promise<void> {
  const rate = Number(flags.rate ?? DEFAULTS[mode]?.rate);
  const clicks = Math.ceil((rate * minutes) / MIX.length);
  process.stderr.write(`Asking for ${clicks} laptops, so that there is something to approve …\n`);
  run.buttons.push(...(await prepareClicks(steward, traffic, clicks)));
  run.listen();
  const samples: Sample[] = [];
  const steps = Math.max(1, Math.round(minutes));
  for (let minute = 1; minute <= steps; minute += 1) {
    const from = run.sent.length;
    const cpu = steward.cpuMicros();
    await run.send(rate, (minutes / steps) * 60_000, (count) => MIX[count % MIX.length] ?? 'help');
    const part = run.sent.slice(from);
    samples.push({ minute, ...latenciesOf(part), ...(await healthOf(steward, dataDir, cpu, part.length)) });
    process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
  }
  await run.settle(SETTLE_WITHIN_MS);
  const all = latenciesOf(run.sent);
  const title = mode === 'soak' ? 'Soak' : 'Sustained rate';
  const first = samples.at(Math.min(1, samples.length - 1));
  const last = samples.at(-1);
  const grown = ((last?.ownBytes ?? 0) - (first?.ownBytes ?? 0)) / 1e6;
  report(
    mode,
    `## ${title}

Written by \`npm run bench:${mode} -- --minutes ${minutes} --rate ${rate}\`: ${rate.toLocaleString('en-US')} messages a minute for ${minutes} minutes in ${flags.conversations} conversations (55 % commands, 5 % approval clicks, 20 % questions asked before, 20 % new questions), sent when they are due whatever the bot does. Measured on ${here}.

Over all: ${all.answered.toLocaleString('en-US')} of ${run.sent.length.toLocaleString('en-US')} messages answered, p50 / p95 / p99 ${all.p50.toFixed(0)} / ${all.p95.toFixed(0)} / ${all.p99.toFixed(0)} ms (aim: p95 below 250 ms); ${run.mistakes()}. From minute ${first?.minute} to the last one the process's own memory changed by ${grown.toFixed(0)} MB; the pages of the store's mapped file come and go with its data.

| minute | answered | p50 / p95 / p99 ms | CPU µs/msg | own memory, with the store's pages | event loop p99 | handles | store on disk |
| --- | --- | --- | --- | --- | --- | --- | --- |
${samples.map(sampleLine).join('\n')}
`,
  );
}

/** First what can be sustained, then three times as much, then whether all is as before. */
async function overload(run: OpenLoad, steward: Subject, traffic: TeamsTraffic, here: string): Promise<void> {
  const full = { subject: steward, traffic, conversations: 64, durationMs: 8_000 };
  const sustainable = await runLoad({ ...full, ...TASKS['new-question'] });
  const rate = Number(flags.rate ?? Math.round(sustainable.messagesPerSecond * 60 * 3));
  const restBefore = steward.rssBytes();
  run.listen();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, steward.rssBytes());
  }, 250);
  // Every tenth message is a command: it must go past the questions.
  await run.send(rate, minutes * 60_000, (count) => (count % 10 === 0 ? 'help' : 'new-question'));
  const during = run.sent.slice();
  const ended = performance.now();
  const after: { seconds: number; p95: number }[] = [];
  for (let second = 2; second <= 20; second += 2) {
    const from = run.sent.length;
    await run.send(600, 2_000, () => 'help');
    await run.answered(run.sent.slice(from), 10_000);
    after.push({ seconds: (performance.now() - ended) / 1000, p95: latenciesOf(run.sent.slice(from)).p95 });
  }
  await run.settle(SETTLE_WITHIN_MS);
  const settled = (performance.now() - ended) / 1000;
  clearInterval(watch);
  const commands = latenciesOf(during.filter(({ task }) => task === 'help'));
  const questions = during.filter(({ task }) => task === 'new-question');
  const putOff = questions.filter(({ putOff: notices }) => notices > 0).length;
  const back = after.find(({ p95 }) => p95 < 250);
  report(
    'overload',
    `## Overload

Written by \`npm run bench:overload\`: ${rate.toLocaleString('en-US')} messages a minute for ${(minutes * 60).toFixed(0)} s, three times the ${(sustainable.messagesPerSecond * 60).toFixed(0)} new questions a minute that 64 conversations got answered before it; every tenth message is a command. Measured on ${here}.

| figure | value |
| --- | --- |
| questions sent, told their place in the queue, answered in the end | ${questions.length}, ${putOff}, ${questions.filter(({ answers }) => answers === 1).length} |
| mistakes | ${run.mistakes()} |
| commands during the overload, p50 / p95 | ${commands.p50.toFixed(0)} / ${commands.p95.toFixed(0)} ms |
| memory before, at most | ${(restBefore / 1e6).toFixed(0)} MB, ${(peak / 1e6).toFixed(0)} MB |
| commands below 250 ms (p95) again after | ${back ? `${back.seconds.toFixed(0)} s` : 'more than 20 s'} (aim: 10 s) |
| the last question that waited was answered after | ${settled.toFixed(0)} s |
`,
  );
}

function report(section: string, markdown: string): void {
  process.stdout.write(markdown);
  if (!flags['no-write']) writeSection(section, markdown);
}

function latenciesOf(sent: Sent[]): Pick<Sample, 'answered' | 'p50' | 'p95' | 'p99'> {
  const latencies = sent.flatMap(({ latency }) => (latency === undefined ? [] : [latency]));
  return { answered: latencies.length, ...spreadOf(latencies) };
}

async function healthOf(
  steward: Subject,
  dataDir: string,
  cpuBefore: number,
  messages: number,
): Promise<Omit<Sample, 'minute' | 'answered' | 'p50' | 'p95' | 'p99'>> {
  const cpuMicros = (steward.cpuMicros() - cpuBefore) / Math.max(1, messages);
  const page = await fetch(`http://127.0.0.1:${steward.port}/metrics`).then((response) => response.text());
  const metric = (name: string): number =>
    Number(new RegExp(`^steward_${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(page)?.[1] ?? Number.NaN);
  const kilobytes = execFileSync('du', ['-sk', dataDir], { encoding: 'utf8' }).split('\t')[0];
  return {
    cpuMicros,
    rssBytes: steward.rssBytes(),
    ownBytes: steward.ownBytes(),
    eventLoopP99Ms: metric('nodejs_eventloop_lag_p99_seconds') * 1000,
    handles: metric('nodejs_active_handles_total'),
    storeBytes: Number(kilobytes) * 1024,
  };
}

function sampleLine(sample: Sample): string {
  const { minute, answered, p50, p95, p99, cpuMicros, rssBytes, ownBytes } = sample;
  const { eventLoopP99Ms, handles, storeBytes } = sample;
  const times = [p50, p95, p99].map((value) => value.toFixed(0)).join(' / ');
  return `| ${minute} | ${answered} | ${times} | ${cpuMicros.toFixed(0)} | ${(ownBytes / 1e6).toFixed(0)}, ${(rssBytes / 1e6).toFixed(0)} MB | ${eventLoopP99Ms.toFixed(0)} ms | ${handles} | ${(storeBytes / 1e6).toFixed(0)} MB |`;
}

await main();
