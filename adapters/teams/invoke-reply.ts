import type { JsonObject } from '../../core/kernel/json.js';
import type { HttpReply } from '../../core/kernel/http-route.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import type { TeamsPayload } from './payload.js';
import { ADAPTIVE_CARD, type Renderer } from './render.js';

const MESSAGE = 'application/vnd.microsoft.activity.message';
const ERROR = 'application/vnd.microsoft.error';

const ok = (body: JsonObject): HttpReply => ({ status: 200, body });

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format */
const invokeBody = (statusCode: number, type: string, value: JsonObject | string): HttpReply =>
  ok({ statusCode, type, value });

export const messageReply = (text: string): HttpReply => invokeBody(200, MESSAGE, text);

/** A refusal that the card shows; Teams knows 400 and 500, and gives 401 and 412 to sign-in. */
export const errorReply = (status: number, text: string): HttpReply =>
  status >= 500
    ? invokeBody(500, ERROR, { code: 'InternalServerError', message: text })
    : invokeBody(400, ERROR, { code: 'BadRequest', message: text });

/** What Steward answers to a click, in the words of Universal Actions. */
export function actionReply(response: ActionResponse, renderer: Renderer): HttpReply {
  switch (response.kind) {
    case 'none':
      return messageReply('');
    case 'message':
      return messageReply(response.text);
    case 'field-errors':
      return errorReply(400, Object.values(response.errors).join('\n'));
    case 'error':
      return errorReply(response.status, response.text);
    default: {
      const card = renderer.card(response.content, false);
      return card ? invokeBody(200, ADAPTIVE_CARD, card) : messageReply(response.content.text);
    }
  }
}

/** Empty answers to invokes of surfaces that Steward does not offer, each in the shape that its client waits for. */
export function unofferedReply({ name }: TeamsPayload, failedText: string): HttpReply {
  switch (name) {
    case 'composeExtension/query':
    case 'composeExtension/queryLink':
    case 'composeExtension/anonymousQueryLink':
      return ok({ composeExtension: { type: 'result', attachmentLayout: 'list', attachments: [] } });
    case 'application/search':
      return invokeBody(200, 'application/vnd.microsoft.search.searchResponse', { results: [] });
    case 'signin/tokenExchange':
      // 412 makes the client stop trying silently; Steward keeps no connection to exchange for.
      return { status: 412, body: { failureDetail: 'Steward has no sign-in connection.' } };
    case 'signin/verifyState':
    case 'signin/failure':
    case 'message/submitAction':
      return ok({});
    case 'adaptiveCard/action':
      return errorReply(400, failedText);
    default:
      return { status: 501, body: {} };
  }
}
