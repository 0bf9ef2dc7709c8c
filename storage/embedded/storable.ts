import { Timestamp } from 'bson';
import { ARRAY, EMBEDDED, TIMESTAMP, walk, type Doc } from './bson.js';
import { StoreError } from './errors.js';

/** MongoDB keeps 20 of its 200 levels for the commands around a document. */
const MOST_LEVELS = 180;

let lastSecond = 0;
let inSecond = 0;

/** A timestamp of now that no other has. */
export function nextTimestamp(now: Date): Timestamp {
  const second = Math.floor(now.getTime() / 1000);
  inSecond = second === lastSecond ? inSecond + 1 : 1;
  lastSecond = second;
  return new Timestamp({ t: second, i: inSecond });
}

/**
 * A document that came to be inserted, as it may be stored: the server's time stands in place of empty timestamps at the top,
 * and what is nested too deep is refused.
 */
export function storable(raw: Buffer, now: Date): Buffer {
  let result = raw;
  walk(raw, ({ type, start }, nameStart, nameStop) => {
    if (type === EMBEDDED || type === ARRAY) checkDepth(raw, start);
    if (type !== TIMESTAMP || raw.readBigUInt64LE(start) !== 0n) return;
    if (raw.toString('latin1', nameStart, nameStop) === '_id') return;
    if (result === raw) result = Buffer.from(raw);
    const { t, i } = nextTimestamp(now);
    result.writeUInt32LE(i, start);
    result.writeUInt32LE(t, start + 4);
  });
  return result;
}

/** The same of a replacement's fields. */
export function withTimes(doc: Doc, now: Date): Doc {
  for (const [name, value] of Object.entries(doc))
    if (name !== '_id' && value instanceof Timestamp && value.isZero()) doc[name] = nextTimestamp(now);
  return doc;
}

/** Refuses what is nested too deep, so that nothing is stored that cannot be read again. */
export function checkDepth(bytes: Buffer, from = 0): void {
  let level = [from];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS)
      throw new StoreError(
        15,
        `Document exceeds maximum nesting depth of ${MOST_LEVELS}: make it flatter, or keep its parts in documents of their own`,
      );
    const next: number[] = [];
    for (const start of level)
      walk(bytes.subarray(start), (element) => {
        if (element.type === EMBEDDED || element.type === ARRAY) next.push(start + element.start);
      });
    level = next;
  }
}
