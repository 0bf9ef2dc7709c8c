import { describe, expect, it } from '@jest/globals';
import { JoinedReads } from './joined-reads.js';

const records = [
  { _id: 'a', tags: ['first'] },
  { _id: 'b', tags: ['second'] },
];

describe('reads that come at the same time', () => {
  it('are one read, each answered with its own record or none', async () => {
    const reads = new JoinedReads();
    const asked: string[][] = [];
    const read = async (values: string[]) => {
      asked.push(values);
      return records.filter(({ _id }) => values.includes(_id));
    };
    const one = (value: string) => reads.one('things', '_id', value, read);
    const [a, b, none, again] = await Promise.all([one('a'), one('b'), one('c'), one('a')]);
    expect([a, b, none]).toEqual([records[0], records[1], undefined]);
    expect(again).toEqual(a);
    expect(again).not.toBe(a);
    expect(await one('b')).toEqual(records[1]);
    expect(asked).toEqual([['a', 'b', 'c'], ['b']]);
  });

  it('of different kinds are read apart', async () => {
    const reads = new JoinedReads();
    const of = (kind: string) => reads.one(kind, '_id', 'a', async () => [{ _id: 'a', kind }]);
    expect(await Promise.all([of('x'), of('y')])).toEqual([
      { _id: 'a', kind: 'x' },
      { _id: 'a', kind: 'y' },
    ]);
  });

  it('all fail when their read does, and the next ones are asked anew', async () => {
    const reads = new JoinedReads();
    let isAway = true;
    const read = async () => {
      if (isAway) throw new Error('The store is away.');
      return records;
    };
    const failed = await Promise.allSettled(['a', 'b'].map((id) => reads.one('things', '_id', id, read)));
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    expect(await reads.one('things', '_id', 'b', read)).toEqual(records[1]);
  });
});
