import { areaUnderCurve, scoreRow, thresholdAt } from './regression.mjs';
import { isSpoken } from './corpus.mjs';

/** Benign sources are left out by halves, so that no threshold is taken from a source the model has seen. */
const BENIGN_HALVES = [
  ['banking77', 'bipia/email', 'sourcegraph-handbook'],
  ['bfcl', 'squad2/questions', 'awesome-chatgpt-prompts', 'bipia/table', 'bipia/code'],
];

const groupsOf = (rows, label) => [
  ...new Set(rows.filter((row) => row.label === label).map((row) => row.group)),
];

/** The three sources of BIPIA put the same requests into their documents, so they are left out together. */
const family = (group) => group.replace(/^bipia\/.*/, 'bipia');

/**
 * Leave-one-source-out: for each attack source a model that has seen neither it nor the benign source it is measured
 * against. Attacks inside documents are asked of the model for documents, which is measured against documents alone.
 * @param train makes a model of a kind (`typed` or `read`) from the sources that `isSeen(group, label)` allows.
 * @returns one row per attack source with recall at 1 % false alarms on ordinary benign text.
 */
export function leaveSourcesOut(publicRows, train) {
  const models = new Map();
  const modelFor = (kind, left, half) => {
    const key = `${kind} ${family(left)} ${half}`;
    const isSeen = (group, label) => (label === 1 ? family(group) !== family(left) : !half.includes(group));
    if (!models.has(key)) models.set(key, train(kind, isSeen));
    return models.get(key);
  };
  return groupsOf(publicRows, 1).map((left) => {
    const kind = publicRows.find((row) => row.group === left && row.label === 1).kind;
    const reader = kind === 'indirect' ? 'read' : 'typed';
    const benign = [];
    const attacks = [];
    for (const half of BENIGN_HALVES) {
      const model = modelFor(reader, left, half);
      const score = (row) => Math.max(...row.windows.map((features) => scoreRow(model, features)));
      for (const row of publicRows) {
        if (row.label === 0 && half.includes(row.group) && !(reader === 'read' && isSpoken(row)))
          benign.push({ score: score(row), row });
        if (row.label === 1 && row.group === left) attacks.push({ score: score(row), row });
      }
    }
    const scores = (kindOfRow) =>
      benign.filter(({ row }) => row.kind === kindOfRow).map((entry) => entry.score);
    const ordinary = scores('benign');
    const trigger = scores('benign-trigger');
    const above = (threshold) => (value) => value > threshold;
    const share = (list, threshold) => list.filter(above(threshold)).length / list.length;
    const threshold = thresholdAt(ordinary, 0.01);
    const strict = Math.max(threshold, thresholdAt(trigger, 0.05));
    const found = attacks.map((entry) => entry.score);
    return {
      source: left,
      kind,
      rows: attacks.length / BENIGN_HALVES.length,
      recallAtOnePercent: share(found, threshold),
      triggerAlarms: share(trigger, threshold),
      recallAtBothLimits: share(found, strict),
      auc: areaUnderCurve(found, ordinary),
      aucTrigger: areaUnderCurve(found, trigger),
      threshold: strict,
    };
  });
}
