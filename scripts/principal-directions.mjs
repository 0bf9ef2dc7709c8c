const ROUNDS = 60;

/**
 * The directions along which vectors differ most, by orthogonal iteration from the first axes.
 * @param {Float32Array[]} vectors of one size; at least one.
 * @param {number} count of directions.
 * @returns {{ mean: Float32Array, directions: Float64Array[] }} what they have in common, and directions of unit length, the
 *   one that tells most first.
 */
export function principalDirections(vectors, count) {
  const size = vectors[0].length;
  const mean = new Float32Array(size);
  for (const vector of vectors) for (let at = 0; at < size; at += 1) mean[at] += vector[at] / vectors.length;
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (const vector of vectors) {
    const centred = vector.map((value, at) => value - mean[at]);
    for (let row = 0; row < size; row += 1) {
      for (let at = 0; at < size; at += 1) covariance[row][at] += centred[row] * centred[at];
    }
  }

  let directions = Array.from({ length: count }, (_, row) =>
    Float64Array.from(
      { length: size },
      (__, at) => Number(at % count === row) + 1e-3 * Math.cos(at * (row + 1)),
    ),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    directions = directions.map((one) =>
      Float64Array.from(covariance, (row) => row.reduce((sum, value, at) => sum + value * one[at], 0)),
    );
    for (const [row, one] of directions.entries()) {
      for (const before of directions.slice(0, row)) {
        const common = one.reduce((sum, value, at) => sum + value * before[at], 0);
        for (let at = 0; at < size; at += 1) one[at] -= common * before[at];
      }
      const length = Math.hypot(...one);
      for (let at = 0; at < size; at += 1) one[at] /= length;
    }
  }
  return { mean, directions };
}
