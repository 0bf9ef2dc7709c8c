import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { HttpModule } from '../../core/kernel/http-route.js';
import type { Activity } from '../../core/kernel/activity.js';
import type { Admission, Intake } from '../../core/kernel/intake.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { CardContent, ChannelPort } from '../../core/kernel/outbound-message.js';
import type { WebConversationStore } from '../../core/kernel/web-conversation-store.js';
import { DirectLine } from './direct-line.js';
import { directLineRoutes } from './direct-line-routes.js';
import { pageRoutes, type PassageView, type SamplePerson } from './page-routes.js';
import { createMessageUpdates } from '../message-updates.js';
import { WebSender } from './send.js';
import { StreamHub } from './stream-hub.js';
import { streamUpgrades } from './stream-upgrade.js';
import { withSubmitActions } from './submit-actions.js';
import { createTokenSigner } from './tokens.js';

export type { WebConversationStore } from '../../core/kernel/web-conversation-store.js';
export type { PassageView, SamplePerson } from './page-routes.js';

export interface WebAdapterOptions {
  intake: Intake;
  /** Counts a message against its sender's limits before it is taken in; undefined where nothing is counted. */
  admit?(message: Activity): Promise<Admission | undefined>;
  store: WebConversationStore;
  clock: Clock;
  logger: Logger;
  /** 32 bytes; signs conversation tokens, so it must outlive a restart and be shared by all processes. */
  tokenSecret: Buffer;
  /** The process's card renderer, of `cards/render.ts`; our ratings stand beside a card, not in it. */
  renderCard(content: CardContent, host: { nativeFeedback: boolean }): object;
  /** Sample people for the chat page; only shown, and only usable, where `allowAnonymous` holds. */
  people(): SamplePerson[] | Promise<SamplePerson[]>;
  openPassage(documentId: string, passageId: string, accountId: string): Promise<PassageView | undefined>;
  /** Serves `GET /`; off in production unless switched on. */
  chatPageEnabled: boolean;
  /** Development: programs on this machine start conversations without a secret, as whom they like. */
  allowAnonymous: boolean;
  /** With this key a company's own server makes tokens (`DIRECT_LINE_SECRET`). */
  directLineSecret?: string;
  /** Web origins besides loopback from which the anonymous may start conversations in development. */
  allowedOrigins?: string[];
  /** How clients of other machines reach us; without it the request's host is believed. */
  publicUrl?: string;
  /** The organisation to which web conversations belong. */
  channelTenantId?: string;
  botId?: string;
  botName?: string;
  /** Looks for messages of other processes this often, in ms; leave it out where there is only one process. */
  otherProcessesMs?: number;
}

/** Joins Direct Line, its streams and the chat page to the rest of Steward. */
export function createWebAdapter(options: WebAdapterOptions): {
  port: ChannelPort;
  http: HttpModule;
  close(): Promise<void>;
} {
  const { store, clock, logger } = options;
  const render = {
    botId: options.botId ?? 'steward',
    botName: options.botName ?? 'Steward',
    renderCard: (content: CardContent) => cardOrNothing(content, options),
  };
  const signer = createTokenSigner(options.tokenSecret);
  const verify = {
    signer,
    allowAnonymous: options.allowAnonymous,
    allowedOrigins: options.allowedOrigins ?? [],
    ...(options.directLineSecret && { directLineSecret: options.directLineSecret }),
  };
  const hub = new StreamHub(store, logger);
  const sender = new WebSender({ store, hub, updates: createMessageUpdates(clock), clock, render });
  const directLine = new DirectLine({
    intake: options.intake,
    ...(options.admit && { admit: options.admit }),
    channelTenantId: options.channelTenantId ?? 'web',
    store,
    hub,
    sender,
    clock,
    logger,
    render,
  });
  const streams = streamUpgrades({ hub, signer, clock, logger });
  const sweep =
    options.otherProcessesMs === undefined
      ? undefined
      : setInterval(() => hub.notifyAll(), options.otherProcessesMs).unref();
  const publicUrl = options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl };
  return {
    port: sender,
    http: {
      routes: [
        ...directLineRoutes({ directLine, store, verify, clock, logger, ...publicUrl }),
        ...(options.chatPageEnabled ? pageRoutes({ ...options, verify }) : []),
      ],
      upgrades: streams.upgrades,
    },
    close: async () => {
      clearInterval(sweep);
      await streams.close();
    },
  };
}

/** A card that cannot be made must not lose the message: its text is shown instead. */
function cardOrNothing(content: CardContent, options: WebAdapterOptions): object | undefined {
  try {
    const card = options.renderCard(content, { nativeFeedback: true });
    return withSubmitActions(card as JsonObject) as JsonObject;
  } catch (error) {
    options.logger.error(
      { template: content.template, reason: describeError(error) },
      'A card could not be rendered',
    );
    return undefined;
  }
}
