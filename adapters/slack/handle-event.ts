import type { Intake } from '../../core/kernel/intake.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { AgentView } from './agent-view.js';
import type { createGreetInstaller } from './greet-installer.js';
import type { Home } from './home.js';
import type { LiveReplies } from './live-reply.js';
import { eventEnvelope, idOf, type SlackEnvelope } from './payload.js';
import { originOfEvent, referenceTo } from './place.js';
import type { Acknowledgement, Afterwork } from './acknowledgement.js';
import type { SortOut } from './sort-out.js';
import type { Workspaces } from './workspaces.js';

export interface EventHandlerOptions {
  intake: Intake;
  workspaces: Workspaces;
  sortOut: SortOut;
  live: LiveReplies;
  greet: ReturnType<typeof createGreetInstaller>;
  home: Home;
  agentView: AgentView;
  afterwork: Afterwork;
  logger: Logger;
  metrics: Metrics;
}

export interface EventHandler {
  /** @throws Unavailable when the event could not be stored; Slack then sends it again. */
  handle(body: unknown): Promise<Acknowledgement>;
}

const TAKEN: Acknowledgement = { status: 200 };
/** Slack sends both when an app is removed; the second comes from where nothing is left to remove. */
const GOODBYES = new Set(['app_uninstalled', 'tokens_revoked']);

/** Events: messages and mentions become activities, the rest is Slack's housekeeping. */
export function createEventHandler(options: EventHandlerOptions): EventHandler {
  const { intake, workspaces, sortOut, afterwork, logger, metrics } = options;

  async function handle(body: unknown): Promise<Acknowledgement> {
    const parsed = eventEnvelope.safeParse(body);
    if (!parsed.success) {
      const places = parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')} (${code})`);
      logger.info({ places }, 'An event of Slack could not be read.');
      return { status: 400, final: true };
    }
    const envelope = parsed.data;
    const isGoodbye = GOODBYES.has(envelope.event.type);
    if (workspaces.peek(originOfEvent(envelope)) === false)
      return isGoodbye ? TAKEN : unknownWorkspace(envelope);
    const activity = sortOut.event(envelope);
    const kind = typeof activity === 'object' ? activity.kind : 'none';
    metrics.count('slack_events_total', { type: envelope.event.type, kind });
    if (!activity) return housekeeping(envelope);
    // What people say to each other is not Steward's to keep.
    if (activity !== 'notForUs') await intake.accept(activity);
    return TAKEN;
  }

  function housekeeping(envelope: SlackEnvelope): Acknowledgement {
    const { event } = envelope;
    const origin = originOfEvent(envelope);
    switch (event.type) {
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
        const where = referenceTo(origin, { channel, scope: 'personal', ...(thread ? { thread } : {}) });
        afterwork.do('Stopping what is written', () => intake.stopWriting(where));
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
