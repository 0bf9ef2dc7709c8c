import { describe, expect, it } from '@jest/globals';
import { SlotSet } from './hashing.js';

describe('a set of slots', () => {
  it('is empty after each clearing, however often it was cleared', () => {
    const slots = new SlotSet();
    for (let round = 0; round < 1_000; round += 1) {
      slots.clear();
      for (const slot of [7, 1_000 + round, 7]) slots.add(slot);
      expect(slots.members).toEqual([7, 1_000 + round]);
    }
  });
});
