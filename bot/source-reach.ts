import { createAddressCheck, createGuardedFetch } from '../core/knowledge/sources/guarded-fetch.js';
import type { SourceReach } from '../core/knowledge/sources/run-source.js';
import type { Config } from './config.js';

/** What sources may reach, from the configuration. */
export function sourceReach({ knowledge }: Config): SourceReach {
  const { folder, folders, hosts, privateHosts, gitTokens } = knowledge;
  return {
    fetch: createGuardedFetch({ hosts, privateHosts }),
    gitHosts: [...hosts, ...privateHosts],
    gitAddresses: createAddressCheck({ privateHosts }),
    ...(gitTokens ? { gitTokens } : {}),
    folders: [...folders, ...(folder ? [folder] : [])],
  };
}
