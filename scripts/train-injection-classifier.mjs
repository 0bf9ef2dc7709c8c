/**
 * Trains the injection classifier: `npm run train:injection -- --data FOLDER [--evaluate] [--json FILE]`.
 * FOLDER holds train.jsonl and dev.jsonl (`{text, label, source, kind}`), ../handbooks beside it is read when it is there; only sources whose licence allows shipping a
 * model are learned from, beside our own sentences. `--evaluate` measures by leaving sources out and writes no weights.
 * `--keep-report` writes weights and leaves the report of the version before in place, named by that version.
 * Needs a build (dist/). Deterministic: the same data gives the same file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createConceptFinder } from '../dist/core/guardrails/injection/concepts.js';
import { createFeatureExtractor } from '../dist/core/guardrails/injection/features.js';
import { FEATURE_SLOTS } from '../dist/core/guardrails/injection/hashing.js';
import { WINDOW_SIZE, WINDOW_OVERLAP } from '../dist/core/guardrails/injection/injection-scorer.js';
import { normalise } from '../dist/core/guardrails/normalise.js';
import { cutWindows } from '../dist/core/guardrails/windows.js';
import { packageRoot } from '../dist/core/kernel/package-root.js';
import {
  carriedRequests,
  handbookRows,
  isCarried,
  isShippable,
  isSpoken,
  makeOwnRows,
  readPublicRows,
  sentencesOf,
  strayRows,
} from './injection-grammar/corpus.mjs';
import { leaveSourcesOut } from './injection-grammar/leave-out.mjs';
import { scoreRow, thresholdAt, trainRegression } from './injection-grammar/regression.mjs';

const TRAINING = { epochs: 3, rate: 0.08, l2: 2e-6 };
/**
 * Where a half stands, in log odds of the training. Ordinary texts of unseen sources alarm in 0.1 % there; harmless texts
 * full of trigger words (`typed`) and tables, code and mails (`read`) are what holds it up (docs/injection-model-card.md).
 */
const LEAST_OFFSET = { typed: 0.35, read: 1.1 };
/** Texts are cut for training; nothing new stands beyond. */
const TEXT_LIMIT = 6_000;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    evaluate: { type: 'boolean', default: false },
    'keep-report': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
if (!values.data) {
  process.stderr.write('Say where the data is: --data FOLDER (with train.jsonl and dev.jsonl).\n');
  process.exit(2);
}

const finder = createConceptFinder();
const extractor = createFeatureExtractor(finder);
const prepare = (row) => {
  const { text, disguise } = normalise(row.text.slice(0, TEXT_LIMIT), (word) => finder.knows(word));
  const features = extractor.extract(text, disguise);
  const windows = cutWindows(text, WINDOW_SIZE, WINDOW_OVERLAP);
  return {
    ...row,
    weight: 1,
    features,
    windows:
      windows.length === 1 ? [features] : windows.map((window) => extractor.extract(window.text, disguise)),
  };
};
const given = readPublicRows(values.data);
const ownTexts = makeOwnRows();
// learned from, never measured on
const pieceTexts = [...sentencesOf(given), ...handbookRows(values.data)];
const documents = [
  ...ownTexts,
  ...pieceTexts,
  ...given.filter((row) => isShippable(row) && !isCarried(row)),
].filter((row) => row.label === 0 && !isSpoken(row) && row.text.length > 60);
const publicRows = given.map(prepare);
const pieces = pieceTexts.map(prepare);
const ownRows = ownTexts.map(prepare);
const strays = strayRows(carriedRequests(given), documents).map(prepare);

/** What a model learns from: `typed` for what people say, `read` for what stands in documents, mails, pages and results. */
const learnedBy = (kind, isSeen = () => true) => {
  const shipped = [...pieces, ...publicRows.filter((row) => isShippable(row) && !isCarried(row))];
  const rows = [...ownRows, ...shipped.filter((row) => isSeen(row.group, row.label))];
  if (kind === 'typed') return rows;
  return [
    ...rows.filter((row) => !isSpoken(row)),
    /* a document with a request in it is as known as one without */ ...strays.filter(
      (row) => isSeen(row.group, 1) && (!row.carrier || isSeen(row.carrier, 0)),
    ),
  ];
};
const train = (kind, isSeen) => trainRegression(learnedBy(kind, isSeen), FEATURE_SLOTS, TRAINING);

const folder = join(packageRoot, 'core', 'guardrails', 'weights');
const before = JSON.parse(readFileSync(join(folder, 'injection.json'), 'utf8'));
const report = values['keep-report'] ? before.leaveOneSourceOut.report : leaveSourcesOut(publicRows, train);
const mean = (pick) => {
  const told = report.filter((row) => row.kind !== 'indirect');
  return told.reduce((sum, row) => sum + pick(row), 0) / told.length;
};
const summary = {
  meanRecallAtOnePercent: mean((row) => row.recallAtOnePercent),
  meanRecallAtBothLimits: mean((row) => row.recallAtBothLimits),
  meanTriggerAlarms: mean((row) => row.triggerAlarms),
};

if (values.evaluate) {
  if (values.json) writeFileSync(values.json, JSON.stringify({ report, summary }, undefined, 1));
  else console.table(report);
  process.stderr.write(`${JSON.stringify(summary)}\n`);
} else {
  const describe = (kind) => {
    const learned = learnedBy(kind);
    const model = trainRegression(learned, FEATURE_SLOTS, TRAINING);
    // at most 1 % alarms on ordinary texts whose sources the model has not learned from
    const unseen = publicRows.filter(
      (row) => row.kind === 'benign' && !isShippable(row) && !(kind === 'read' && isSpoken(row)),
    );
    const scores = unseen.map(({ windows }) => Math.max(...windows.map((window) => scoreRow(model, window))));
    const offset = Math.max(LEAST_OFFSET[kind], thresholdAt(scores, 0.01));
    const largest = model.weights.reduce((top, weight) => Math.max(top, Math.abs(weight)), 0);
    const scale = largest / 32_767;
    const bytes = Buffer.alloc(FEATURE_SLOTS * 2);
    model.weights.forEach((weight, slot) => bytes.writeInt16LE(Math.round(weight / scale), slot * 2));
    writeFileSync(join(folder, `injection-${kind}.bin`), bytes);
    const counts = {};
    for (const row of learned) {
      const entry = (counts[row.source] ??= { attack: 0, benign: 0 });
      entry[row.label === 1 ? 'attack' : 'benign'] += 1;
    }
    return { scale, bias: model.bias - offset, offset, texts: learned.length, learnedFrom: counts };
  };
  const models = { typed: describe('typed'), read: describe('read') };
  const version = `injection-2026-11-30.${models.typed.texts + models.read.texts}`;
  const measuredOn = values['keep-report']
    ? (before.leaveOneSourceOut.measuredOn ?? before.version)
    : version;
  const description = {
    version,
    slots: FEATURE_SLOTS,
    training: TRAINING,
    models,
    leaveOneSourceOut: { measuredOn, summary, report },
  };
  writeFileSync(join(folder, 'injection.json'), `${JSON.stringify(description, undefined, 2)}\n`);
  process.stderr.write(
    `Wrote weights from ${models.typed.texts} and ${models.read.texts} texts. ${JSON.stringify(summary)}\n`,
  );
}
