import type { ActivitySender } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import type { CardContent } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { InstallTexts } from './install-pages.js';
import type { AdaptiveCard } from '../../cards/adaptive-card.js';
import type { SlackInstallationStore } from './installation.js';

/** How the app is known to Slack; what is absent is switched off. */
export interface SlackCredentials {
  /** Checks what comes in over HTTP; without it the HTTP endpoint refuses everything. */
  signingSecret?: string;
  /** Bot token of the one workspace; without it tokens come from the installations. */
  botToken?: string;
  /** App-level token: switches Socket Mode on. */
  appToken?: string;
  clientId?: string;
  clientSecret?: string;
}

/** Where conversations are remembered, so that Steward can write into them later. */
export interface ConversationMemory {
  save(reference: ConversationReference): Promise<void>;
  remove(reference: ConversationReference): Promise<void>;
}

/** Through which workspace, and as whom, Steward takes part in a thread. */
export interface JoinedAs {
  teamId?: string;
  isOrgInstall?: boolean;
  botUserId?: string;
}

/** Threads of channels that Steward takes part in: there it is addressed without a mention. */
export interface ThreadMemory {
  find(threadKey: string): Promise<JoinedAs | undefined>;
  /** @returns as whom: what stood there before stays. */
  add(threadKey: string, as: JoinedAs): Promise<JoinedAs>;
}

/** Contents of buttons that are too large for Slack to carry; the key is made from the content. */
export interface PayloadMemory {
  put(key: string, payload: JsonObject): Promise<void>;
  get(key: string): Promise<JsonObject | undefined>;
}

/** A button that shows what a line stands for. */
export interface HomeButton {
  title: string;
  verb: string;
  data: JsonObject;
}

/** What a person's Home tab shows, in words that are ready to be read. */
export interface HomeContent {
  title: string;
  text: string;
  sections: {
    title: string;
    empty: string;
    items: { title: string; detail: string; state?: string; open?: HomeButton }[];
    /** Says that there are more than are shown, and how to see them. */
    more?: string;
  }[];
  promptsTitle: string;
  prompts: { title: string; prompt: string }[];
}

/** Fixed words that the adapter itself says; the locale is BCP 47, if known. */
export interface SlackTexts {
  /** A click takes longer, and its result follows. */
  stillWorking(locale: string | undefined): string;
  failed(locale: string | undefined): string;
  /** Stands above an answer that could not be given where it was asked for. */
  answeredInPrivate(locale: string | undefined): string;
  /** The pages at the end of an installation. */
  install: InstallTexts;
  /** A button, a form or a shortcut means nothing (any more). */
  unknown(locale: string | undefined): string;
  /** What a click on the Home tab brought stands in the direct messages. */
  inMessages(locale: string | undefined): string;
  /** Slack did not open a form: its trigger lives three seconds. */
  formTooLate(locale: string | undefined): string;
  /** Stands above a form that is shown as a message, because its modal could not be opened. */
  formHere(locale: string | undefined): string;
  /** Title of modals that only say something. */
  title: string;
}

export interface SlackAdapterOptions {
  intake: Intake;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  credentials: SlackCredentials;
  installations: SlackInstallationStore;
  references: ConversationMemory;
  threads: ThreadMemory;
  payloads: PayloadMemory;
  fetch: OutboundFetch;
  renderCard(content: CardContent, host: { nativeFeedback: boolean; textShownAbove: boolean }): AdaptiveCard;
  texts: SlackTexts;
  /** What a person sees on the Home tab; no Home tab is filled when left out. */
  home?(sender: ActivitySender, conversation: ConversationReference): Promise<HomeContent | undefined>;
  /** 32 bytes; signs the state of an installation in the browser. */
  stateSecret: string;
  /** Permissions to ask for at an installation. */
  scopes: readonly string[];
  /** `https://slack.com/api/` unless told; with a trailing slash. */
  apiUrl?: string;
  /** Public address of this server, for the redirect of an installation. */
  publicUrl?: string;
  /** Messages of other bots are answered as well; they are ignored unless told. */
  answerBots?: boolean;
  /** How long a modal's submission may take until it is answered with `stillWorking`; 2.2 s unless told. */
  respondWithinMs?: number;
}
