import { z } from 'zod';
import { readButtonPayload } from '../../cards/block-kit/actions.js';
import type { Activity } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import { atHome, homeOfClick, threadOfClick } from './at-home.js';
import { clickActivity, promptActivity } from './interactions.js';
import type { PayloadMemory } from './options.js';
import { clickOnly, eventEnvelope, type BlockActions, type SlackEnvelope } from './payload.js';
import { messageId, originOfEvent, originOfInteraction, placeOf, type SlackOrigin } from './place.js';
import type { SlackPlace } from './installation.js';
import type { Threads } from './threads.js';
import { toActivity } from './to-activity.js';
import type { Workspaces } from './workspaces.js';

/** What a click means: told by its button, or to be looked up under a key. */
export type ClickMeans =
  { verb: string; data: JsonObject } | { prompt: string } | { kept: string; inputs: JsonObject };

/** Decides what something is that came from Slack: at once where memory tells, else after it was acknowledged. */
export interface SortOut {
  /**
   * An event as it can be stored now.
   * @returns undefined for what Steward has no use for; `notForUs` for what people say to each other.
   */
  event(envelope: SlackEnvelope): Activity | 'notForUs' | undefined;
  /** A click as it can be stored now. */
  click(payload: BlockActions, position: number, means: ClickMeans): Activity;
  /** Anything else, from a workspace of which it may have to be looked up whether the app is installed there. */
  checked(activity: Activity): Activity;
  /** `ChannelPort.sortOut`. */
  later(activity: Activity): Promise<Activity | undefined>;
}

export interface SortOutOptions {
  workspaces: Workspaces;
  threads: Threads;
  payloads: Pick<PayloadMemory, 'get'>;
  /** What is to be remembered of something that is for Steward. */
  noted(activity: Activity): void;
  answerBots: boolean;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** What stands in the store until it is looked up. */
const unsorted = z.union([
  z.object({ event: eventEnvelope }),
  z.object({
    click: clickOnly,
    means: z.union([
      z.object({ verb: z.string(), data: z.record(z.string(), z.json()) }),
      z.object({ prompt: z.string() }),
      z.object({ kept: z.string(), inputs: z.record(z.string(), z.json()) }),
    ]),
  }),
  z.strictObject({}),
]);

const GOODBYES = new Set(['app_uninstalled', 'tokens_revoked']);

export function createSortOut(options: SortOutOptions): SortOut {
  const { workspaces, threads, payloads, noted, clock, logger, metrics } = options;
  const read = (envelope: SlackEnvelope, origin: SlackOrigin): ReturnType<typeof toActivity> =>
    toActivity(envelope, origin, clock.now(), options.answerBots);

  /** The thread that decides whether, and as whose, a message is for Steward. */
  function decidingThread(envelope: SlackEnvelope, origin: SlackOrigin): string | undefined {
    const { activity, dependsOnThread } = read(envelope, origin);
    if (!activity || activity.conversation.scope === 'personal') return undefined;
    const { conversationId, threadId } = activity.conversation;
    const isReply = threadId !== undefined && activity.activityId !== messageId(conversationId, threadId);
    return dependsOnThread || (activity.addressed && isReply && origin.enterpriseId) ? threadId : undefined;
  }

  /** A message in a thread is of the workspace that the thread is at home in, whichever Slack names. */
  const inThread = (envelope: SlackEnvelope, home: SlackOrigin): Activity | undefined => {
    const { activity } = read(envelope, home);
    return activity && { ...activity, addressed: true };
  };

  const isForUs = ({ addressed, conversation, kind }: Activity): boolean =>
    addressed || conversation.scope === 'personal' || kind === 'uninstall';

  const event: SortOut['event'] = (envelope) => {
    const origin = originOfEvent(envelope);
    const { activity } = read(envelope, origin);
    if (!activity) return undefined;
    const later: Activity = { ...activity, unsorted: { event: lean(envelope) } };
    // Its tokens go before anything else is done about it.
    if (GOODBYES.has(envelope.event.type)) return later;
    const thread = decidingThread(envelope, origin);
    if (thread === undefined && !isForUs(activity)) return 'notForUs';
    if (workspaces.peek(origin) === undefined) return later;
    const home = thread && threads.peek(origin, activity.conversation.conversationId, thread);
    if (thread && !home) return later;
    const sorted = home ? inThread(envelope, home) : activity;
    if (sorted) noted(sorted);
    return sorted;
  };

  async function eventLater(envelope: SlackEnvelope): Promise<Activity | undefined> {
    const origin = originOfEvent(envelope);
    const isKnown = await workspaces.knows(origin);
    const { activity } = read(envelope, origin);
    if (!activity) return undefined;
    if (GOODBYES.has(envelope.event.type)) {
      if (isKnown) await workspaces.remove(origin);
      return isKnown && activity.kind === 'uninstall' ? activity : undefined;
    }
    if (!isKnown) return refused(origin);
    const thread = decidingThread(envelope, origin);
    const home = thread && (await threads.find(origin, activity.conversation.conversationId, thread));
    if (home) return inThread(envelope, home);
    return isForUs(activity) ? activity : undefined;
  }

  const meant = (payload: BlockActions, means: ClickMeans): Activity => {
    if ('prompt' in means) return promptActivity(payload, 0, means.prompt, clock.now());
    return 'verb' in means
      ? clickActivity(payload, 0, means.verb, means.data, clock.now())
      : clickActivity(payload, 0, '', { kept: means.kept, ...means.inputs }, clock.now());
  };

  const click: SortOut['click'] = (payload, position, means) => {
    const own = { ...payload, actions: payload.actions.slice(position, position + 1) };
    const later = (): Activity => ({
      ...meant(own, means),
      unsorted: { click: withoutContents(own), means },
    });
    const origin = originOfInteraction(own);
    if (workspaces.peek(origin) === undefined || 'kept' in means) return later();
    const thread = threadOfClick(own);
    if (!thread) return meant(own, means);
    const home = threads.peek(origin, thread.channel, thread.ts);
    return home ? meant(atHome(own, home), means) : later();
  };

  async function clickLater(payload: BlockActions, means: ClickMeans): Promise<Activity | undefined> {
    const origin = originOfInteraction(payload);
    if (!(await workspaces.knows(origin))) return refused(origin);
    const own = await homeOfClick(threads, payload);
    if (!('kept' in means)) return meant(own, means);
    const kept = readButtonPayload(await payloads.get(means.kept));
    if (!kept?.act) return undefined;
    const { verb, data } = kept.act;
    return meant(own, { verb, data: { ...data, ...means.inputs } });
  }

  const checked: SortOut['checked'] = (activity) =>
    workspaces.peek(placeOf(activity.conversation)) === undefined ? { ...activity, unsorted: {} } : activity;

  function refused({ teamId }: SlackPlace): undefined {
    metrics.count('slack_refused_total', { status: '403' });
    logger.warn(
      { teamId },
      'Something came from a workspace in which the app is not installed. Install it there, or remove it.',
    );
  }

  const later: SortOut['later'] = async ({ unsorted: stored, ...activity }) => {
    const { data } = unsorted.safeParse(stored);
    if (data && 'event' in data) {
      const sorted = await eventLater(data.event);
      if (sorted) noted(sorted);
      return sorted;
    }
    if (data && 'click' in data) return clickLater(data.click, data.means as ClickMeans);
    const place = placeOf(activity.conversation);
    return (await workspaces.knows(place)) ? activity : refused(place);
  };

  return { event, click, checked, later };
}

/** Without what nobody reads again: the same words as rich text, and Slack's old shared secret. */
function lean({
  token: _token,
  event: { blocks: _blocks, ...event },
  ...envelope
}: SlackEnvelope): JsonObject {
  return JSON.parse(JSON.stringify({ ...envelope, event })) as JsonObject;
}

/** Who clicked what where; neither addresses and triggers, which are secrets, nor what stands on the card. */
function withoutContents(payload: BlockActions): JsonObject {
  return JSON.parse(JSON.stringify(clickOnly.parse(payload))) as JsonObject;
}
