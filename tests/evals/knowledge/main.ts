/**
 * `npm run eval:knowledge`: asks the golden set of the sample handbook, prints the figures beside the recorded ones, what
 * each stage of retrieval is worth, and how true the confidence is. Fails when a figure falls below the bar.
 * `--record` writes the figures down as the new record; `--bar` leaves out the stages, on which no bar stands;
 * `--set FOLDER FILE.jsonl` asks another handbook's questions as well; `--fit` asks all books, finds the weights of the signs and
 * teaches the network anew by all sets, and tells what comes out with handbooks left out; `--ask FOLDER FILE.jsonl` is a `--set`
 * that takes no part in that.
 * Where a model is configured as for Steward, it judges the answers to the golden set as well; its figures are printed
 * beside the offline ones and no bar depends on them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { shippedFile } from '../../../core/kernel/package-root.js';
import type { StoredDocument } from '../../../core/knowledge/document-store.js';
import type { Encoder } from '../../../core/knowledge/encoder/encoder.js';
import { createSentenceEncoder } from '../../../core/knowledge/encoder/sentence-encoder.js';
import { DEFAULT_STAGES, type Stages } from '../../../core/knowledge/retrieve/stages.js';
import { fitConfidence } from './fit-confidence.js';
import {
  type AskedSet,
  networkLeftOutInTurn,
  type Separation,
  separations,
  signsLeftOutInTurn,
  teachesSigns,
} from './left-out.js';
import { type GoldenCase, loadGoldenSet } from './golden-set.js';
import { type CaseResult, type Figures, figuresOf, mean, reliability, runCase } from './measure.js';
import { configuredJudge, judgeByModel } from './judge-by-model.js';
import { documentsOf, openKnowledge } from './open-knowledge.js';
import { bookSets, loadQuestionSet, measureRefusal, ownQuestionSets, type QuestionSet } from './refusal.js';
import { rememberingEncoder } from './remembering-encoder.js';
import { teachAppraisal } from './teach-appraisal.js';

const RECORD = shippedFile('tests', 'evals', 'knowledge', 'recorded.json');
const teaches = process.argv.includes('--fit');
const NETWORK = shippedFile('core', 'knowledge', 'appraise', 'network.json');
/** How far a figure may fall below the record: one case of the smaller groups. */
const SLACK = 0.05;

async function main(): Promise<void> {
  const golden = await loadGoldenSet();
  const documents = await documentsOf(shippedFile('samples', 'handbook'));
  const sentence = createSentenceEncoder();
  const encoder = rememberingEncoder(sentence);
  const recorded = await readRecord();
  const { figures, results } = await run(documents, golden, encoder, { appraisal: !teaches });
  const named: Figures = {};
  const ofBooks: Figures[] = [];
  const asked = [
    ...(await askSets(await ownQuestionSets(), encoder, figures)),
    ...(await askSets(await bookSets(teaches), encoder, {}, ofBooks)),
    ...(await askSets(await namedQuestionSets(), encoder, named)),
  ];
  Object.assign(teaches ? named : figures, meanOfBooks(ofBooks));
  printFigures({ ...figures, ...named }, recorded);
  printReliability(results);
  printMisses(results);
  await printJudged(results, documents);
  printSeparations('Answerable told from not', separations(asked));
  if (teaches) await teach(asked);
  if (!process.argv.includes('--bar')) await printStages(documents, golden, encoder, figures);
  await sentence.close();
  if (process.argv.includes('--record')) {
    await writeFile(RECORD, `${JSON.stringify(figures, null, 2)}\n`);
    return;
  }
  const fallen = Object.entries(recorded).filter(([name, before]) => (figures[name] ?? 0) < before - SLACK);
  for (const [name, before] of fallen) console.error(`Below the bar: ${name} (recorded ${percent(before)})`);
  if (fallen.length > 0) process.exitCode = 1;
}

/**
 * More sets: `--set FOLDER FILE.jsonl`, as often as wanted, and `--ask` for those that `--fit` leaves alone; their figures are
 * printed, not recorded.
 */
async function namedQuestionSets(): Promise<QuestionSet[]> {
  const { argv } = process;
  const named = argv.flatMap((word, at) => (word === '--set' || word === '--ask' ? [at] : []));
  return Promise.all(
    named.map(async (at) => ({
      ...(await loadQuestionSet(argv[at + 1] ?? '', argv[at + 2] ?? '')),
      isOnlyAsked: argv[at] === '--ask',
      isNamed: true,
    })),
  );
}

/** Finds the weights of the signs anew and teaches the network, which is written in place of the one that ships. */
async function teach(asked: AskedSet[]): Promise<void> {
  const learnt = asked.filter(({ set }) => !set.isOnlyAsked);
  const everyday = asked.filter(({ set }) => teachesSigns(set));
  console.log('\nWeights of the signs alone', fitConfidence(everyday.map(({ judged }) => judged)));
  printSeparations('Signs, each handbook left out', signsLeftOutInTurn(asked));
  const { scale, separated } = networkLeftOutInTurn(asked);
  printSeparations('Network, handbooks left out', separated);
  const { members } = teachAppraisal(learnt.flatMap(({ judged }) => judged));
  await writeFile(NETWORK, `${JSON.stringify({ scale, members })}\n`);
  console.log(`\nTaught by ${learnt.length} sets; the network is written.`);
}

/** Each figure on average over the books. */
function meanOfBooks(all: Figures[]): Figures {
  const values = new Map<string, number[]>();
  for (const [name, value] of all.flatMap((figures) => Object.entries(figures))) {
    const figure = `books: ${name.slice(name.indexOf(': ') + 2)}`;
    values.set(figure, [...(values.get(figure) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([name, each]) => [name, mean(each)]));
}

/** Adds each set's figures. */
async function askSets(
  sets: QuestionSet[],
  encoder: Encoder,
  figures: Figures,
  each: Figures[] = [],
): Promise<AskedSet[]> {
  const all: AskedSet[] = [];
  for (const set of sets) {
    // a network that is to be taught anew need not fit its inputs
    const knowledge = await openKnowledge(await documentsOf(set.folder), encoder, { appraisal: !teaches });
    const asked = await measureRefusal(knowledge, set);
    Object.assign(figures, asked.figures);
    each.push(asked.figures);
    all.push({ set, judged: asked.judged });
    await knowledge.close();
  }
  return all;
}

async function run(
  documents: StoredDocument[],
  golden: GoldenCase[],
  encoder: Encoder,
  stages: Partial<Stages>,
): Promise<{ figures: Figures; results: CaseResult[] }> {
  const knowledge = await openKnowledge(documents, encoder, stages);
  const results: CaseResult[] = [];
  for (const one of golden) results.push(await runCase(knowledge, one));
  await knowledge.close();
  return { figures: figuresOf(results, textsOf(documents)), results };
}

/** Texts of passages by id. */
function textsOf(documents: StoredDocument[]): (passageId: string) => string | undefined {
  const texts = new Map(documents.flatMap(({ passages }) => passages.map(({ id, text }) => [id, text])));
  return (id) => texts.get(id);
}

const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(5)} %`;

async function readRecord(): Promise<Figures> {
  try {
    return JSON.parse(await readFile(RECORD, 'utf8')) as Figures;
  } catch {
    console.error('Nothing is recorded yet; run with --record.');
    return {};
  }
}

function printFigures(figures: Figures, recorded: Figures): void {
  console.log('Figure'.padEnd(30), '    now', '  recorded');
  for (const [name, value] of Object.entries(figures)) {
    const before = recorded[name];
    console.log(name.padEnd(30), percent(value), '  ', before === undefined ? '-' : percent(before));
  }
}

function printSeparations(title: string, all: Separation[]): void {
  console.log(`\n${title.padEnd(30)}    AUC  answerable refused  unanswerable refused`);
  for (const { name, auc, answerableRefused, unanswerableRefused } of all) {
    console.log(
      name.padEnd(30),
      auc.toFixed(3).padStart(6),
      percent(answerableRefused).padStart(19),
      percent(unanswerableRefused).padStart(21),
    );
  }
}

function printReliability(results: CaseResult[]): void {
  console.log('\nConfidence   cases   stated    right');
  for (const { from, count, confidence, right } of reliability(results)) {
    console.log(
      `${from.toFixed(1)} - ${(from + 0.2).toFixed(1)}`.padEnd(12),
      String(count).padStart(5),
      percent(confidence),
      percent(right),
    );
  }
}

function printMisses(results: CaseResult[]): void {
  console.log('\nMissed');
  for (const { golden, answer, rightQuote } of results) {
    const missed = golden.expect.answered ? !rightQuote : answer.answered;
    if (missed)
      console.log(` ${golden.id}: ${golden.question} -> ${answer.citations[0]?.quote ?? 'refused'}`);
  }
}

/** The configured model's opinion, which may differ from run to run. */
async function printJudged(results: CaseResult[], documents: StoredDocument[]): Promise<void> {
  const judge = configuredJudge();
  if (!judge) {
    console.log('\nNo model is configured (OPENAI_API_KEY, OPENAI_BASE_URL …), so none judged the answers.');
    return;
  }
  const { figures, judged, problems } = await judgeByModel(judge, results, textsOf(documents));
  console.log(`\nJudged by ${judge.model.name}: ${judged} answers, ${problems.length} could not be`);
  for (const [name, value] of Object.entries(figures)) console.log(name.padEnd(30), percent(value));
  for (const { id, problem } of problems) console.error(` ${id}: ${problem}`);
}

/** What each stage is worth: the figures with it switched the other way, and the change of them. */
async function printStages(
  documents: StoredDocument[],
  golden: GoldenCase[],
  encoder: Encoder,
  all: Figures,
): Promise<void> {
  const sets = await ownQuestionSets();
  const terse = 'nDCG@10, terse sets';
  const shown = ['nDCG@10', terse, 'quote holds the evidence', 'completeness', 'unanswerable refused'];
  const before: Figures = { ...all, [terse]: await rankingOf(sets, encoder, {}) };
  console.log(`\n${'Switched'.padEnd(22)}${shown.map((name) => name.padStart(26)).join('')}`);
  for (const [stage, isOn] of Object.entries(DEFAULT_STAGES)) {
    const stages = { [stage]: !isOn };
    const { figures } = await run(documents, golden, encoder, stages);
    figures[terse] = await rankingOf(sets, encoder, stages);
    const worth = shown.map((name) => {
      const change = (figures[name] ?? 0) - (before[name] ?? 0);
      return `${percent(figures[name] ?? 0)} (${change <= 0 ? '' : '+'}${(change * 100).toFixed(1)})`.padStart(
        26,
      );
    });
    console.log(`${`${stage} ${isOn ? 'off' : 'on'}`.padEnd(22)}${worth.join('')}`);
  }
}

/** nDCG@10 over the answerable questions of several sets. */
async function rankingOf(sets: QuestionSet[], encoder: Encoder, stages: Partial<Stages>): Promise<number> {
  let [gain, asked] = [0, 0];
  for (const { folder, questions } of sets) {
    const knowledge = await openKnowledge(await documentsOf(folder), encoder, stages);
    for (const { question, documents } of questions.filter((one) => one.documents.length > 0)) {
      const hits = await knowledge.searchDocuments(question, { k: 10, mayRead: () => true });
      const rank = hits.findIndex(({ document }) => documents.includes(document.path));
      gain += rank < 0 ? 0 : 1 / Math.log2(rank + 2);
      asked += 1;
    }
    await knowledge.close();
  }
  return gain / Math.max(1, asked);
}

await main();
