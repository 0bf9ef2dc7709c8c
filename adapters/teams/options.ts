import type { Citation } from '../../core/kernel/answer.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import type { CardContent } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { TeamsCloud } from './cloud.js';

export type TeamsAppType = 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';

/** The bot's identity at Entra; without `appId` nothing is authenticated and only this machine may talk to the bot. */
export interface TeamsCredentials {
  appId?: string;
  appPassword?: string;
  tenantId?: string;
  appType: TeamsAppType;
  /** PEM texts, instead of a password. */
  certificate?: { certificate: string; privateKey: string };
  /** App Service's own identity endpoint; without it the virtual machine's metadata service is asked. */
  managedIdentity?: { endpoint: string; header: string };
}

/** Where conversations are remembered, so that Steward can write into them later. */
export interface ConversationMemory {
  /** Saves the conversation itself, never one of its threads. */
  save(reference: ConversationReference): Promise<void>;
  remove(reference: ConversationReference): Promise<void>;
}

/** What Teams shows beside the card, so that the card can leave it out. */
export interface TeamsCardHost {
  /** Teams shows its own thumbs under the message. */
  nativeFeedback: boolean;
  /** The message itself shows the content's text, with Teams' own citations. */
  textShownAbove: boolean;
}

/** Renders a card as Adaptive Card JSON. */
export type RenderTeamsCard = (content: CardContent, host: TeamsCardHost) => object;

export interface TeamsAdapterOptions {
  intake: Intake;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  credentials: TeamsCredentials;
  /** Entra tenants that may use the bot; everybody's when left out. */
  allowedTenants?: string[];
  references: ConversationMemory;
  fetch: OutboundFetch;
  renderCard: RenderTeamsCard;
  /** Where a reader may open a cited passage; citations stay without a link when left out. */
  citationUrl?(citation: Citation): string | undefined;
  /** Said in a card when a click takes longer than Teams waits and its result follows; the locale is BCP 47, if known. */
  stillWorkingText?(locale: string | undefined): string;
  /** Said in a card when a click could not be handled: what to do. */
  failedText?(locale: string | undefined): string;
  /** Addresses of another cloud, or of a test. */
  cloud?: Partial<TeamsCloud>;
  /** Keeps Microsoft's sending limits; on when there is an app id. */
  pacing?: boolean;
  /** How long a click may take until it is answered with `stillWorkingText`; 8 s unless told. */
  respondWithinMs?: number;
}
