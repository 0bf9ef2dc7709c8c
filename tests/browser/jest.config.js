import base from '../../jest.config.js';

/** The tests that drive a real browser; they run one after the other, as each is a heavy one. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/tests/browser'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 60_000,
};
