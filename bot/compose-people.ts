import { createPeopleRefresh, type PeopleRefresh } from '../core/governance/identity/refresh-people.js';
import { loadOrganisationFile } from '../core/governance/identity/load-organisation.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import { shippedFile } from '../core/kernel/package-root.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { Config } from './config.js';

export const SAMPLE_ORGANISATION = shippedFile('samples', 'organisation.yaml');

const HOUR_MS = 3_600_000;

export interface PeopleSourceOptions {
  people: PeopleRepository;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/**
 * Where the home tenant's people come from: the organisation file, else (outside production) the sample company, so that the
 * chat page has somebody to speak as. Undefined when people are only known by the channels they write from.
 */
export function createPeopleSource(config: Config, options: PeopleSourceOptions): PeopleRefresh | undefined {
  const { orgFile } = config.people;
  const file = orgFile ?? (config.environment === 'production' ? undefined : SAMPLE_ORGANISATION);
  if (!file) return undefined;
  return createPeopleRefresh({
    source: 'file',
    read: () => loadOrganisationFile(file),
    maxAgeMs: 24 * HOUR_MS,
    ...options,
  });
}
