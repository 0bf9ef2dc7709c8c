import type { AdaptiveCard, CardElement } from '../../cards/adaptive-card.js';
import { toBlockKit } from '../../cards/to-block-kit.js';
import { modalErrors, modalInput, toModal } from '../../cards/to-modal.js';
import { SLACK_LIMITS, sizeOf } from '../../cards/slack-limits.js';
import type { SlackBlock, SlackModal } from '../../cards/block-kit/types.js';
import { mrkdwn, plain } from '../../cards/block-kit/texts.js';
import { mrkdwnPieces } from '../../cards/block-kit/mrkdwn.js';
import type { Activity } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError, neverHappens } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ActionResponse, ChannelPort, OutboundContent } from '../../core/kernel/outbound-message.js';
import type { MessageUpdates } from '../message-updates.js';
import { reasonOf } from './api-fault.js';
import { isLastingUrl, type ResponseUrls } from './response-url.js';
import type { BlockActions, MessageAction, SlackView } from './payload.js';
import { bodyOf } from './message-body.js';
import { placeOf, readMessageId, userIdOf } from './place.js';
import type { Renderer } from './render.js';
import type { SlackWebApi } from './web-api.js';

export interface ResponderOptions {
  api: SlackWebApi;
  renderer: Renderer;
  port: ChannelPort;
  updates: MessageUpdates;
  responseUrls: ResponseUrls;
  /** Told that a clicked card shows its answer. */
  shown: Intake['shown'];
  /** Title of modals that only say something. */
  title: string;
  clock: Clock;
  logger: Logger;
}

/** Shows the answer to a click or a submitted modal. */
export interface Responder {
  /** After a click: a card takes the clicked one's place, a form opens as a modal, words are for the clicker alone. */
  toClick(
    payload: BlockActions,
    activity: Activity,
    response: ActionResponse,
    modalId?: string,
  ): Promise<void>;
  /** After a shortcut: in the modal that it opened, else in the person's own conversation. */
  toShortcut(
    payload: MessageAction,
    activity: Activity,
    response: ActionResponse,
    modalId: string | undefined,
  ): Promise<void>;
  /** What a submission is answered with in its own request; `{}` closes the modal. */
  toSubmission(view: SlackView, activity: Activity, response: ActionResponse): Promise<JsonObject>;
  /** After a submission whose request has ended: the modal is still open and says what came of it. */
  toLateSubmission(view: SlackView, activity: Activity, response: ActionResponse): Promise<void>;
  /** Opens a modal in the three seconds that Slack gives. @returns its id, or undefined when it was too late. */
  open(
    activity: Activity,
    triggerId: string | undefined,
    view: SlackModal,
    onTop: boolean,
  ): Promise<string | undefined>;
  /** A modal that only says something. */
  words(text: string): SlackModal;
  /** Words for one person alone, where they clicked. */
  whisper(activity: Activity, text: string, responseUrl: string | null | undefined): Promise<void>;
  /**
   * A form as a message for the clicker alone: its inputs come back with the click on its button, and it needs no trigger.
   * @returns false where it does not fit into one.
   */
  formInMessage(
    activity: Activity,
    form: { intro: string; card: JsonObject },
    responseUrl: string | null | undefined,
  ): Promise<boolean>;
  /** Notes when a click came; `earlier` is the same one as it was before it was looked up. */
  note(activity: Activity, earlier?: Activity): void;
}

const EMPTY_MODAL_TEXT = '…';

export function createResponder(options: ResponderOptions): Responder {
  const { api, renderer, port, updates, responseUrls, title, clock, logger } = options;
  const instance = (): string => newId(clock.now());
  const receivedAt = new WeakMap<Activity, Date>();

  const words: Responder['words'] = (text) => ({
    type: 'modal',
    callback_id: 'steward-words',
    title: plain(title.slice(0, 24)),
    private_metadata: '{}',
    blocks: wordBlocks(text.trim() === '' ? EMPTY_MODAL_TEXT : text),
  });

  /** A card with inputs as a modal; undefined for a card that only shows something. */
  async function formOf(content: OutboundContent, activity: Activity): Promise<SlackModal | undefined> {
    const card = renderer.card(content);
    if (!card) return undefined;
    const { view } = await renderer.keeping((keep) =>
      toModal(card, { origin: originOf(activity), instance: instance(), keep }),
    );
    return view.blocks.some(({ type }) => type === 'input') ? view : undefined;
  }

  async function cardAsModal(content: OutboundContent, activity: Activity): Promise<SlackModal> {
    const card = renderer.card(content);
    if (!card) return words(content.text);
    const { view } = await renderer.keeping((keep) =>
      toModal(card, { title, origin: originOf(activity), instance: instance(), keep }),
    );
    return view;
  }

  const open: Responder['open'] = async (activity, triggerId, view, onTop) => {
    if (!triggerId) return undefined;
    try {
      const method = onTop ? 'views.push' : 'views.open';
      const answer = await api.call(placeOf(activity.conversation), method, {
        trigger_id: triggerId,
        view: view as unknown as JsonObject,
      });
      const { id } = (answer.view ?? {}) as { id?: unknown };
      return typeof id === 'string' ? id : undefined;
    } catch (error) {
      // The trigger had expired or was used; whoever asked is told in another way.
      logger.info({ reason: reasonOf(error), error: describeError(error) }, 'A modal could not be opened.');
      return undefined;
    }
  };

  /** @returns false where the person has closed the modal meanwhile. */
  const update = (activity: Activity, viewId: string, view: SlackModal): Promise<boolean> =>
    api
      .call(placeOf(activity.conversation), 'views.update', {
        view_id: viewId,
        view: view as unknown as JsonObject,
      })
      .then(
        () => true,
        (error: unknown) => {
          logger.info(
            { reason: reasonOf(error), error: describeError(error) },
            'A modal was not there any more.',
          );
          return false;
        },
      );

  /**
   * The card in the conversation takes the new form; one that is nobody's message goes by its response address. What
   * the click caused may have rewritten the card already, and is newer then than the answer to the click.
   */
  async function replaceCard(
    activity: Activity,
    response: Extract<ActionResponse, { kind: 'card' }>,
    responseUrl: string | null | undefined,
  ): Promise<void> {
    const { content, copyVersion } = response;
    const card = activity.action?.cardActivityId;
    const since = receivedAt.get(activity) ?? clock.now();
    if (card && copyVersion === undefined && updates.wereAfter(card, since)) return;
    const { conversation } = activity;
    if (card || !isLastingUrl(responseUrl)) {
      const message = { id: newId(clock.now()), conversation, content, copyVersion };
      await port.deliver({ ...message, kind: card ? 'update' : 'post' }, card);
      options.shown(activity, response);
      return;
    }
    const [first] = await renderer.render(content, instance(), { place: placeOf(conversation) });
    if (!first || (await answered(responseUrl, { replace_original: true, ...first }))) return;
    await port.deliver({ id: newId(clock.now()), kind: 'post', conversation, content });
  }

  /** A response address works five times in thirty minutes; after that people are answered in another way. */
  const answered = (responseUrl: string, body: JsonObject): Promise<boolean> =>
    responseUrls.send(responseUrl, body).then(
      () => true,
      (error: unknown) => {
        logger.info({ error: describeError(error) }, 'Slack took no answer at a click’s own address.');
        return false;
      },
    );

  /** Words for the clicker alone. */
  async function whisper(
    activity: Activity,
    text: string,
    responseUrl: string | null | undefined,
  ): Promise<void> {
    if (text === '') return;
    const pieces = mrkdwnPieces(text);
    const body = {
      text: pieces[0] ?? text,
      blocks: pieces.map((piece) => ({ type: 'section', text: mrkdwn(piece) })),
    };
    const whispered = { response_type: 'ephemeral', replace_original: false, ...body };
    if (isLastingUrl(responseUrl) && (await answered(responseUrl, whispered))) return;
    const { conversation, from } = activity;
    const target = /^[UW]/.test(conversation.conversationId)
      ? { ...conversation }
      : {
          ...conversation,
          accountId: from.accountId,
          extra: { ...conversation.extra, ephemeral: '1' },
        };
    await port.deliver({ id: newId(clock.now()), kind: 'post', conversation: target, content: { text } });
  }

  const formInMessage: Responder['formInMessage'] = async (activity, { intro, card }, responseUrl) => {
    const body = [{ type: 'TextBlock', text: intro, wrap: true }, ...((card.body ?? []) as CardElement[])];
    const shown = { ...card, body } as unknown as AdaptiveCard;
    const { messages } = await renderer.keeping((keep) =>
      toBlockKit(shown, { text: intro, instance: instance(), keep }),
    );
    const [message, ...more] = messages;
    if (!message || more.length > 0) return false;
    if (isLastingUrl(responseUrl)) {
      return answered(responseUrl, { response_type: 'ephemeral', replace_original: false, ...message });
    }
    const { conversation, from } = activity;
    return api
      .call(placeOf(conversation), 'chat.postEphemeral', {
        channel: conversation.conversationId,
        user: userIdOf(from.accountId),
        thread_ts: conversation.threadId,
        ...bodyOf(message),
      })
      .then(
        () => true,
        (error: unknown) => {
          logger.info({ error: describeError(error) }, 'A form could not be shown as a message.');
          return false;
        },
      );
  };

  const toClick: Responder['toClick'] = async (payload, activity, response, modalId) => {
    const viewId = modalId ?? (payload.view?.type === 'modal' ? payload.view.id : undefined);
    if (response.kind === 'card') {
      const form = await formOf(response.content, activity);
      const shown = viewId && (form ?? (await cardAsModal(response.content, activity)));
      if (viewId && shown && (await update(activity, viewId, shown))) return;
      const isOpen = form && (await open(activity, payload.trigger_id ?? undefined, form, false));
      if (!isOpen) await replaceCard(activity, response, payload.response_url);
      return;
    }
    const text = textOf(response);
    const isSaid =
      viewId !== undefined &&
      (modalId !== undefined || text !== '') &&
      (await update(activity, viewId, words(text)));
    if (!isSaid) await whisper(activity, text, payload.response_url);
  };

  /** Where no card was clicked and no form can be opened, the direct messages show it. */
  const postCard = async ({ conversation }: Activity, content: OutboundContent): Promise<void> => {
    await port.deliver({ id: newId(clock.now()), kind: 'post', conversation, content });
  };

  const toShortcut: Responder['toShortcut'] = async (payload, activity, response, modalId) => {
    const isCard = response.kind === 'card';
    const form = modalId !== undefined && isCard ? await formOf(response.content, activity) : undefined;
    const shown = form ?? words(textOf(response));
    if (modalId !== undefined && (await update(activity, modalId, shown))) return;
    if (isCard) await postCard(activity, response.content);
    else await whisper(activity, textOf(response), payload.response_url);
  };

  const toSubmission: Responder['toSubmission'] = async (view, activity, response) => {
    switch (response.kind) {
      case 'none':
        return {};
      case 'field-errors':
        return errorsAt(view, response.errors);
      case 'error':
        return errorsAt(view, { '': response.text });
      case 'message':
        return { response_action: 'update', view: words(response.text) as unknown as JsonObject };
      case 'card': {
        if (response.errors && haveFields(view, response.errors)) return errorsAt(view, response.errors);
        const form = await formOf(response.content, activity);
        if (form) return { response_action: 'update', view: form as unknown as JsonObject };
        if (!activity.action?.cardActivityId) {
          const shown = await cardAsModal(response.content, activity);
          return { response_action: 'update', view: shown as unknown as JsonObject };
        }
        await replaceCard(activity, response, undefined);
        return {};
      }
      default:
        return neverHappens(response);
    }
  };

  /** What was typed stays as it is where every error has its field in the open modal. */
  const haveFields = (view: SlackView, errors: Record<string, string>): boolean => {
    const fields = Object.keys(errors);
    const blocks = (view.blocks ?? []) as SlackBlock[];
    return fields.length > 0 && fields.every((field) => modalInput(blocks, field) !== undefined);
  };

  const errorsAt = (view: SlackView, errors: Record<string, string>): JsonObject => {
    const found = modalErrors((view.blocks ?? []) as SlackBlock[], errors);
    return Object.keys(found).length > 0
      ? { response_action: 'errors', errors: found }
      : {
          response_action: 'update',
          view: words(Object.values(errors).join('\n\n')) as unknown as JsonObject,
        };
  };

  const toLateSubmission: Responder['toLateSubmission'] = async (view, activity, response) => {
    if (response.kind === 'card') {
      const form = await formOf(response.content, activity);
      const replacesCard = !form && activity.action?.cardActivityId !== undefined;
      if (replacesCard) await replaceCard(activity, response, undefined);
      const shown = form ?? (await cardAsModal(response.content, activity));
      if (!(await update(activity, view.id, shown)) && !replacesCard)
        await postCard(activity, response.content);
      return;
    }
    const text = textOf(response);
    if (text !== '' && !(await update(activity, view.id, words(text))))
      await whisper(activity, text, undefined);
  };

  return {
    toClick,
    toShortcut,
    toSubmission,
    toLateSubmission,
    open,
    words,
    whisper,
    formInMessage,
    note: (activity, earlier = activity) =>
      void receivedAt.set(activity, receivedAt.get(earlier) ?? clock.now()),
  };
}

/** As much as a modal holds; that there is more is seen. */
function wordBlocks(text: string): SlackBlock[] {
  const blocks = mrkdwnPieces(text).map((piece): SlackBlock => ({ type: 'section', text: mrkdwn(piece) }));
  let size = 0;
  const most = SLACK_LIMITS.viewBlocks - 1;
  const end = blocks.findIndex((block, at) => at >= most || (size += sizeOf(block)) > SLACK_LIMITS.pageSize);
  return end < 0 ? blocks : [...blocks.slice(0, end), { type: 'section', text: mrkdwn(EMPTY_MODAL_TEXT) }];
}

/** Where a modal comes from; ids only. */
export function originOf({ conversation, action }: Activity): JsonObject {
  const card = readMessageId(action?.cardActivityId);
  return {
    channel: card?.channel ?? conversation.conversationId,
    ...(card ? { ts: card.ts } : {}),
    ...(conversation.threadId ? { thread: conversation.threadId } : {}),
    ...(conversation.extra?.ephemeral === '1' ? { ephemeral: true } : {}),
  };
}

function textOf(response: ActionResponse): string {
  switch (response.kind) {
    case 'message':
    case 'error':
      return response.text;
    case 'field-errors':
      return Object.values(response.errors).join('\n\n');
    case 'card':
      return response.content.text;
    default:
      return '';
  }
}
