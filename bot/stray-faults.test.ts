import { EventEmitter } from 'node:events';
import { expect, it } from '@jest/globals';
import { silentLogger } from '../core/kernel/logger.js';
import { logStrayFaults } from './stray-faults.js';

it('tells of a rejection that nobody waited for and goes on, and ends at an exception that nothing caught', () => {
  const process = new EventEmitter();
  const told: string[] = [];
  const logger = {
    ...silentLogger,
    error: (fields: unknown, text: string) => void told.push(`${JSON.stringify(fields)} ${text}`),
  };
  let ends = 0;
  logStrayFaults(process, logger, () => (ends += 1));
  process.emit('unhandledRejection', new Error('the store went away'));
  expect(told.join()).toContain('the store went away');
  expect(ends).toBe(0);
  process.emit('uncaughtException', new Error('broken state'));
  expect(told.join()).toContain('broken state');
  expect(ends).toBe(1);
});
