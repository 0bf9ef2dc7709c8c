import { readButtonPayload, readButtonValue, type ButtonMeaning } from '../../cards/block-kit/actions.js';
import { fromBlockKitState, toModal } from '../../cards/to-modal.js';
import type { Activity } from '../../core/kernel/activity.js';
import { newId } from '../../core/kernel/ids.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Acknowledgement } from './acknowledgement.js';
import { homeOfClick } from './at-home.js';
import type { InteractionTools } from './interaction-tools.js';
import { clickActivity } from './interactions.js';
import type { BlockActions } from './payload.js';
import { originOf } from './respond.js';
import type { ClickMeans, SortOut } from './sort-out.js';
import { respondStored } from './stored-response.js';

export interface ClicksOptions extends InteractionTools {
  sortOut: SortOut;
}

export interface Clicks {
  take(payload: BlockActions): Promise<Acknowledgement>;
  /** A trigger lives three seconds, so the modal is open before its content is made. @returns its id. */
  openWaiting(activity: Activity, trigger: string | null | undefined): Promise<string | undefined>;
  /** Nobody is left with a click that nothing came of. */
  sayUnknown(activity: Activity, responseUrl: string | null | undefined): Promise<void>;
}

/** Clicks that are answered with a form: its modal has to be open before the form is made. */
const OPENS_FORM = new Set(['approval.edit']);

const isHome = ({ view }: BlockActions): boolean => view?.type === 'home';

/** Clicks on buttons. */
export function createClicks(options: ClicksOptions): Clicks {
  const { intake, sortOut, responder, payloads, texts, languageOf, afterwork, clock, logger } = options;

  const take: Clicks['take'] = async (payload) => {
    for (const [position, { value, action_id: id }] of payload.actions.entries()) {
      if (id.startsWith('url:')) continue;
      const meaning = readButtonValue(value ?? undefined);
      if (meaning?.kept) await keptClick(payload, position, meaning.kept);
      else if (meaning) await click(payload, position, meaning);
      else if (value != null || id.startsWith('act:')) unknown(payload, position);
    }
    return { status: 200 };
  };

  function unknown(payload: BlockActions, position: number): void {
    const id = payload.actions[position]?.action_id.slice(0, 60);
    logger.info({ actionId: id }, 'A click on something that is no button of Steward.');
    const activity = clickActivity(payload, position, '', {}, clock.now());
    afterwork.do('Telling of an unknown button', () => sayUnknown(activity, payload.response_url));
  }

  const sayUnknown: Clicks['sayUnknown'] = async (activity, responseUrl) =>
    responder.whisper(activity, texts.unknown(await languageOf(activity)), responseUrl);

  const openWaiting: Clicks['openWaiting'] = async (activity, trigger) => {
    const waiting = responder.words(texts.stillWorking(await languageOf(activity)));
    return responder.open(activity, trigger ?? undefined, waiting, false);
  };

  const inputsOf = (payload: BlockActions): JsonObject =>
    fromBlockKitState((payload.state ?? payload.view?.state)?.values);

  /** What the button could not carry is looked up once the click is stored; a changed key finds nothing. */
  async function keptClick(payload: BlockActions, position: number, kept: string): Promise<void> {
    // What only opens a modal changes nothing and is not stored.
    const opensOnly = payload.actions[position]?.action_id.startsWith('open:') === true;
    const found = payloads.get(kept).then((stored) => readButtonPayload(stored));
    found.catch(() => undefined); // told below
    if (!opensOnly) await actOn(payload, position, { kept, inputs: inputsOf(payload) }, found);
    afterwork.do('Opening what a button stands for', async () => {
      const meaning = await found;
      if (!meaning) unknown(payload, position);
      else if (meaning.open) await openCard(payload, position, meaning.open);
    });
  }

  async function click(payload: BlockActions, position: number, meaning: ButtonMeaning): Promise<void> {
    const { act, open } = meaning;
    if (act?.verb === 'ask.prompt' && typeof act.data.prompt === 'string') {
      const asked = sortOut.click(payload, position, { prompt: act.data.prompt });
      await intake.accept(asked);
      if (isHome(payload)) afterwork.do('Pointing to the messages', () => pointToMessages(payload, asked));
      return;
    }
    if (act) {
      const data = { ...act.data, ...inputsOf(payload) };
      await actOn(payload, position, { verb: act.verb, data }, Promise.resolve(meaning));
    }
    if (open) afterwork.do('Opening a modal', () => openCard(payload, position, open));
  }

  async function actOn(
    payload: BlockActions,
    position: number,
    means: ClickMeans,
    looked: Promise<ButtonMeaning | undefined>,
  ): Promise<void> {
    const taken = sortOut.click(payload, position, means);
    const { stored, work } = respondStored(intake, taken);
    const sorted = taken.unsorted ? sortOut.later(taken) : Promise.resolve(taken);
    responder.note(taken);
    afterwork.do('Answering a click', async () => {
      const [activity, meaning] = await Promise.all([
        sorted.catch(() => taken),
        looked.catch(() => undefined),
      ]);
      if (!activity) return; // it is told already
      responder.note(activity, taken);
      const opensForm = OPENS_FORM.has(activity.action?.verb ?? '') && payload.view?.type !== 'modal';
      const loading = opensForm ? openWaiting(activity, payload.trigger_id) : undefined;
      const response = await work.catch((error: unknown) => options.failed(error, activity));
      if (isHome(payload) && response.kind === 'none') await pointToMessages(payload, activity);
      else if (meaning?.open === undefined)
        await responder.toClick(payload, activity, response, await loading);
    });
    await stored;
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
    const atHome = await homeOfClick(options.threads, payload);
    const activity = clickActivity(atHome, position, '', {}, clock.now());
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

  return { take, openWaiting, sayUnknown };
}
