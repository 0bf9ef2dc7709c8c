import type { Activity } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import { conversationKey, type ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { AgentView } from './agent-view.js';
import type { createGreetInstaller } from './greet-installer.js';
import type { Home } from './home.js';
import type { LiveReplies } from './live-reply.js';
import type { ConversationMemory } from './options.js';
import { eventEnvelope, idOf, type SlackEnvelope } from './payload.js';
import { messageId, originOfEvent, referenceTo, type SlackOrigin } from './place.js';
import type { Acknowledgement, Afterwork } from './acknowledgement.js';
import type { Threads } from './threads.js';
import { toActivity, type EventReading } from './to-activity.js';
import type { Workspaces } from './workspaces.js';

export interface EventHandlerOptions {
  intake: Intake;
  workspaces: Workspaces;
  threads: Threads;
  references: ConversationMemory;
  live: LiveReplies;
  greet: ReturnType<typeof createGreetInstaller>;
  home: Home;
  agentView: AgentView;
  afterwork: Afterwork;
  answerBots: boolean;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface EventHandler {
  /** @throws Unavailable when the event could not be stored; Slack then sends it again. */
  handle(body: unknown): Promise<Acknowledgement>;
}

const MAX_KNOWN_CONVERSATIONS = 20_000;
const TAKEN: Acknowledgement = { status: 200 };
/** Slack sends both when an app is removed; the second comes from where nothing is left to remove. */
const GOODBYES = new Set(['app_uninstalled', 'tokens_revoked']);

/** Events: messages and mentions become activities, the rest is Slack's housekeeping. */
export function createEventHandler(options: EventHandlerOptions): EventHandler {
  const { intake, workspaces, threads, afterwork, clock, logger, metrics } = options;
  const remember = createReferenceKeeper(options.references);

  async function handle(body: unknown): Promise<Acknowledgement> {
    const parsed = eventEnvelope.safeParse(body);
    if (!parsed.success) {
      const places = parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')} (${code})`);
      logger.info({ places }, 'An event of Slack could not be read.');
      return { status: 400, final: true };
    }
    const envelope = parsed.data;
    const origin = originOfEvent(envelope);
    if (!(await workspaces.knows(origin)))
      return GOODBYES.has(envelope.event.type) ? TAKEN : unknownWorkspace(envelope);
    const { activity, isForUs } = await read(envelope, origin);
    metrics.count('slack_events_total', { type: envelope.event.type, kind: activity?.kind ?? 'none' });
    if (!activity) return housekeeping(envelope);
    // What people say to each other is not Steward's to keep.
    if (!isForUs) return TAKEN;
    const isNew = (await intake.accept(activity)) === 'accepted';
    if (activity.kind === 'uninstall') await workspaces.remove(origin);
    else if (isNew) {
      afterwork.do('Remembering a conversation', () => remember(activity));
      // From the first mention on, a channel's thread is Steward's as well.
      if (activity.addressed) afterwork.do('Remembering a thread', () => threads.join(activity.conversation));
    }
    return TAKEN;
  }

  /** A message in a thread is of the workspace that the thread is at home in, whichever Slack names. */
  async function read(
    envelope: SlackEnvelope,
    origin: SlackOrigin,
  ): Promise<{ activity?: Activity; isForUs?: boolean }> {
    const readAs = (place: SlackOrigin): EventReading =>
      toActivity(envelope, place, clock.now(), options.answerBots);
    const { activity, dependsOnThread } = readAs(origin);
    if (!activity) return {};
    const { scope, conversationId, threadId } = activity.conversation;
    if (scope === 'personal' || activity.kind === 'uninstall') return { activity, isForUs: true };
    const isReply = threadId !== undefined && activity.activityId !== messageId(conversationId, threadId);
    if (!dependsOnThread && !(activity.addressed && isReply && origin.enterpriseId))
      return { activity, isForUs: activity.addressed };
    const home = await threads.find(origin, conversationId, threadId ?? '');
    if (!home) return { activity, isForUs: activity.addressed };
    const told = home === origin ? activity : readAs(home).activity;
    return told ? { activity: { ...told, addressed: true }, isForUs: true } : {};
  }

  async function housekeeping(envelope: SlackEnvelope): Promise<Acknowledgement> {
    const { event } = envelope;
    const origin = originOfEvent(envelope);
    switch (event.type) {
      case 'tokens_revoked':
        if ((event.tokens?.bot ?? []).length > 0) await workspaces.remove(origin);
        break;
      // An organisation's administrators let the app into further workspaces after it was installed.
      case 'team_access_granted':
        afterwork.do('Greeting whoever added the app', async () =>
          options.greet(
            { ...origin, installedBy: await workspaces.installerOf(origin) },
            event.team_ids ?? [],
          ),
        );
        break;
      case 'app_home_opened': {
        const user = idOf(event.user);
        const channel = idOf(event.channel);
        if (!user) break;
        if (event.tab === 'messages' && channel) {
          afterwork.do('Suggesting prompts', () => options.agentView.suggest(origin, channel));
        } else afterwork.do('Filling a Home tab', () => options.home.show(origin, user));
        break;
      }
      case 'assistant_thread_started': {
        const { channel_id: channel, thread_ts: thread } = event.assistant_thread ?? {};
        if (channel && thread) {
          afterwork.do('Suggesting prompts', () => options.agentView.suggest(origin, channel, thread));
        }
        break;
      }
      case 'agent_session_stopped': {
        const channel = idOf(event.channel);
        const thread = event.thread_ts ?? undefined;
        if (!channel) break;
        options.live.stop(channel, thread, event.streaming_message_ts ?? []);
        await intake.stopWriting(
          referenceTo(origin, { channel, scope: 'personal', ...(thread ? { thread } : {}) }),
        );
        break;
      }
      default:
        logger.debug({ type: event.type }, 'An event that Steward has no use for was acknowledged.');
    }
    return TAKEN;
  }

  function unknownWorkspace(envelope: SlackEnvelope): Acknowledgement {
    metrics.count('slack_refused_total', { status: '403' });
    logger.warn(
      { teamId: originOfEvent(envelope).teamId },
      'An event came from a workspace in which the app is not installed. Install it there, or remove it.',
    );
    return {
      status: 403,
      body: { error: { code: 'slack.not-installed', message: 'Not installed.' } },
      final: true,
    };
  }

  return { handle };
}

/** Saves a conversation when it is new to this process. */
function createReferenceKeeper(references: ConversationMemory): (activity: Activity) => Promise<void> {
  const known = new Set<string>();
  return async ({ conversation }) => {
    const reference = withoutThread(conversation);
    const key = conversationKey(reference);
    if (known.has(key)) return;
    await references.save(reference);
    if (known.size >= MAX_KNOWN_CONVERSATIONS) known.clear();
    known.add(key);
  };
}

function withoutThread({
  threadId: _thread,
  extra,
  ...reference
}: ConversationReference): ConversationReference {
  const { askedBy: _askedBy, askedByTeam: _askedByTeam, ...rest } = extra ?? {};
  return { ...reference, ...(Object.keys(rest).length > 0 ? { extra: rest } : {}) };
}
