import { isShippable } from './corpus.mjs';
import { areaUnderCurve, scoreRow, thresholdAt, trainRegression } from './regression.mjs';

/** Benign sources are left out by halves, so that no threshold is taken from a source the model has seen. */
const BENIGN_HALVES = [
  ['banking77', 'bipia/email', 'sourcegraph-handbook'],
  ['bfcl', 'squad2/questions', 'awesome-chatgpt-prompts', 'bipia/table', 'bipia/code'],
];

const groupsOf = (rows, label) => [
  ...new Set(rows.filter((row) => row.label === label).map((row) => row.group)),
];

/**
 * Leave-one-source-out: for each attack source a model that has seen neither it nor the benign source it is measured
 * against. @returns one row per attack source with recall at 1 % false alarms on ordinary benign text.
 */
export function leaveSourcesOut(publicRows, pieces, ownRows, slots, options) {
  const shippable = [...publicRows.filter(isShippable), ...pieces];
  return groupsOf(publicRows, 1).map((left) => {
    const benign = [];
    const attacks = [];
    for (const half of BENIGN_HALVES) {
      const seen = shippable.filter((row) => row.group !== left && !half.includes(row.group));
      const model = trainRegression([...ownRows, ...seen], slots, options);
      const score = (row) => Math.max(...row.windows.map((features) => scoreRow(model, features)));
      for (const row of publicRows) {
        if (row.label === 0 && half.includes(row.group)) benign.push({ score: score(row), row });
        if (row.label === 1 && row.group === left) attacks.push({ score: score(row), row });
      }
    }
    const scores = (kind) => benign.filter(({ row }) => row.kind === kind).map((entry) => entry.score);
    const ordinary = scores('benign');
    const trigger = scores('benign-trigger');
    const above = (threshold) => (value) => value > threshold;
    const share = (list, threshold) => list.filter(above(threshold)).length / list.length;
    const threshold = thresholdAt(ordinary, 0.01);
    const strict = Math.max(threshold, thresholdAt(trigger, 0.05));
    const found = attacks.map((entry) => entry.score);
    return {
      source: left,
      kind: attacks[0].row.kind,
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
