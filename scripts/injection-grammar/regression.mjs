import { createRandom } from './expand.mjs';

/**
 * Logistic regression on sparse rows by AdaGrad with L2, written out so that training needs nothing but Node.
 * @param rows `{features: {slots, values}, label, weight}`
 * @returns weights per slot and the bias.
 */
export function trainRegression(rows, slots, { epochs = 6, rate = 0.08, l2 = 2e-6, seed = 7 } = {}) {
  const weights = new Float32Array(slots);
  const history = new Float32Array(slots).fill(1e-3);
  let bias = 0;
  let biasHistory = 1e-3;
  const random = createRandom(seed);
  const order = rows.map((_, index) => index);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(random() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    for (const index of order) {
      const { features, label, weight } = rows[index];
      let sum = bias;
      const { slots: at, values } = features;
      for (let k = 0; k < at.length; k += 1) sum += weights[at[k]] * values[k];
      const error = (1 / (1 + Math.exp(-sum)) - label) * weight;
      for (let k = 0; k < at.length; k += 1) {
        const slot = at[k];
        const gradient = error * values[k] + l2 * weights[slot];
        history[slot] += gradient * gradient;
        weights[slot] -= (rate * gradient) / Math.sqrt(history[slot]);
      }
      biasHistory += error * error;
      bias -= (rate * error) / Math.sqrt(biasHistory);
    }
  }
  return { weights, bias };
}

export function scoreRow({ weights, bias }, { slots, values }) {
  let sum = bias;
  for (let k = 0; k < slots.length; k += 1) sum += weights[slots[k]] * values[k];
  return sum;
}

/** Threshold that at most `rate` of the scores exceed. */
export function thresholdAt(scores, rate) {
  const sorted = [...scores].sort((a, b) => b - a);
  const allowed = Math.floor(sorted.length * rate);
  return sorted[Math.min(allowed, sorted.length - 1)] ?? Infinity;
}

/** Area under the ROC curve by ranks; ties count half. */
export function areaUnderCurve(positive, negative) {
  const all = [...positive.map((score) => [score, 1]), ...negative.map((score) => [score, 0])].sort(
    (a, b) => a[0] - b[0],
  );
  let rankSum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end][0] === all[start][0]) end += 1;
    for (let k = start; k < end; k += 1) if (all[k][1] === 1) rankSum += (start + end + 1) / 2;
    start = end;
  }
  const n = positive.length;
  return (rankSum - (n * (n + 1)) / 2) / (n * negative.length);
}
