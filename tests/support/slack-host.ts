import { readFileSync } from 'node:fs';
import {
  createSlackAdapter,
  type SlackAdapter,
  type SlackAdapterOptions,
} from '../../adapters/slack/index.js';
import type { SlackInstallation } from '../../adapters/slack/installation.js';
import type { JoinedAs } from '../../adapters/slack/options.js';
import { createServer } from '../../bot/server.js';
import { createCardRenderer } from '../../cards/render.js';
import { systemClock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { JsonObject } from '../../core/kernel/json.js';
import { silentLogger, type LogFields, type Logger } from '../../core/kernel/logger.js';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { createScriptedIntake, type ScriptedIntake } from '../fakes/scripted-intake.js';
import { startSlack, type Outgoing, type SlackFake, type SlackFakeOptions } from '../fakes/slack.js';

export const BOT_TOKEN = 'xoxb-acme';

export interface SlackHost {
  adapter: SlackAdapter;
  slack: SlackFake;
  intake: ScriptedIntake;
  references: ConversationReference[];
  installations: Map<string, SlackInstallation>;
  /** Lines that an operator would see at `warn` and above, with their fields. */
  warnings: { message: string; fields: LogFields }[];
  /** Sends something signed to the bot's endpoint. */
  send(body: Outgoing): ReturnType<SlackFake['send']>;
  url: string;
  close(): Promise<void>;
}

/** A Slack adapter behind the product's own web server, with a scripted pipeline and Slack on loopback. */
export async function startSlackHost(
  script: Parameters<typeof createScriptedIntake>[0] = {},
  options: Partial<SlackAdapterOptions> & { installed?: Record<string, SlackInstallation> } = {},
  fakeOptions: SlackFakeOptions = {},
): Promise<SlackHost> {
  const slack = await startSlack(fakeOptions);
  const intake = createScriptedIntake(script);
  const references: ConversationReference[] = [];
  const warnings: SlackHost['warnings'] = [];
  const note = (fields: LogFields, message: string): void => {
    warnings.push({ message, fields });
  };
  const logger: Logger = { ...silentLogger, warn: note, error: note, child: () => logger };
  const installations = new Map<string, SlackInstallation>(Object.entries(options.installed ?? {}));
  const threads = new Map<string, JoinedAs>();
  const payloads = new Map<string, JsonObject>();
  const claims = new Set<string>();
  const adapter = createSlackAdapter({
    intake,
    clock: systemClock,
    logger,
    metrics: noMetrics,
    credentials: { signingSecret: slack.signingSecret, botToken: BOT_TOKEN },
    installations: {
      find: async (key) => installations.get(key),
      save: async (key, installation) => {
        installations.set(key, installation);
        claims.delete(key);
      },
      remove: async (key) => {
        installations.delete(key);
      },
      claimRefresh: async (key) => {
        if (claims.has(key)) return false;
        claims.add(key);
        return true;
      },
    },
    references: {
      save: async (reference) => {
        references.push(reference);
      },
      remove: async () => {},
    },
    threads: {
      find: async (key) => threads.get(key),
      add: async (key, as) => {
        if (!threads.has(key)) threads.set(key, as);
        return threads.get(key) ?? as;
      },
    },
    payloads: {
      put: async (key, payload) => {
        payloads.set(key, payload);
      },
      get: async (key) => payloads.get(key),
    },
    fetch: createOutboundFetch(() => true),
    renderCard: createCardRenderer(),
    texts: {
      stillWorking: () => 'Still working on it.',
      failed: () => 'That did not work. Please try again.',
      unknown: () => 'I do not know this button any more.',
      install: (outcome, locale, number) => ({ title: outcome, text: `${locale} ${number}`, link: 'Go on' }),
      inMessages: () => 'Look at the messages.',
      formTooLate: () => 'The form came too late. Press the button again.',
      formHere: () => 'Fill it in here instead.',
      answeredInPrivate: () => 'I may not write there, so this is for you alone.',
      title: 'Steward',
    },
    stateSecret: 'state-secret',
    scopes: ['chat:write', 'im:history'],
    apiUrl: slack.apiUrl,
    ...options,
  });
  intake.sortWith(adapter.port.sortOut);
  const server = createServer({
    modules: [adapter.http],
    clock: systemClock,
    logger: silentLogger,
    metrics: noMetrics,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  return {
    adapter,
    slack,
    intake,
    references,
    installations,
    warnings,
    url,
    send: async (body) => {
      const reply = await slack.send(`${url}/slack/events`, body);
      await intake.sortedAll();
      return reply;
    },
    close: async () => {
      await adapter.close();
      await server.close(0);
      await slack.close();
    },
  };
}

/** One of the payloads in tests/fixtures/slack, afresh. */
export function slackFixture(name: string): Record<string, unknown> {
  return JSON.parse(
    readFileSync(shippedFile('tests', 'fixtures', 'slack', `${name}.json`), 'utf8'),
  ) as Record<string, unknown>;
}

/** A fixture of an event with some members of the inner event changed. */
export function slackEvent(
  name: string,
  changes: Record<string, unknown> = {},
): { event: Record<string, unknown> } {
  const envelope = slackFixture(name);
  return { event: { ...envelope, event: { ...(envelope.event as object), ...changes } } };
}
