import type { Steward } from './compose.js';
import { isSlackConfigured } from './compose-slack.js';
import type { Config } from './config.js';
import { namesNobody } from './nobody-decides.js';

export interface BannerFacts {
  config: Config;
  steward: Steward;
  address: { port: number; host: string };
  startedInMs: number;
}

/** What a person reads when Steward is ready: where to click, what to try, what is in use. */
export function banner({ config, steward, address, startedInMs }: BannerFacts): string {
  const base = config.server.publicUrl ?? `http://localhost:${address.port}`;
  const { documents } = steward.knowledge.size();
  const store = steward.store.isEmbedded
    ? `built-in store in ${config.dataDir} (production wants MONGODB_URI)`
    : 'MongoDB';
  const model =
    config.models.apiKey || config.models.baseUrl || config.models.azure.endpoint
      ? 'configured endpoint'
      : 'offline (answers are quoted)';
  return [
    '',
    `  Steward is ready in ${(startedInMs / 1000).toFixed(1)} s`,
    '',
    ...(config.server.chatPage ? [`  Chat        ${base}/`] : []),
    `  Teams       ${base}/api/messages${config.teams.appId ? '' : '   (test clients on this machine)'}`,
    ...(isSlackConfigured(config)
      ? [`  Slack       ${config.slack.appToken ? 'Socket Mode' : `${base}/slack/events`}`]
      : []),
    `  Direct Line ${base}/directline`,
    `  Health      ${base}/readyz   Metrics ${base}/metrics`,
    '',
    `  Knowledge   ${documents} documents${steward.source.isSample ? ' of the sample handbook; set STEWARD_KNOWLEDGE_DIR to your own folder' : ''}`,
    `  Store       ${store}`,
    `  Model       ${model}`,
    ...(namesNobody(config)
      ? ['  Admins      nobody is named: set STEWARD_ADMINS, or nobody can decide']
      : []),
    '',
    ...(config.server.chatPage
      ? [
          '  Try: “How many days of parental leave do I get?”',
          '       “please raise a laptop request for Priya, 16 inch, cost centre 4711”',
          '',
        ]
      : []),
  ].join('\n');
}
