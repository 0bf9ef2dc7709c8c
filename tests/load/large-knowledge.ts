/**
 * `npm run bench:knowledge`: taking in many documents (time, memory) and asking a large index (latency and processor
 * time, the encoder's of the question included), and asking while documents are taken in and their vectors made, printed
 * and written to docs/performance.md.
 * Options: --documents N to take in (10,000), --passages N to ask (10,000), --no-write.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import { createKnowledgeBase, type FullKnowledgeBase } from '../../core/knowledge/create-knowledge-base.js';
import { createSentenceEncoder } from '../../core/knowledge/encoder/sentence-encoder.js';
import type { EncodedText, Encoder } from '../../core/knowledge/encoder/encoder.js';
import { loadLanguageDetector } from '../../core/knowledge/ingest/detect-language.js';
import { ingestPaths } from '../../core/knowledge/ingest/ingest.js';
import { readFolder } from '../../core/knowledge/ingest/read-folder.js';
import { createMemoryDocumentStore } from '../../core/knowledge/memory-document-store.js';
import { shippedSynonyms } from '../../core/knowledge/synonyms/shipped-synonyms.js';
import { percentile } from './generator.js';
import { writeSection } from './page-section.js';
import { machine } from './report.js';

const { values: flags } = parseArgs({
  options: {
    documents: { type: 'string', default: '10000' },
    passages: { type: 'string', default: '10000' },
    'no-write': { type: 'boolean', default: false },
  },
});
const QUESTIONS = 200;
const WARM_UP = 30;
const PASSAGES_A_DOCUMENT = 3;
const MEGABYTE = 2 ** 20;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** The same numbers between 0 and `below` in each run. */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

const THINGS =
  'invoice travel leave budget machine spindle oil safety training laptop password network customer order supplier contract salary bonus visitor badge kitchen canteen shift overtime report incident release review quality gauge drawing warehouse forklift pallet transport customs export tax audit ledger account payment approval manager director committee meeting agenda policy procedure form request deadline'.split(
    ' ',
  );

/** Writes invented documents, each with a code of its own. */
function writeDocuments(folder: string, count: number): void {
  const dice = createDice(11);
  const thing = (): string => THINGS[dice(THINGS.length)] ?? '';
  for (let at = 0; at < count; at += 1) {
    const below = join(folder, String(Math.floor(at / 500)));
    if (at % 500 === 0) mkdirSync(below, { recursive: true });
    const code = `K${1000 + at}`;
    const paragraphs = Array.from({ length: PASSAGES_A_DOCUMENT }, () => {
      const first = `The ${thing()} ${code} must be asked for within ${dice(90) + 1} days.`;
      const more = Array.from(
        { length: 3 },
        () =>
          `Each ${thing()} of the ${thing()} may have a ${thing()} and a ${thing()} for ${dice(500)} euros.`,
      );
      return [first, ...more].join(' ');
    });
    const title = `${thing()} ${thing()} ${code}`;
    const sections = paragraphs.map((text, part) => `## Part ${part + 1}\n\n${text}\n`);
    writeFileSync(join(below, `doc-${at}.md`), `# ${title}\n\n${sections.join('\n')}`);
  }
}

interface Intake {
  seconds: number;
  documents: number;
  peakMegabytes: number;
}

/** Runs `steward ingest` on the folder and watches its memory (Linux). */
async function takeIn(folder: string, dataDir: string): Promise<Intake> {
  const cli = shippedFile('dist', 'run', 'cli.js');
  const child = spawn(process.execPath, [cli, 'ingest', folder, '--json'], {
    env: { ...process.env, STEWARD_DATA_DIR: dataDir, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 250);
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => (tail = `${tail}${chunk.toString()}`.slice(-2_000)));
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  clearInterval(watch);
  const { report } = JSON.parse(tail.trim().split('\n').at(-1) ?? '') as {
    report: { ms: number; counts: { added: number } };
  };
  return { seconds: report.ms / 1000, documents: report.counts.added, peakMegabytes: peak / MEGABYTE };
}

function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** Numbers of a word's vector in context. */
const WORD_SIZE = 64;

/** Passages get vectors by dice, as making real ones takes 40 ms each; the questions' are real. */
function encoderByDice(real: Encoder): Encoder {
  const dice = createDice(5);
  const unit = (size = real.dimensions): Float32Array => {
    const vector = Float32Array.from({ length: size }, () => dice(2_000) - 1_000);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const encoded = (parts: number, words: number): EncodedText => {
    const block = new Float32Array(parts * real.dimensions);
    for (let at = 0; at < parts; at += 1) block.set(unit(), at * real.dimensions);
    const short = new Float32Array(words * WORD_SIZE);
    for (let at = 0; at < words; at += 1) short.set(unit(WORD_SIZE), at * WORD_SIZE);
    return { vector: unit(), parts: block, words: short };
  };
  return {
    ...real,
    encodePassages: (texts) =>
      Promise.resolve(texts.map(({ parts, words = [] }) => encoded(parts.length, words.length))),
  };
}

interface Asking {
  passages: number;
  times: number[];
  cpuMs: number;
  megabytes: number;
}

const openBase = async (encoder: Encoder): Promise<FullKnowledgeBase> =>
  createKnowledgeBase({
    clock: systemClock,
    logger: silentLogger,
    encoderFor: () => encoder,
    detectLanguage: await loadLanguageDetector(),
    synonyms: await shippedSynonyms(),
  });

async function askMany(folder: string): Promise<Asking> {
  const real = createSentenceEncoder();
  const knowledge = await openBase(encoderByDice(real));
  for await (const document of readFolder(folder, { clock: systemClock })) knowledge.add(document);
  await knowledge.vectorsReady();
  const ask = (at: number): Promise<unknown> => {
    const [one, other] = [THINGS[at % THINGS.length], THINGS[(at * 7 + 3) % THINGS.length]];
    const question = `How many days may the ${one} of the ${other} take for K${1000 + ((at * 97) % 3000)}?`;
    return knowledge.answer(question, { k: 8, mayRead: () => true });
  };
  for (let at = 0; at < WARM_UP; at += 1) await ask(9_000 + at);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let at = 0; at < QUESTIONS; at += 1) {
    const started = performance.now();
    await ask(at);
    times.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before);
  const { passages } = knowledge.size;
  const megabytes = process.memoryUsage().rss / MEGABYTE;
  await knowledge.close();
  await real.close();
  return { passages, times, cpuMs: (user + system) / 1_000 / QUESTIONS, megabytes };
}

interface AskingMeanwhile {
  times: number[];
  /** Documents that were taken in while the questions were answered. */
  takenIn: number;
  vectors: number;
  /** How often the document that had just been stored was found by its words. */
  found: number;
}

const MEANWHILE = 60;

/** Asks while the folder is taken in and real vectors are made in the background, in one process as the server does. */
async function askMeanwhile(folder: string): Promise<AskingMeanwhile> {
  const encoder = createSentenceEncoder();
  const knowledge = await openBase(encoder);
  const stop = new AbortController();
  let newest = '';
  let takenIn = 0;
  const ingest = async (): Promise<void> => {
    const events = ingestPaths({
      paths: [folder],
      collection: 'bench',
      store: createMemoryDocumentStore(),
      clock: systemClock,
      index: knowledge,
      signal: stop.signal,
    });
    for await (const event of events) {
      if (event.kind !== 'file') continue;
      takenIn = event.done;
      newest = event.line.path;
    }
  };
  const working = ingest();
  while (takenIn < 200) await systemClock.sleep(50);
  const times: number[] = [];
  let found = 0;
  for (let at = 0; at < MEANWHILE; at += 1) {
    const [one, other] = [THINGS[at % THINGS.length], THINGS[(at * 7 + 3) % THINGS.length]];
    const started = performance.now();
    const question = `How many days may the ${one} of the ${other} take for K${1000 + at}?`;
    await knowledge.answer(question, { k: 8, mayRead: () => true });
    times.push(performance.now() - started);
    const path = newest;
    const number = Number(/doc-(\d+)/.exec(path)?.[1]);
    const [hit] = await knowledge.searchDocuments(`K${1000 + number}`, { k: 1, mayRead: () => true });
    found += Number(hit?.document.path === path);
    await systemClock.sleep(100);
  }
  const { vectors } = knowledge.size;
  const done = takenIn;
  stop.abort();
  await working;
  await knowledge.close();
  await encoder.close();
  return { times, takenIn: done, vectors, found };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');

function sectionOf(here: string, intake: Intake, asking: Asking, meanwhile: AskingMeanwhile): string {
  const times = asking.times.sort((a, b) => a - b);
  const during = meanwhile.times.sort((a, b) => a - b);
  return `## Large knowledge bases

Written by \`npm run bench:knowledge\`. Measured on ${here}. Every question is new to the process, so that its vector is
made, too; the vectors of the passages are random.

| figure | value | aim |
| --- | --- | --- |
| take in ${whole(intake.documents)} documents | ${intake.seconds.toFixed(1)} s, ${whole(intake.documents / intake.seconds)} documents/s | |
| memory of that command at most | ${whole(intake.peakMegabytes)} MB | |
| answer over ${whole(asking.passages)} passages, p50 / p95 | ${percentile(times, 0.5).toFixed(1)} / ${percentile(times, 0.95).toFixed(1)} ms | p95 below 50 ms |
| processor time for it, encoder included | ${asking.cpuMs.toFixed(1)} ms | |
| memory of the process that answers | ${whole(asking.megabytes)} MB | |
| answer while ${whole(meanwhile.takenIn)} documents are taken in and ${whole(meanwhile.vectors)} vectors made, p50 / p95 | ${percentile(during, 0.5).toFixed(1)} / ${percentile(during, 0.95).toFixed(1)} ms | none waits for the end |
| newest document found by its words | ${meanwhile.found} of ${MEANWHILE} times at the first try | each time |
`;
}

async function main(): Promise<void> {
  const here = machine();
  const scratch = mkdtempSync(join(tmpdir(), 'steward-bench-large-'));
  try {
    const [many, asked] = [join(scratch, 'many'), join(scratch, 'asked')];
    writeDocuments(many, Number(flags.documents));
    say(`Taking in ${flags.documents} documents …`);
    const intake = await takeIn(many, join(scratch, 'data'));
    writeDocuments(asked, Math.ceil(Number(flags.passages) / PASSAGES_A_DOCUMENT));
    say(`Asking ${flags.passages} passages …`);
    const asking = await askMany(asked);
    say('Asking while documents are taken in …');
    const markdown = sectionOf(here, intake, asking, await askMeanwhile(many));
    process.stdout.write(`${markdown}\n`);
    if (!flags['no-write']) writeSection('large-knowledge', markdown);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main();
