import { existsSync } from 'node:fs';
import fast from './jest.config.js';

/** Suites that take longer than a minute or need the built server: chaos, fuzzing, generated cases. */
export default {
  ...fast,
  roots: ['tests/slow', 'tests/chaos']
    .filter((folder) => existsSync(folder))
    .map((folder) => `<rootDir>/${folder}`),
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  testTimeout: 600_000,
  // They wait more than they work.
  maxWorkers: 2,
};
