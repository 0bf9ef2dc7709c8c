import { describe, it } from '@jest/globals';
import { checkInterleavings } from '../approval-interleavings.js';

describe('an approval under 10,000 interleavings of two replicas', () => {
  it('is decided once, executed at most once, and all its copies agree', async () => {
    await checkInterleavings(10_000);
  }, 180_000);
});
