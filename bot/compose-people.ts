import { readFileSync } from 'node:fs';
import { createGraphToken } from '../core/governance/identity/entra-token.js';
import { createGraphDirectory } from '../core/governance/identity/graph-directory.js';
import { loadOrganisationFile } from '../core/governance/identity/load-organisation.js';
import type { Organisation } from '../core/governance/identity/organisation-file.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import { createPeopleRefresh, type PeopleRefresh } from '../core/governance/identity/refresh-people.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import { createOutboundFetch, type OutboundFetch } from '../core/kernel/outbound-fetch.js';
import { shippedFile } from '../core/kernel/package-root.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { Config } from './config.js';

export const SAMPLE_ORGANISATION = shippedFile('samples', 'organisation.yaml');

const HOUR_MS = 3_600_000;
/** Microsoft's own hosts; `MICROSOFT_GRAPH_URL` adds one. */
const GRAPH_HOSTS = ['login.microsoftonline.com', 'graph.microsoft.com'];

export interface PeopleSourceOptions {
  people: PeopleRepository;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/**
 * Where the home tenant's people come from: Microsoft Graph, else the organisation file, else (outside production) the sample
 * company, so that the chat page has somebody to speak as. Undefined when people are only known by their channels.
 */
export function createPeopleSource(config: Config, options: PeopleSourceOptions): PeopleRefresh | undefined {
  const { orgFile, graph } = config.people;
  if (graph.clientId) {
    const read = graphReader(config, options.clock);
    return createPeopleRefresh({ source: 'graph', read, maxAgeMs: 2 * HOUR_MS, ...options });
  }
  const file = orgFile ?? (config.environment === 'production' ? undefined : SAMPLE_ORGANISATION);
  if (!file) return undefined;
  const read = (): Promise<Organisation> => loadOrganisationFile(file);
  return createPeopleRefresh({ source: 'file', read, maxAgeMs: 24 * HOUR_MS, ...options });
}

function graphReader({ people }: Config, clock: Clock): () => Promise<Organisation> {
  const { clientId = '', tenantId = '', clientSecret, certificateFile, url } = people.graph;
  const hosts = [...GRAPH_HOSTS, ...(url ? [new URL(url).hostname] : [])];
  const fetch: OutboundFetch = createOutboundFetch(({ hostname }) => hosts.includes(hostname));
  const certificatePem = certificateFile ? readFileSync(certificateFile, 'utf8') : undefined;
  const token = createGraphToken({ tenantId, clientId, clientSecret, certificatePem }, fetch);
  return createGraphDirectory({ fetch, token, clock, url });
}
