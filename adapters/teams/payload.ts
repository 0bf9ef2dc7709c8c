import { z } from 'zod';
import type { JsonObject } from '../../core/kernel/json.js';

const id = z.string().min(1).max(2048);
const optionalText = z.string().nullish();

const account = z.object({
  id,
  name: optionalText,
  aadObjectId: z.string().max(200).nullish(),
  email: z.string().max(320).nullish(),
});

const attachment = z.object({
  contentType: z.string().max(256).nullish(),
  contentUrl: optionalText,
  name: optionalText,
  content: z.unknown().optional(),
});

const entity = z.object({
  type: z.string().nullish(),
  text: optionalText,
  /** Of `clientInfo`. */
  timezone: z.unknown().optional(),
  mentioned: z.object({ id: z.string(), name: optionalText }).nullish(),
});

const named = z.object({ id: optionalText, name: optionalText }).nullish();

const channelData = z.object({
  tenant: z.object({ id: z.string().max(200) }).nullish(),
  team: named,
  channel: named,
  teamsTeamId: optionalText,
  teamsChannelId: optionalText,
  eventType: optionalText,
});

/**
 * A Bot Framework activity as far as Steward reads it; members it does not know are dropped.
 * Shape: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
 */
export const payloadSchema = z.object({
  type: z.string().min(1).max(100),
  id: id.nullish(),
  name: optionalText,
  action: optionalText,
  channelId: z.string().min(1).max(100),
  serviceUrl: z.string().min(1).max(2048),
  timestamp: optionalText,
  locale: z.string().max(35).nullish(),
  localTimezone: z.unknown().optional(),
  from: account.nullish(),
  recipient: account.nullish(),
  conversation: z.object({
    id,
    conversationType: optionalText,
    isGroup: z.boolean().nullish(),
    tenantId: z.string().max(200).nullish(),
  }),
  text: optionalText,
  value: z.unknown().optional(),
  replyToId: z.string().max(2048).nullish(),
  entities: z.array(entity).max(500).nullish(),
  attachments: z.array(attachment).max(100).nullish(),
  membersAdded: z.array(account).max(1000).nullish(),
  membersRemoved: z.array(account).max(1000).nullish(),
  channelData: channelData.nullish(),
});

export type TeamsPayload = z.infer<typeof payloadSchema>;
export type TeamsAccount = z.infer<typeof account>;

/** The members that authentication needs, read before anything else of the body is looked at. */
export const envelopeSchema = z.object({ channelId: z.string(), serviceUrl: z.string() });

/** Value of the invoke `adaptiveCard/action`. */
export const cardActionSchema = z.object({
  action: z.object({ verb: z.string().max(256).nullish(), data: z.unknown().optional() }),
  trigger: optionalText,
});

/** Value of the invoke `message/submitAction`; Teams sends `feedback` as JSON inside of a string. */
export const feedbackSchema = z.object({
  actionName: z.literal('feedback'),
  actionValue: z.object({
    reaction: z.enum(['like', 'dislike']),
    feedback: z.union([z.string(), z.object({ feedbackText: optionalText })]).nullish(),
  }),
});

/** A JSON object, or an empty one for anything else. */
export function asObject(value: unknown): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
