import { expect, it } from '@jest/globals';
import type { VectorEntry, VectorIndex } from '../../core/knowledge/index/vector-index.js';

const unit = (...values: number[]): Float32Array => {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
};

const EAST: VectorEntry = { id: 'east', vector: unit(1, 0, 0, 0) };
const NORTH: VectorEntry = { id: 'north', vector: unit(0, 1, 0, 0) };
const NORTH_EAST: VectorEntry = { id: 'north-east', vector: unit(1, 1, 0, 0) };

/** What every vector index does. `make` gives an empty one. */
export function vectorIndexContract(make: () => Promise<VectorIndex>): void {
  it('finds the nearest first, with their cosines', async () => {
    const index = await make();
    await index.put([EAST, NORTH, NORTH_EAST]);
    const hits = await index.search(unit(1, 0.1, 0, 0), 2);
    expect(hits.map(({ id }) => id)).toEqual(['east', 'north-east']);
    expect(hits[0]?.score).toBeCloseTo(0.995, 3);
    await index.close();
  });

  it('finds nothing while it is empty', async () => {
    const index = await make();
    expect(await index.search(unit(1, 0, 0, 0), 3)).toEqual([]);
    expect(await index.count()).toBe(0);
    await index.close();
  });

  it('replaces a vector that is put again', async () => {
    const index = await make();
    await index.put([EAST, NORTH]);
    await index.put([{ id: 'east', vector: unit(0, 0, 1, 0) }]);
    expect(await index.count()).toBe(2);
    expect((await index.search(unit(1, 0.5, 0, 0), 1))[0]?.id).toBe('north');
    await index.close();
  });

  it('forgets what is removed and passes over unknown ids', async () => {
    const index = await make();
    await index.put([EAST, NORTH, NORTH_EAST]);
    await index.remove(['east', 'nobody']);
    expect(await index.count()).toBe(2);
    expect((await index.search(unit(1, 0, 0, 0), 3)).map(({ id }) => id)).toEqual(['north-east', 'north']);
    await index.close();
  });

  it('still finds enough when the nearest may not be shown', async () => {
    const index = await make();
    const many = Array.from({ length: 300 }, (_, at) => ({
      id: `n${at}`,
      vector: unit(1, at / 1_000, 0, 0),
    }));
    await index.put(many);
    const hits = await index.search(unit(1, 0, 0, 0), 2, (id) => Number(id.slice(1)) >= 200);
    expect(hits.map(({ id }) => id)).toEqual(['n200', 'n201']);
    await index.close();
  });

  it('tells the cosines of named entries and leaves unknown ones out', async () => {
    const index = await make();
    await index.put([EAST, NORTH]);
    const cosines = await index.similarities(unit(1, 0, 0, 0), ['north', 'east', 'nobody']);
    expect(cosines.get('east')).toBeCloseTo(1, 5);
    expect(cosines.get('north')).toBeCloseTo(0, 5);
    expect(cosines.has('nobody')).toBe(false);
    await index.close();
  });
}
