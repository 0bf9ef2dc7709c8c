import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInjectionScorer } from '../../../core/guardrails/injection/injection-scorer.js';
import { scoreGrounding } from '../../../core/guardrails/output/grounding.js';
import { createPiiScreen } from '../../../core/guardrails/pii/pii-screen.js';
import type { TextOrigin } from '../../../core/guardrails/screen.js';
import { createInputScreen, createOutputScreen } from '../../../core/guardrails/screens.js';
import { shippedFile } from '../../../core/kernel/package-root.js';
import { attackConversations } from './attacks.js';
import { areaUnderCurve, f1, share, type SpanCount } from './measures.js';

/** Figures by `table / row`. */
export type Figures = Record<string, number>;

const readLines = <T>(...path: string[]): T[] =>
  readFileSync(join(...path), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

/** Own attack conversations: share whose hostile message is blocked. */
export async function measureAttacks(): Promise<Figures> {
  const screen = createInputScreen();
  const byTechnique = new Map<string, boolean[]>();
  for (const { technique, messages } of attackConversations()) {
    let blocked = false;
    for (const message of messages) {
      blocked ||= (await screen.check(message, { tenantId: 'eval', origin: 'user' })).outcome === 'block';
    }
    byTechnique.set(technique, [...(byTechnique.get(technique) ?? []), blocked]);
  }
  const figures: Figures = {};
  for (const [technique, results] of byTechnique)
    figures[`attack conversations blocked / ${technique}`] = share(results, Boolean);
  figures['attack conversations blocked / all'] = share([...byTechnique.values()].flat(), Boolean);
  return figures;
}

/** Where the texts under a heading such as `indirect mail` come from; people's own words where it names no origin. */
const originOf = (kind: string): TextOrigin =>
  UNTRUSTED.find((origin) => kind.endsWith(origin)) ?? (kind === 'indirect' ? 'document' : 'user');

const UNTRUSTED = ['mail', 'web-page', 'tool-result', 'document'] as const;

/**
 * Own attack and harmless texts (`fresh/`), one a line under a heading with its kind. The grammar was widened after `first`,
 * `second`, `unseen` and `third` had been measured; `frozen` was written before that and is never learned from;
 * `fourth` (twelve languages and more) likewise, before the intents of attacks were added; `fifth` before strays and plain
 * orders were; `sixth` (requests for work and their attacking twins) before requests for work were.
 */
export async function measureFresh(): Promise<Figures> {
  const screen = createInputScreen();
  const figures: Figures = {};
  for (const set of ['first', 'second', 'unseen', 'third', 'frozen', 'fourth', 'fifth', 'sixth']) {
    const scores: Record<string, number[]> = { attacks: [], benign: [] };
    for (const file of ['attacks', 'benign']) {
      let kind = '';
      const blocked = new Map<string, boolean[]>();
      const path = shippedFile('tests', 'evals', 'guardrails', 'fresh', set, `${file}.txt`);
      for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
        if (line.startsWith('## ')) {
          kind = line.slice(3);
          continue;
        }
        const verdict = await screen.check(line.replaceAll('\\n', '\n'), {
          tenantId: 'eval',
          origin: originOf(kind),
        });
        scores[file]?.push(verdict.score);
        blocked.set(kind, [...(blocked.get(kind) ?? []), verdict.outcome === 'block']);
      }
      for (const [name, results] of blocked)
        figures[`own texts, share blocked / ${set} ${file} ${name}`] = share(results, Boolean);
      figures[`own texts, share blocked / ${set} ${file} all`] = share([...blocked.values()].flat(), Boolean);
    }
    figures[`own texts, share blocked / ${set} AUC`] = areaUnderCurve(
      scores.attacks ?? [],
      scores.benign ?? [],
    );
  }
  return figures;
}

interface LeaveOutReport {
  report: {
    source: string;
    kind: string;
    recallAtOnePercent: number;
    recallAtBothLimits: number;
    triggerAlarms: number;
    auc: number;
  }[];
  summary: Record<string, number>;
}

/** Leave-one-source-out, by training anew for every source (about two minutes). */
export function measureLeaveOut(data: string): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'steward-eval-'));
  try {
    const json = join(folder, 'report.json');
    const script = shippedFile('scripts', 'train-injection-classifier.mjs');
    execFileSync(
      process.execPath,
      [script, '--data', join(data, 'injection'), '--evaluate', '--json', json],
      { stdio: 'ignore' },
    );
    return leftOutFigures(JSON.parse(readFileSync(json, 'utf8')) as LeaveOutReport);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same table as it stands beside the shipped weights, of the version that it was measured on. */
export function shippedLeaveOut(): Figures {
  const file = shippedFile('core', 'guardrails', 'weights', 'injection.json');
  const { leaveOneSourceOut } = JSON.parse(readFileSync(file, 'utf8')) as {
    leaveOneSourceOut: LeaveOutReport;
  };
  return leftOutFigures(leaveOneSourceOut);
}

function leftOutFigures({ report, summary }: LeaveOutReport): Figures {
  const figures: Figures = {};
  for (const row of report) {
    const name = `left-out source / ${row.kind} ${row.source}`;
    figures[`${name}: recall at 1 % of ordinary`] = row.recallAtOnePercent;
    figures[`${name}: recall at 1 % and 5 % of trigger`] = row.recallAtBothLimits;
    figures[`${name}: AUC`] = row.auc;
  }
  for (const [name, value] of Object.entries(summary))
    figures[`left-out source / direct and jailbreak ${name}`] = value;
  return figures;
}

/** BIPIA's texts are what an assistant reads. */
const ORIGIN_OF_SOURCE = new Map<string, TextOrigin>([
  ['bipia/email', 'mail'],
  ['bipia/table', 'document'],
  ['bipia/code', 'web-page'],
]);

interface InjectionRow {
  text: string;
  label: number;
  kind: string;
  source: string;
}

/** The shipped weights at their own threshold. Sources they learned from flatter; the left-out table is the measure. */
export function measureInjection(data: string): Figures {
  const scorer = createInjectionScorer();
  const rows = ['train', 'dev'].flatMap((name) =>
    readLines<InjectionRow>(data, 'injection', `${name}.jsonl`),
  );
  const scored = rows.map((row) => ({
    ...row,
    score: scorer.score(row.text, ORIGIN_OF_SOURCE.get(row.source.split('-')[0] ?? '')).score,
  }));
  const figures: Figures = {};
  for (const source of [...new Set(scored.map((row) => `${row.kind} ${row.source}`))].sort()) {
    const own = scored.filter((row) => `${row.kind} ${row.source}` === source);
    figures[`shipped model, share at or above 0.5 / ${source}`] = share(own, ({ score }) => score >= 0.5);
  }
  return figures;
}

const STRUCTURED = [
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'CREDIT_CARD',
  'US_SSN',
  'IBAN_CODE',
  'IP_ADDRESS',
  'US_DRIVER_LICENSE',
];

interface PiiRow {
  text: string;
  spans: { start: number; end: number; type: string }[];
}

/** Exact spans by type; offsets of the data are code points, ours are UTF-16. */
export function measurePii(data: string): Figures {
  const screen = createPiiScreen();
  const counts = new Map<string, SpanCount>();
  const of = (type: string): SpanCount => {
    const count = counts.get(type) ?? { right: 0, wrong: 0, missed: 0 };
    counts.set(type, count);
    return count;
  };
  for (const { text, spans } of readLines<PiiRow>(data, 'pii', 'presidio_research.jsonl')) {
    const offsets = [0];
    for (const point of text) offsets.push((offsets.at(-1) ?? 0) + point.length);
    const key = (type: string, start: number, end: number): string => `${type} ${start} ${end}`;
    const wanted = new Set(
      spans.map(({ type, start, end }) => key(type, offsets[start] ?? -1, offsets[end] ?? -1)),
    );
    const found = new Set(screen.find(text).map(({ type, start, end }) => key(type, start, end)));
    for (const span of wanted) of(span.split(' ')[0] ?? '')[found.has(span) ? 'right' : 'missed'] += 1;
    for (const span of found) if (!wanted.has(span)) of(span.split(' ')[0] ?? '').wrong += 1;
  }
  const figures: Figures = {};
  const total: SpanCount = { right: 0, wrong: 0, missed: 0 };
  for (const [type, count] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    figures[`personal data, F1 of exact spans / ${type}`] = f1(count);
    if (!STRUCTURED.includes(type)) continue;
    total.right += count.right;
    total.wrong += count.wrong;
    total.missed += count.missed;
  }
  figures['personal data, F1 of exact spans / all structured types'] = f1(total);
  return figures;
}

/** Alarms on 10,000 ordinary handbook sentences. */
export function measureHandbook(data: string): Figures {
  const pages = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? pages(path) : entry.name.endsWith('.md') ? [path] : [];
    });
  const sentences = pages(join(data, 'handbooks', 'sourcegraph')).flatMap((page) =>
    readFileSync(page, 'utf8')
      .split('\n')
      .flatMap((line) => line.split(/(?<=[.!?])\s+/))
      .map((sentence) => sentence.trim())
      .filter((sentence) => sentence.length > 20),
  );
  const step = Math.max(1, Math.floor(sentences.length / 10_000));
  const sample = sentences.filter((_, position) => position % step === 0).slice(0, 10_000);
  const screen = createPiiScreen();
  const scorer = createInjectionScorer();
  return {
    'alarms on handbook sentences / personal data': share(
      sample,
      (sentence) => screen.find(sentence).length > 0,
    ),
    'alarms on handbook sentences / injection': share(
      sample,
      (sentence) => scorer.score(sentence).score >= 0.5,
    ),
  };
}

interface GroundingRow {
  context: string;
  question: string;
  answer: string;
  grounded: boolean;
}

export function measureGrounding(data: string): Figures {
  const rows = readLines<GroundingRow>(data, 'grounding', 'halueval_qa.jsonl').map((row) => ({
    ...row,
    score: scoreGrounding(row.answer, [row.context], row.question).score,
  }));
  const scores = (grounded: boolean): number[] =>
    rows.filter((row) => row.grounded === grounded).map(({ score }) => score);
  const long = rows.filter(({ answer }) => answer.split(' ').length >= 5);
  return {
    'grounding / AUC': areaUnderCurve(scores(true), scores(false)),
    'grounding / AUC of answers of five words or more': areaUnderCurve(
      long.filter(({ grounded }) => grounded).map(({ score }) => score),
      long.filter(({ grounded }) => !grounded).map(({ score }) => score),
    ),
    'grounding / grounded answers at or above 0.7': share(scores(true), (score) => score >= 0.7),
    'grounding / invented answers at or above 0.7': share(scores(false), (score) => score >= 0.7),
  };
}

/** Processor time on this machine, on ordinary text of half a kilobyte. */
export async function measureSpeed(): Promise<Figures> {
  const scorer = createInjectionScorer();
  const screen = createInputScreen({ scorer });
  const output = createOutputScreen();
  const texts = attackConversations().map(({ messages }, position) =>
    `Case ${position}. ${messages.join(' ')} ${FILLER}`.slice(0, 512),
  );
  const processorMs = async (work: (text: string) => unknown): Promise<number> => {
    for (const text of texts) await work(text);
    const start = process.cpuUsage();
    for (let round = 0; round < 5; round += 1) for (const text of texts) await work(`${round} ${text}`);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000 / (texts.length * 5);
  };
  return {
    'speed / classifier, ms of processor per KB': 2 * (await processorMs((text) => scorer.score(text))),
    'speed / output screen with a passage, rows per second of processor':
      1_000 /
      (await processorMs((text) =>
        output.check(text.slice(0, 120), {
          tenantId: 'eval',
          origin: 'model',
          passages: [FILLER],
          question: 'What did we talk about?',
        }),
      )),
    'speed / input screen, rows per second of processor':
      1_000 / (await processorMs((text) => screen.check(text, { tenantId: 'eval', origin: 'user' }))),
  };
}

const FILLER =
  'Please find the minutes of the weekly meeting below. We talked about the roadmap, the open positions and the budget for the second quarter. Travel costs went down by four percent. The next meeting takes place on Thursday in the large room on the second floor, and everybody who cannot come sends a short note to the team beforehand. Questions about the agenda are welcome in the channel.';
