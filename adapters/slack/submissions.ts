import {
  fromBlockKitState,
  readModalMeaning,
  readModalMetadata,
  toModal,
  type ModalMeaning,
} from '../../cards/to-modal.js';
import type { Activity } from '../../core/kernel/activity.js';
import { newId } from '../../core/kernel/ids.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { Acknowledgement } from './acknowledgement.js';
import { submissionAtHome } from './at-home.js';
import type { InteractionTools } from './interaction-tools.js';
import { submissionActivity, submissionKey } from './interactions.js';
import type { ViewSubmission } from './payload.js';
import { originOfInteraction } from './place.js';
import { respondStored, type StoredResponse } from './stored-response.js';
import type { Workspaces } from './workspaces.js';

export interface SubmissionsOptions extends InteractionTools {
  workspaces: Pick<Workspaces, 'knows'>;
  /** How long a submission may take until it is answered with "still working". */
  withinMs: number;
  notInstalled(payload: ViewSubmission): Acknowledgement;
  metrics: Metrics;
}

interface Sent extends StoredResponse {
  activity: Activity;
}

/** What is answered at once, or what was handed in. */
type Reading = { atOnce: Acknowledgement; sent?: undefined } | { atOnce?: undefined; sent: Sent };

const MAX_SUBMISSIONS = 1_000;

/** Modals that were sent off: each is answered within its request, because errors belong at their fields. */
export function createSubmissions(
  options: SubmissionsOptions,
): (payload: ViewSubmission) => Promise<Acknowledgement> {
  const { intake, workspaces, responder, payloads, texts, languageOf, afterwork, clock, logger, metrics } =
    options;
  const submissions = new Map<string, StoredResponse>();

  return async (payload) => {
    const answered = new AbortController();
    const late = clock.sleep(options.withinMs, answered.signal).then(() => undefined);
    const language = languageOf(submissionActivity(payload, '', {}, {}, clock.now()));
    const read = readSubmission(payload, language);
    const done = read.then(async ({ atOnce, sent }) => ({ atOnce, sent, response: await sent?.work }));
    const inTime = await Promise.race([done, late]);
    answered.abort();
    if (inTime?.sent && inTime.response) {
      const { sent, response } = inTime;
      return { status: 200, body: await responder.toSubmission(payload.view, sent.activity, response) };
    }
    const { atOnce, sent } = await read;
    if (!sent) return atOnce;
    const { activity, work, stored } = sent;
    metrics.count('slack_late_responses_total');
    // Nobody is told that it is being worked on before it is safe.
    await stored;
    afterwork.do('Answering a modal late', async () =>
      responder.toLateSubmission(payload.view, activity, await work),
    );
    const waiting = responder.words(texts.stillWorking(await language));
    return { status: 200, body: { response_action: 'update', view: waiting } };
  };

  async function readSubmission(
    payload: ViewSubmission,
    language: Promise<string | undefined>,
  ): Promise<Reading> {
    if (!(await workspaces.knows(originOfInteraction(payload))))
      return { atOnce: options.notInstalled(payload) };
    const meaning = await meaningOf(payload.view.private_metadata ?? undefined);
    if (!meaning) {
      const callbackId = payload.view.callback_id?.slice(0, 60);
      logger.info({ callbackId }, 'A modal that is none of Steward was sent.');
      const view = responder.words(texts.unknown(await language));
      return { atOnce: { status: 200, body: { response_action: 'update', view } } };
    }
    const values = { ...meaning.values, ...fromBlockKitState(payload.view.state?.values) };
    if (meaning.next) return { atOnce: await nextPage(meaning, values) };
    const data = { ...meaning.data, ...values };
    const sent = await submissionAtHome(options.threads, payload, meaning.origin);
    const activity = submissionActivity(sent, meaning.verb, data, meaning.origin, clock.now());
    responder.note(activity);
    return { sent: { activity, ...once(payload, activity) } };
  }

  /** What a modal itself could not carry is looked up; a changed key finds nothing. */
  async function meaningOf(metadata: string | undefined): Promise<ModalMeaning | undefined> {
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
  function once(payload: ViewSubmission, activity: Activity): StoredResponse {
    const key = submissionKey(payload);
    const earlier = submissions.get(key);
    if (earlier) return earlier;
    const { stored, work } = respondStored(intake, activity);
    const done = {
      stored: stored.catch(() => undefined), // the work tells of it
      work: work.catch((error: unknown) => {
        submissions.delete(key);
        return options.failed(error, activity);
      }),
    };
    if (submissions.size >= MAX_SUBMISSIONS) submissions.clear();
    submissions.set(key, done);
    return done;
  }
}
