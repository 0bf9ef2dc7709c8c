import { z } from 'zod';
import type { Activity } from '../../core/kernel/activity.js';
import { ENDED, type Clock } from '../../core/kernel/clock.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { HttpReply, HttpRequest } from '../../core/kernel/http-route.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { MessageUpdates } from '../message-updates.js';
import { actionReply, messageReply, unofferedReply } from './invoke-reply.js';
import type { ConversationMemory } from './options.js';
import { envelopeSchema, payloadSchema, type TeamsPayload } from './payload.js';
import type { Renderer } from './render.js';
import { toActivity, withoutThread } from './to-activity.js';
import type { SenderCheck } from './verify.js';

export interface ReceiverOptions {
  senderCheck: SenderCheck;
  intake: Intake;
  renderer: Renderer;
  references: ConversationMemory;
  updates: MessageUpdates;
  allowedTenants: string[] | undefined;
  stillWorkingText(locale: string | undefined): string;
  failedText(locale: string | undefined): string;
  respondWithinMs: number;
  /** Shows the answer to a click for which the client no longer waits. */
  deliverLate(activity: Activity, response: ActionResponse): Promise<void>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

const ACKNOWLEDGED: HttpReply = { status: 200 };
const MAX_KNOWN_CONVERSATIONS = 20_000;

/** Takes what the connector posts: check the sender, read the activity, store it, acknowledge. */
export function createReceiver(options: ReceiverOptions): (request: HttpRequest) => Promise<HttpReply> {
  const { senderCheck, intake, renderer, references, updates, clock, logger, metrics } = options;
  const remember = createReferenceKeeper(references, logger);

  async function receive(request: HttpRequest): Promise<HttpReply> {
    const envelope = envelopeSchema.safeParse(request.body);
    if (!envelope.success) return malformed(request, envelope.error);
    const verdict = await senderCheck.check(request, envelope.data);
    if (!verdict.ok) return refused(request, verdict.status, verdict.reason);
    const parsed = payloadSchema.safeParse(request.body);
    if (!parsed.success) return malformed(request, parsed.error);
    const payload = parsed.data;
    if (!isTenantAllowed(payload)) return refused(request, 403, 'its tenant is not on the allow list');
    return handle(payload);
  }

  async function handle(payload: TeamsPayload): Promise<HttpReply> {
    const activity = toActivity(payload, clock.now());
    metrics.count('teams_activities_total', { kind: activity?.kind ?? 'ignored' });
    if (!activity) return ignore(payload);
    if (activity.expectsResponse) {
      await remember(activity);
      return respond(activity);
    }
    await intake.accept(activity);
    await remember(activity);
    return payload.type === 'invoke' ? { status: 200, body: {} } : ACKNOWLEDGED;
  }

  /** Answers a click in its own request; a slow one is told so in time, and its work goes on. */
  async function respond(activity: Activity): Promise<HttpReply> {
    const answered = new AbortController();
    const work = intake.respond(activity).catch((error: unknown): ActionResponse => {
      logger.error({ error: describeError(error) }, 'A click could not be handled.');
      return { kind: 'error', status: 500, text: options.failedText(activity.locale) };
    });
    const late = clock.sleep(options.respondWithinMs, answered.signal).then(() => undefined);
    const response = await Promise.race([work, late]);
    answered.abort(ENDED);
    if (response && isOvertaken(activity, response)) return messageReply('');
    if (response) return { ...actionReply(response, renderer), ...inOrder(activity, response) };
    metrics.count('teams_late_responses_total');
    void work
      .then(async (outcome) => {
        await options.deliverLate(activity, outcome);
        intake.shown(activity, outcome);
      })
      .catch((error: unknown) => {
        logger.warn({ error: describeError(error) }, 'The late answer to a click could not be shown.');
      });
    return messageReply(options.stillWorkingText(activity.locale));
  }

  /** The card was rewritten with more than the answer shows while it was made. */
  const isOvertaken = ({ action }: Activity, response: ActionResponse): boolean =>
    response.kind === 'card' && updates.isOld(action?.cardActivityId ?? '', response.copyVersion);

  /** What the card shows after this answer is not sent before the answer has left. */
  const inOrder = (activity: Activity, response: ActionResponse): Pick<HttpReply, 'left'> => {
    const card = activity.action?.cardActivityId;
    if (response.kind !== 'card' || response.copyVersion === undefined || card === undefined) return {};
    let left = (): void => undefined;
    const leaving = new Promise<void>((resolve) => {
      left = resolve;
    });
    // Without its version: some clients name a message that is none of ours.
    void updates.run(card, undefined, () => leaving).then(() => intake.shown(activity, response));
    return { left };
  };

  function ignore(payload: TeamsPayload): HttpReply {
    if (payload.type === 'invoke') {
      logger.info(
        { invoke: payload.name?.slice(0, 100) },
        'An invoke that Steward does not offer was declined.',
      );
      return unofferedReply(payload, options.failedText(payload.locale ?? undefined));
    }
    logger.debug({ type: payload.type }, 'An activity that Steward has no use for was acknowledged.');
    return ACKNOWLEDGED;
  }

  const isTenantAllowed = (payload: TeamsPayload): boolean => {
    if (!options.allowedTenants || options.allowedTenants.length === 0) return true;
    const tenant = payload.channelData?.tenant?.id ?? payload.conversation.tenantId;
    return tenant != null && options.allowedTenants.includes(tenant);
  };

  function refused(request: HttpRequest, status: number, reason: string): HttpReply {
    metrics.count('teams_refused_total', { status: String(status) });
    logger.warn(
      { requestId: request.requestId, status, remoteAddress: request.remoteAddress },
      `A request to the Teams endpoint was refused: ${reason}.`,
    );
    return problem(
      status,
      status === 503 ? 'Try again later.' : 'This request is not allowed.',
      request.requestId,
    );
  }

  function malformed(request: HttpRequest, error: z.ZodError): HttpReply {
    const places = error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.') || 'body'} (${code})`);
    metrics.count('teams_refused_total', { status: '400' });
    logger.info({ requestId: request.requestId, places }, 'A request to the Teams endpoint was no activity.');
    return problem(400, `The body is not a Bot Framework activity: ${places.join(', ')}.`, request.requestId);
  }

  return receive;
}

const problem = (status: number, message: string, requestId: string): HttpReply => ({
  status,
  ...(status === 503 ? { headers: { 'retry-after': '5' } } : {}),
  body: { error: { code: 'teams.refused', message, requestId } },
});

/** Saves a conversation when it is new here or its connector has moved, and forgets it when the bot is removed. */
function createReferenceKeeper(
  references: ConversationMemory,
  logger: Logger,
): (activity: Activity) => Promise<void> {
  const known = new Map<string, string>();
  return async ({ kind, conversation }) => {
    const reference = withoutThread(conversation);
    const key = conversationKey(reference);
    const state = `${reference.serviceUrl}|${reference.accountId}|${reference.botId}`;
    if (kind !== 'uninstall' && known.get(key) === state) return;
    try {
      if (kind === 'uninstall') {
        known.delete(key);
        await references.remove(reference);
        return;
      }
      await references.save(reference);
      if (known.size >= MAX_KNOWN_CONVERSATIONS) known.clear();
      known.set(key, state);
    } catch (error) {
      // The activity itself is safe by now; the reference is saved with the conversation's next one.
      logger.warn({ error: describeError(error) }, 'A conversation could not be remembered.');
    }
  };
}
