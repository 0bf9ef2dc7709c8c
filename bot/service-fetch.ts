import { createOutboundFetch } from '../core/kernel/outbound-fetch.js';
import type { Config } from './config.js';

/** What tools and notices reach: the services that are configured, and the hosts that the operator allows. */
export function createServiceFetch(config: Config): ReturnType<typeof createOutboundFetch> {
  const serviceHosts = new Set(
    [
      config.policy.opaUrl,
      config.github.apiUrl ?? 'https://api.github.com',
      config.notify.pagerDutyUrl ?? 'https://events.pagerduty.com',
      config.notify.telegramUrl ?? 'https://api.telegram.org',
      config.notify.webhookUrl,
    ].flatMap((url) => (url ? [new URL(url).hostname] : [])),
  );
  return createOutboundFetch(
    ({ hostname }) => config.outbound.hosts.includes(hostname) || serviceHosts.has(hostname),
  );
}
