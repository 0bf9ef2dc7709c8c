import type { Activity } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import { createClicks } from './clicks.js';
import {
  articleActivity,
  commandActivity,
  globalShortcutActivity,
  shortcutActivity,
} from './interactions.js';
import type { PayloadMemory, SlackTexts } from './options.js';
import { interaction, slashCommand, type GlobalShortcut, type MessageAction } from './payload.js';
import type { SlackPlace } from './installation.js';
import { originOfInteraction } from './place.js';
import type { Threads } from './threads.js';
import type { Acknowledgement, Afterwork } from './acknowledgement.js';
import type { Profiles } from './profiles.js';
import type { Renderer } from './render.js';
import type { Responder } from './respond.js';
import type { SortOut } from './sort-out.js';
import { respondStored } from './stored-response.js';
import { createSubmissions } from './submissions.js';
import type { Workspaces } from './workspaces.js';

export interface InteractionHandlerOptions {
  intake: Intake;
  workspaces: Pick<Workspaces, 'knows' | 'peek'>;
  sortOut: SortOut;
  threads: Pick<Threads, 'find'>;
  responder: Responder;
  renderer: Renderer;
  payloads: PayloadMemory;
  texts: SlackTexts;
  localeOf: Profiles['localeOf'];
  respondWithinMs: number;
  afterwork: Afterwork;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface InteractionHandler {
  /** Clicks, modals and shortcuts. */
  handle(body: unknown): Promise<Acknowledgement>;
  /** `/steward`. */
  command(body: unknown): Promise<Acknowledgement>;
}

const TAKEN: Acknowledgement = { status: 200 };
/** Everything that people click, fill in or type as a command. */
export function createInteractionHandler(options: InteractionHandlerOptions): InteractionHandler {
  const { intake, workspaces, sortOut, responder, texts, afterwork, clock, logger, metrics } = options;
  const languageOf = ({ from, conversation }: Activity): Promise<string | undefined> =>
    options.localeOf(from.accountId, conversation);
  const clicks = createClicks({ ...options, languageOf, failed });
  const submission = createSubmissions({
    ...options,
    languageOf,
    failed,
    withinMs: options.respondWithinMs,
    notInstalled: (payload) => notInstalled(originOfInteraction(payload)),
  });

  async function handle(body: unknown): Promise<Acknowledgement> {
    const parsed = interaction.safeParse(body);
    if (!parsed.success) {
      const places = parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')} (${code})`);
      logger.info({ places }, 'An interaction of Slack could not be read.');
      return { status: 400, final: true };
    }
    const payload = parsed.data;
    metrics.count('slack_interactions_total', { type: payload.type });
    const origin = originOfInteraction(payload);
    if (workspaces.peek(origin) === false) return notInstalled(origin);
    switch (payload.type) {
      case 'block_actions':
        return clicks.take(payload);
      case 'view_submission':
        return submission(payload);
      case 'message_action':
        return shortcut(payload);
      case 'shortcut':
        return globalShortcut(payload);
      case 'block_suggestion':
        return { status: 200, body: { options: [] } };
      default:
        return TAKEN;
    }
  }

  async function shortcut(payload: MessageAction): Promise<Acknowledgement> {
    // An app that somebody set up by hand may have written them with other signs between the words.
    const id = payload.callback_id.toLowerCase().replace(/[^a-z]+/g, '-');
    const activity = articleActivity(payload, clock.now());
    if (id === 'ask-about-message')
      await intake.accept(sortOut.checked(shortcutActivity(payload, clock.now())));
    else if (id === 'make-article') await answerAlone(payload, sortOut.checked(activity));
    else {
      logger.info({ callbackId: id.slice(0, 60) }, 'An unknown shortcut was used.');
      afterwork.do('Telling of an unknown shortcut', () => clicks.sayUnknown(activity, payload.response_url));
    }
    return TAKEN;
  }

  /** The manifest has none; whoever set one up by hand is told that it means nothing. */
  function globalShortcut(payload: GlobalShortcut): Acknowledgement {
    logger.info({ callbackId: payload.callback_id.slice(0, 60) }, 'An unknown global shortcut was used.');
    const activity = globalShortcutActivity(payload, clock.now());
    afterwork.do('Telling of an unknown shortcut', async () => {
      const view = responder.words(texts.unknown(await languageOf(activity)));
      const opened = await responder.open(activity, payload.trigger_id ?? undefined, view, false);
      if (opened === undefined) await clicks.sayUnknown(activity, undefined);
    });
    return TAKEN;
  }

  /** Stored, acknowledged, and answered to the clicker alone, with a form in a modal; never with silence. */
  async function answerAlone(payload: MessageAction, activity: Activity): Promise<void> {
    const { stored, work } = respondStored(intake, activity);
    const loading = clicks.openWaiting(activity, payload.trigger_id);
    afterwork.do('Answering a shortcut', async () => {
      const response = await work.catch((error: unknown) => failed(error, activity));
      const shown = response.kind === 'none' ? await failed('Nobody answered.', activity) : response;
      await responder.toShortcut(payload, activity, shown, await loading);
    });
    await stored;
  }

  async function command(body: unknown): Promise<Acknowledgement> {
    const parsed = slashCommand.safeParse(body);
    if (!parsed.success) return { status: 400, final: true };
    const activity = commandActivity(parsed.data, clock.now());
    const place = {
      isOrgInstall: parsed.data.is_enterprise_install === 'true',
      ...(parsed.data.team_id ? { teamId: parsed.data.team_id } : {}),
      ...(parsed.data.enterprise_id ? { enterpriseId: parsed.data.enterprise_id } : {}),
    };
    if (workspaces.peek(place) === false) return notInstalled(place);
    metrics.count('slack_interactions_total', { type: 'command' });
    await intake.accept(sortOut.checked(activity));
    return TAKEN;
  }

  function notInstalled({ teamId }: SlackPlace): Acknowledgement {
    metrics.count('slack_refused_total', { status: '403' });
    logger.warn({ teamId }, 'A click came from a workspace in which the app is not installed.');
    return { status: 403, final: true };
  }

  async function failed(error: unknown, activity: Activity): Promise<ActionResponse> {
    logger.error({ error: describeError(error) }, 'A click could not be handled.');
    return { kind: 'error', status: 500, text: texts.failed(await languageOf(activity)) };
  }

  return { handle, command };
}
