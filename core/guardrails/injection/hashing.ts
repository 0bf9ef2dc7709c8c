/** Size of the hashed feature space; the weights file has one number per slot. */
export const FEATURE_SLOTS = 1 << 20;

export const PRIME = 0x01000193;

/** FNV-1a over UTF-16 units, from a seed that names the kind of feature. */
export function rawHash(text: string, seed: number): number {
  let value = seed;
  for (let position = 0; position < text.length; position += 1) {
    value = Math.imul(value ^ text.charCodeAt(position), PRIME);
  }
  return value;
}

export const toSlot = (value: number): number => ((value ^ (value >>> 15)) >>> 0) % FEATURE_SLOTS;

/** Order matters: (a, b) and (b, a) differ. */
export const mix = (left: number, right: number): number =>
  Math.imul(left ^ (right + 0x9e3779b9 + (left << 6)), PRIME);

export const SEED = {
  word: 0x811c9dc5,
  pair: 0x1234567,
  skip: 0x7654321,
  chars: 0x2b3c4d5,
  concept: 0x5a5a5a5,
  shape: 0x3c3c3c3,
};

/** So many times a set is emptied before its stamps are wiped. */
const GENERATIONS = 0xff;

/** A set of slots that is emptied in no time; one is reused for many texts. A byte for each slot: four would miss the caches. */
export class SlotSet {
  private readonly stamps = new Uint8Array(FEATURE_SLOTS);
  private generation = 0;
  readonly members: number[] = [];

  clear(): void {
    if (this.generation === GENERATIONS) {
      this.stamps.fill(0);
      this.generation = 0;
    }
    this.generation += 1;
    this.members.length = 0;
  }

  add(slot: number): void {
    if (this.stamps[slot] === this.generation) return;
    this.stamps[slot] = this.generation;
    this.members.push(slot);
  }
}
