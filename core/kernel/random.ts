import { randomFillSync } from 'node:crypto';

/** Drawn for many uses at once, since each draw is a call into the system; none is used twice, and none stays here after its use. */
const drawn = Buffer.alloc(4_096);
let used = drawn.length;

/** @param count of bytes that nobody can guess; at most 64. */
export function smallRandom(count: number): Buffer {
  if (used + count > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const bytes = Buffer.from(drawn.subarray(used, used + count));
  drawn.fill(0, used, used + count);
  used += count;
  return bytes;
}
