import { describe, it } from '@jest/globals';
import { checkInterleavings } from '../approval-interleavings.js';
import { writeFigures } from '../support/write-figures.js';

describe('an approval under 10,000 interleavings of two replicas', () => {
  it('is decided once, executed at most once, and all its copies agree', async () => {
    const tried = 10_000;
    const started = performance.now();
    const seed = await checkInterleavings(tried);
    writeFigures(
      'approval-interleavings',
      'Approvals: interleavings',
      'npm run test:slow -- tests/slow/approval-interleavings',
      [
        ['random interleavings tried, on two replicas, each read and write in a random order', tried],
        [
          'of them with one decision, at most one execution, copies that agree, an audit that verifies',
          tried,
        ],
        ['seed', String(seed)],
        ['took', `${Math.round((performance.now() - started) / 1_000)} s`],
      ],
    );
  }, 900_000);
});
