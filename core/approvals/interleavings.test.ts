import { describe, it } from '@jest/globals';
import { checkInterleavings } from '../../tests/approval-interleavings.js';

describe('an approval under any interleaving of two replicas', () => {
  it('is decided once, executed at most once, and all its copies agree', async () => {
    await checkInterleavings(250);
  });
});
