import { readButtonPayload, readButtonValue, type ButtonMeaning } from '../../cards/block-kit/actions.js';
import {
  fromBlockKitState,
  readModalMeaning,
  readModalMetadata,
  toModal,
  type ModalMeaning,
} from '../../cards/to-modal.js';
import type { Activity } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import {
  articleActivity,
  clickActivity,
  commandActivity,
  globalShortcutActivity,
  promptActivity,
  shortcutActivity,
  submissionActivity,
  submissionKey,
} from './interactions.js';
import type { PayloadMemory, SlackTexts } from './options.js';
import {
  interaction,
  slashCommand,
  type BlockActions,
  type GlobalShortcut,
  type MessageAction,
  type ViewSubmission,
} from './payload.js';
import type { SlackPlace } from './installation.js';
import { originOfInteraction } from './place.js';
import { clickAtHome, submissionAtHome } from './at-home.js';
import type { Threads } from './threads.js';
import type { Acknowledgement, Afterwork } from './acknowledgement.js';
import type { Profiles } from './profiles.js';
import type { Renderer } from './render.js';
import { originOf, type Responder } from './respond.js';
import type { Workspaces } from './workspaces.js';

export interface InteractionHandlerOptions {
  intake: Intake;
  workspaces: Workspaces;
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
/** Clicks that are answered with a form: its modal has to be open before the form is made. */
const OPENS_FORM = new Set(['approval.edit']);
const MAX_SUBMISSIONS = 1_000;

const isHome = ({ view }: BlockActions): boolean => view?.type === 'home';

/** Everything that people click, fill in or type as a command. */
export function createInteractionHandler(options: InteractionHandlerOptions): InteractionHandler {
  const { intake, workspaces, responder, payloads, texts, afterwork, clock, logger, metrics } = options;
  const submissions = new Map<string, Promise<ActionResponse>>();
  const languageOf = ({ from, conversation }: Activity): Promise<string | undefined> =>
    options.localeOf(from.accountId, conversation);

  async function handle(body: unknown): Promise<Acknowledgement> {
    const parsed = interaction.safeParse(body);
    if (!parsed.success) {
      const places = parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')} (${code})`);
      logger.info({ places }, 'An interaction of Slack could not be read.');
      return { status: 400, final: true };
    }
    const payload = parsed.data;
    metrics.count('slack_interactions_total', { type: payload.type });
    if (!(await workspaces.knows(originOfInteraction(payload))))
      return notInstalled(originOfInteraction(payload));
    switch (payload.type) {
      case 'block_actions':
        return clicks(await clickAtHome(options.threads, payload));
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

  async function clicks(payload: BlockActions): Promise<Acknowledgement> {
    for (const [position, { value, action_id: id }] of payload.actions.entries()) {
      if (id.startsWith('url:')) continue;
      const meaning = await meaningOf(value ?? undefined);
      if (meaning) await click(payload, position, meaning);
      else if (value != null || id.startsWith('act:')) {
        logger.info({ actionId: id.slice(0, 60) }, 'A click on something that is no button of Steward.');
        const activity = clickActivity(payload, position, '', {}, clock.now());
        afterwork.do('Telling of an unknown button', () => sayUnknown(activity, payload.response_url));
      }
    }
    return TAKEN;
  }

  /** Nobody is left with a click that nothing came of. */
  const sayUnknown = async (activity: Activity, responseUrl: string | null | undefined): Promise<void> =>
    responder.whisper(activity, texts.unknown(await languageOf(activity)), responseUrl);

  /** Its trigger lives three seconds, so the modal is open before its content is made. */
  const openWaiting = async (
    activity: Activity,
    trigger: string | null | undefined,
  ): Promise<string | undefined> => {
    const waiting = responder.words(texts.stillWorking(await languageOf(activity)));
    return responder.open(activity, trigger ?? undefined, waiting, false);
  };

  /** What a button could not carry is looked up; a changed key finds nothing. */
  async function meaningOf(value: string | undefined): Promise<ButtonMeaning | undefined> {
    const meaning = readButtonValue(value);
    if (!meaning?.kept) return meaning;
    const payload = await payloads.get(meaning.kept);
    return payload && readButtonPayload(payload);
  }

  async function click(payload: BlockActions, position: number, meaning: ButtonMeaning): Promise<void> {
    const { act, open } = meaning;
    if (act?.verb === 'ask.prompt' && typeof act.data.prompt === 'string') {
      const asked = promptActivity(payload, position, act.data.prompt, clock.now());
      await intake.accept(asked);
      if (isHome(payload)) afterwork.do('Pointing to the messages', () => pointToMessages(payload, asked));
      return;
    }
    if (act) {
      const data = { ...act.data, ...fromBlockKitState((payload.state ?? payload.view?.state)?.values) };
      const activity = clickActivity(payload, position, act.verb, data, clock.now());
      await actOn(payload, activity, open === undefined);
    }
    if (open) afterwork.do('Opening a modal', () => openCard(payload, position, open));
  }

  /** The acknowledgement waits for the click to be stored, its answer for nobody. */
  async function actOn(payload: BlockActions, activity: Activity, answers: boolean): Promise<void> {
    responder.note(activity);
    const loading =
      OPENS_FORM.has(activity.action?.verb ?? '') && payload.view?.type !== 'modal'
        ? openWaiting(activity, payload.trigger_id)
        : undefined;
    let isStored = (): void => {};
    const stored = new Promise<void>((resolve) => {
      isStored = resolve;
    });
    const work = intake.respond(activity, { stored: isStored, withinMs: 60_000 });
    afterwork.do('Answering a click', async () => {
      const response = await work.catch((error: unknown) => failed(error, activity));
      if (isHome(payload) && response.kind === 'none') await pointToMessages(payload, activity);
      else if (answers) await responder.toClick(payload, activity, response, await loading);
    });
    await Promise.race([stored, work]);
  }

  /** What a click on the Home tab brings stands in another tab, which nobody sees from there. */
  const pointToMessages = async (payload: BlockActions, activity: Activity): Promise<void> => {
    const view = responder.words(texts.inMessages(await languageOf(activity)));
    await responder.open(activity, payload.trigger_id ?? undefined, view, false);
  };

  async function openCard(
    payload: BlockActions,
    position: number,
    { title, card }: { title: string; card: JsonObject },
  ): Promise<void> {
    const activity = clickActivity(payload, position, '', {}, clock.now());
    const { view } = await options.renderer.keeping((keep) =>
      toModal(card, { title, origin: originOf(activity), instance: newId(clock.now()), keep }),
    );
    const isInModal = payload.view?.type === 'modal';
    const opened = await responder.open(activity, payload.trigger_id ?? undefined, view, isInModal);
    if (opened !== undefined) return;
    const locale = await languageOf(activity);
    const form = { intro: texts.formHere(locale), card };
    if (!isInModal && (await responder.formInMessage(activity, form, payload.response_url))) return;
    await responder.whisper(activity, texts.formTooLate(locale), payload.response_url);
  }

  /** A submission is answered within its request: errors at their fields, else what came of it. */
  async function submission(payload: ViewSubmission): Promise<Acknowledgement> {
    const meaning = await meaningOfModal(payload.view.private_metadata ?? undefined);
    if (!meaning) {
      logger.info(
        { callbackId: payload.view.callback_id?.slice(0, 60) },
        'A modal that is none of Steward was sent.',
      );
      const sent = submissionActivity(payload, '', {}, {}, clock.now());
      const view = responder.words(texts.unknown(await languageOf(sent)));
      return { status: 200, body: { response_action: 'update', view } };
    }
    const values = { ...meaning.values, ...fromBlockKitState(payload.view.state?.values) };
    if (meaning.next) return nextPage(meaning, values);
    const data = { ...meaning.data, ...values };
    const sent = await submissionAtHome(options.threads, payload, meaning.origin);
    const activity = submissionActivity(sent, meaning.verb, data, meaning.origin, clock.now());
    responder.note(activity);
    const work = once(payload, activity);
    const language = languageOf(activity);
    const answered = new AbortController();
    const late = clock.sleep(options.respondWithinMs, answered.signal).then(() => undefined);
    const response = await Promise.race([work, late]);
    answered.abort();
    if (response)
      return { status: 200, body: await responder.toSubmission(payload.view, activity, response) };
    metrics.count('slack_late_responses_total');
    afterwork.do('Answering a modal late', async () =>
      responder.toLateSubmission(payload.view, activity, await work),
    );
    const waiting = responder.words(texts.stillWorking(await language));
    return { status: 200, body: { response_action: 'update', view: waiting } };
  }

  /** What a modal itself could not carry is looked up; a changed key finds nothing. */
  async function meaningOfModal(metadata: string | undefined): Promise<ModalMeaning | undefined> {
    const meaning = readModalMetadata(metadata);
    return meaning && 'kept' in meaning ? readModalMeaning(await payloads.get(meaning.kept)) : meaning;
  }

  /** A long form goes on, with what was filled in so far. */
  async function nextPage({ next, origin }: ModalMeaning, values: JsonObject): Promise<Acknowledgement> {
    const { card = {}, ...page } = next ?? {};
    const { view } = await options.renderer.keeping((keep) =>
      toModal(card, { ...page, values, origin, instance: newId(clock.now()), keep }),
    );
    return { status: 200, body: { response_action: 'update', view } };
  }

  /** The same submission again gets the same answer, also while the first is still being worked on. */
  function once(payload: ViewSubmission, activity: Activity): Promise<ActionResponse> {
    const key = submissionKey(payload);
    const earlier = submissions.get(key);
    if (earlier) return earlier;
    const work = intake.respond(activity, { withinMs: 60_000 }).catch((error: unknown) => {
      submissions.delete(key);
      return failed(error, activity);
    });
    if (submissions.size >= MAX_SUBMISSIONS) submissions.clear();
    submissions.set(key, work);
    return work;
  }

  async function shortcut(payload: MessageAction): Promise<Acknowledgement> {
    // An app that somebody set up by hand may have written them with other signs between the words.
    const id = payload.callback_id.toLowerCase().replace(/[^a-z]+/g, '-');
    const activity = articleActivity(payload, clock.now());
    if (id === 'ask-about-message') await intake.accept(shortcutActivity(payload, clock.now()));
    else if (id === 'make-article') await answerAlone(payload, activity);
    else {
      logger.info({ callbackId: id.slice(0, 60) }, 'An unknown shortcut was used.');
      afterwork.do('Telling of an unknown shortcut', () => sayUnknown(activity, payload.response_url));
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
      if (opened === undefined) await sayUnknown(activity, undefined);
    });
    return TAKEN;
  }

  /** Stored, acknowledged, and answered to the clicker alone, with a form in a modal; never with silence. */
  async function answerAlone(payload: MessageAction, activity: Activity): Promise<void> {
    const loading = openWaiting(activity, payload.trigger_id);
    let isStored = (): void => {};
    const stored = new Promise<void>((resolve) => {
      isStored = resolve;
    });
    const work = intake.respond(activity, { stored: isStored, withinMs: 60_000 });
    afterwork.do('Answering a shortcut', async () => {
      const response = await work.catch((error: unknown) => failed(error, activity));
      const shown = response.kind === 'none' ? await failed('Nobody answered.', activity) : response;
      await responder.toShortcut(payload, activity, shown, await loading);
    });
    await Promise.race([stored, work]);
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
    if (!(await workspaces.knows(place))) return notInstalled(place);
    metrics.count('slack_interactions_total', { type: 'command' });
    await intake.accept(activity);
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
