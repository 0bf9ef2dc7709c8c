import fast from './jest.config.js';

/** Suites that take longer than a minute or need the built server: chaos, fuzzing, generated cases. */
export default {
  ...fast,
  roots: ['<rootDir>/tests/slow', '<rootDir>/tests/chaos'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  testTimeout: 600_000,
  maxWorkers: 1,
};
