import { ESCALATION_REASONS } from '../core/approvals/escalation.js';
import { loadEscalationChains } from '../core/approvals/load-chains.js';
import { loadPolicyFolder } from '../core/governance/policy/load-policy.js';
import { groupsOf, namedGroups } from '../core/governance/policy/named-groups.js';
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
import { isSlackConfigured } from './compose-slack.js';
import type { Config } from './config.js';

const SAMPLE_POLICIES = shippedFile('samples', 'policies');
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
 * Beside people of a real channel nothing waits for somebody of the sample company: nobody would ever see it.
 */
export function createPeopleSource(config: Config, options: PeopleSourceOptions): PeopleRefresh | undefined {
  const { orgFile, graph } = config.people;
  if (graph.clientId) {
    const read = graphReader(config, options.clock);
    return createPeopleRefresh({ source: 'graph', read, maxAgeMs: 2 * HOUR_MS, ...options });
  }
  if (!orgFile && config.environment === 'production') return undefined;
  const read = async (): Promise<Organisation> => {
    if (orgFile) return loadOrganisationFile(orgFile);
    const sample = await loadOrganisationFile(SAMPLE_ORGANISATION);
    return hasRealPeople(config) ? withoutSay(sample) : sample;
  };
  const sample = async (): Promise<Set<string>> =>
    new Set((await loadOrganisationFile(SAMPLE_ORGANISATION)).people.map(({ id }) => id));
  return createPeopleRefresh({ source: 'file', read, maxAgeMs: 24 * HOUR_MS, sample, ...options });
}

/** They stay on the chat page, as employees who decide nothing, are called for nothing and lead nobody. */
const withoutSay = ({ people }: Organisation): Organisation => ({
  people: people.map(({ managerId: _managerId, ...person }) => ({
    ...person,
    roles: ['viewer'],
    groups: [],
  })),
  schedules: [],
});

const hasRealPeople = (config: Config): boolean =>
  isSlackConfigured(config) || config.teams.appId !== undefined;

/** Besides people and roles it reads the groups that approval rules, policies and escalation chains name. */
function graphReader({ people, policy }: Config, clock: Clock): () => Promise<Organisation> {
  const { clientId = '', tenantId = '', clientSecret, certificateFile, url } = people.graph;
  const hosts = [...GRAPH_HOSTS, ...(url ? [new URL(url).hostname] : [])];
  const fetch: OutboundFetch = createOutboundFetch(({ hostname }) => hosts.includes(hostname));
  const certificatePem = certificateFile ? readFileSync(certificateFile, 'utf8') : undefined;
  const token = createGraphToken({ tenantId, clientId, clientSecret, certificatePem }, fetch);
  return async () => {
    const folder = policy.folder ?? SAMPLE_POLICIES;
    const chainFor = await loadEscalationChains(folder, SAMPLE_POLICIES);
    const called = ESCALATION_REASONS.flatMap((reason) => chainFor(reason).steps).flatMap(
      ({ notify }) => notify,
    );
    const groups = new Set([...namedGroups(await loadPolicyFolder(folder)), ...groupsOf(called)]);
    return createGraphDirectory({ fetch, token, clock, url, groups: [...groups] })();
  };
}
