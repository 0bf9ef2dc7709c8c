import { createConversationQueue } from '../../bot/turn/conversation-queue.js';
import type { IntakeDependencies } from '../../bot/turn/intake.js';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import type { Replica } from '../../storage/mongo/replicas.js';

/** What an intake needs that is the only process, where nothing has to wait and nothing is sent. */
export const intakeDependencies = (): Omit<IntakeDependencies, 'inbox' | 'run'> => ({
  ownership: {
    ownerOf: () => Promise.resolve('me'),
    releaseIdle: () => Promise.resolve(),
    releaseAll: () => Promise.resolve(),
    releaseDead: () => Promise.resolve(),
  },
  queue: createConversationQueue(4),
  replica: {
    id: 'me',
    living: () => Promise.resolve(['me']),
    dead: (owners: string[]) => Promise.resolve(owners.filter((owner) => owner !== 'me')),
  } as unknown as Replica,
  tenantOf: () => 't1',
  sortOut: (activity) => Promise.resolve(activity),
  overtakes: () => false,
  stopWriting: () => Promise.resolve(),
  hasEnded: () => Promise.resolve(false),
  deliver: () => Promise.resolve(),
  settle: () => Promise.resolve(),
  mayWait: () => false,
  tellBusy: () => Promise.resolve(),
  clock: systemClock,
  logger: silentLogger,
  metrics: noMetrics,
});
