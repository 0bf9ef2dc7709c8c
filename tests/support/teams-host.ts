import {
  createTeamsAdapter,
  type TeamsAdapter,
  type TeamsAdapterOptions,
} from '../../adapters/teams/index.js';
import { createServer } from '../../bot/server.js';
import { systemClock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { silentLogger, type LogFields, type Logger } from '../../core/kernel/logger.js';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { createScriptedIntake, type ScriptedIntake } from '../fakes/scripted-intake.js';

export interface TeamsHost {
  adapter: TeamsAdapter;
  intake: ScriptedIntake;
  references: { saved: ConversationReference[]; removed: ConversationReference[] };
  /** Lines that an operator would see at `warn` and above, with their fields. */
  warnings: { message: string; fields: LogFields }[];
  /** Posts to the bot's endpoint; an object is sent as JSON. */
  post(body: unknown, headers?: Record<string, string>): Promise<{ status: number; body: unknown }>;
  url: string;
  close(): Promise<void>;
}

/** A Teams adapter behind the product's own web server, with a scripted pipeline. */
export async function startTeamsHost(
  script: Parameters<typeof createScriptedIntake>[0] = {},
  options: Partial<TeamsAdapterOptions> = {},
): Promise<TeamsHost> {
  const intake = createScriptedIntake(script);
  const references: TeamsHost['references'] = { saved: [], removed: [] };
  const warnings: TeamsHost['warnings'] = [];
  const note = (fields: LogFields, message: string): void => {
    warnings.push({ message, fields });
  };
  const logger: Logger = { ...silentLogger, warn: note, error: note, child: () => logger };
  const adapter = createTeamsAdapter({
    intake,
    clock: systemClock,
    logger,
    metrics: noMetrics,
    credentials: { appType: 'SingleTenant' },
    references: {
      save: async (reference) => {
        references.saved.push(reference);
      },
      remove: async (reference) => {
        references.removed.push(reference);
      },
    },
    fetch: createOutboundFetch(() => true),
    renderCard: ({ template, data }) => ({
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: template, id: JSON.stringify(data) }],
    }),
    stillWorkingText: () => 'Still working on it.',
    failedText: () => 'That did not work. Please try again.',
    ...options,
  });
  const server = createServer({
    modules: [adapter.http],
    clock: systemClock,
    logger: silentLogger,
    metrics: noMetrics,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}/api/messages`;
  return {
    adapter,
    intake,
    references,
    warnings,
    url,
    post: async (body, headers = {}) => {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: isRaw ? (body as string) : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
    close: async () => {
      await adapter.close();
      await server.close(0);
    },
  };
}
