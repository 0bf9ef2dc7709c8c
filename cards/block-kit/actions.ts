import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import { SLACK_LIMITS } from '../slack-limits.js';
import { clamp, warn, type Conversion } from './conversion.js';
import { list, plain } from './texts.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';

/**
 * What a button carries: an act with its data (`v`, `d`), a small card to open as a modal (`o`), or the key of
 * something that was too large for a button (`k`). It comes back from a client, so whoever acts on it checks it.
 */
const buttonValue = z.object({
  v: z.string().max(100).optional(),
  d: z.record(z.string(), z.json()).optional(),
  o: z.looseObject({ type: z.literal('AdaptiveCard') }).optional(),
  t: z.string().optional(),
  k: z.string().optional(),
});

export interface ButtonMeaning {
  act?: { verb: string; data: JsonObject };
  /** To be opened with `toModal`; `title` names the modal. */
  open?: { title: string; card: JsonObject };
  /** Key of what `keep` was given; its payload reads with `readButtonPayload`. */
  kept?: string;
}

/** What a click on one of our buttons means; undefined for a value that is none of ours. */
export function readButtonValue(value: string | undefined): ButtonMeaning | undefined {
  if (value === undefined || value.length > SLACK_LIMITS.buttonValue) return undefined;
  try {
    return readButtonPayload(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** The same for a payload that was kept on the server. */
export function readButtonPayload(payload: unknown): ButtonMeaning | undefined {
  const parsed = buttonValue.safeParse(payload);
  if (!parsed.success) return undefined;
  const { v: verb, d: data, o: card, t: title, k: kept } = parsed.data;
  if (verb === undefined && card === undefined && kept === undefined) return undefined;
  return {
    ...(verb !== undefined && { act: { verb, data: (data ?? {}) as JsonObject } }),
    ...(card !== undefined && { open: { title: title ?? '', card: card as JsonObject } }),
    ...(kept !== undefined && { kept }),
  };
}

/** Actions as rows of buttons; two thumbs become Slack's own feedback buttons, which only messages have. */
export function actionBlocks(actions: JsonObject[], conversion: Conversion, path: string): SlackBlock[] {
  const feedback = conversion.isModal ? undefined : feedbackBlock(actions, conversion, path);
  const others = feedback ? actions.filter((action) => !isFeedback(action)) : actions;
  const first = others.filter(({ mode }) => mode !== 'secondary');
  const rest = others.filter(({ mode }) => mode === 'secondary');
  return [
    ...buttonRows(first, conversion, path),
    ...buttonRows(rest, conversion, path),
    ...(feedback ? [feedback] : []),
  ];
}

const BUTTONS_PER_ROW = 5;

function buttonRows(actions: JsonObject[], conversion: Conversion, path: string): SlackBlock[] {
  const buttons = actions
    .map((action, index) => button(action, conversion, `${path}[${index}]`))
    .filter((element) => element !== undefined);
  let hasPrimary = false;
  for (const element of buttons) {
    if (element.style !== 'primary') continue;
    if (hasPrimary) delete element.style;
    hasPrimary = true;
  }
  const rows: SlackBlock[] = [];
  for (let at = 0; at < buttons.length; at += BUTTONS_PER_ROW) {
    rows.push({ type: 'actions', elements: buttons.slice(at, at + BUTTONS_PER_ROW) });
  }
  return rows;
}

/** One action as a button; undefined, with a warning, for what has no counterpart. */
export function button(action: JsonObject, conversion: Conversion, path: string): SlackBlock | undefined {
  const title = clamp(
    conversion,
    path,
    asText(action.title ?? '') || asText(action.verb ?? '') || '…',
    SLACK_LIMITS.buttonText,
  );
  const base = { type: 'button', text: plain(title) };
  if (action.type === 'Action.OpenUrl') {
    const url = asText(action.url ?? '');
    if (!/^https?:\/\//i.test(url) || url.length > SLACK_LIMITS.url) {
      warn(conversion, path, 'dropped', 'no web address, or too long a one');
      return undefined;
    }
    return { ...base, action_id: `url:${conversion.next()}`, url };
  }
  const payload = payloadOf(action);
  if (!payload) {
    warn(conversion, path, 'dropped', `${asText(action.type)} has no counterpart`);
    return undefined;
  }
  const value = valueFor(payload, conversion, path);
  if (value === undefined) return undefined;
  return { ...base, action_id: actionId(payload, conversion), value, ...styleOf(action, payload, title) };
}

/** `act:VERB:N` or `open:VERB:N`; what counts is the value, the id is for logs and for telling elements apart. */
function actionId({ v: verb, o: card }: JsonObject, conversion: Conversion): string {
  if (card === undefined) return `act:${asText(verb)}:${conversion.next()}`;
  const [inner] = list((card as JsonObject).actions);
  return `open:${asText(inner?.verb ?? 'card')}:${conversion.next()}`;
}

function payloadOf(action: JsonObject): JsonObject | undefined {
  if (action.type === 'Action.Execute') {
    return { v: asText(action.verb ?? ''), d: (action.data ?? {}) as JsonObject };
  }
  if (action.type === 'Action.Submit') {
    const { verb, ...data } = (action.data ?? {}) as JsonObject;
    return { v: asText(verb ?? ''), d: data };
  }
  return action.type === 'Action.ShowCard'
    ? { o: withoutFallbacks(action.card as JsonObject) as JsonObject, t: asText(action.title ?? '') }
    : undefined;
}

function valueFor(payload: JsonObject, conversion: Conversion, path: string): string | undefined {
  const value = JSON.stringify(payload);
  if (value.length <= SLACK_LIMITS.buttonValue) return value;
  if (conversion.keep) return JSON.stringify({ k: conversion.keep(payload) });
  warn(conversion, path, 'dropped', `the button carries ${value.length} characters and nothing keeps them`);
  return undefined;
}

function styleOf(action: JsonObject, payload: JsonObject, title: string): JsonObject {
  if (action.style === 'positive') return { style: 'primary' };
  if (action.style !== 'destructive') return {};
  // A modal asks anyway.
  if (payload.o !== undefined) return { style: 'danger' };
  const word = title.slice(0, SLACK_LIMITS.confirmButton);
  return {
    style: 'danger',
    confirm: {
      title: plain(title),
      text: plain(`${title}?`),
      confirm: plain(word),
      deny: plain('✕'),
      style: 'danger',
    },
  };
}

function isFeedback(action: JsonObject): boolean {
  return feedbackVerb(action) !== undefined;
}

function feedbackVerb(action: JsonObject): 'up' | 'down' | undefined {
  const inner = action.type === 'Action.ShowCard' ? list((action.card as JsonObject).actions)[0] : action;
  if (inner?.verb === 'feedback.up') return 'up';
  return inner?.verb === 'feedback.down' ? 'down' : undefined;
}

/** Thumbs: a thumb down counts at once, and then opens the question for the reason. */
function feedbackBlock(actions: JsonObject[], conversion: Conversion, path: string): SlackBlock | undefined {
  const up = actions.find((action) => feedbackVerb(action) === 'up');
  const down = actions.find((action) => feedbackVerb(action) === 'down');
  if (!up || !down) return undefined;
  const inner = down.type === 'Action.ShowCard' ? list((down.card as JsonObject).actions)[0] : down;
  const downPayload = { ...payloadOf(inner ?? down), ...(inner === down ? {} : payloadOf(down)) };
  const upValue = valueFor(payloadOf(up) ?? {}, conversion, path);
  const downValue = valueFor(downPayload, conversion, path);
  if (upValue === undefined || downValue === undefined) return undefined;
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: `feedback:${conversion.next()}`,
        positive_button: { text: plain(titleOf(up)), value: upValue },
        negative_button: { text: plain(titleOf(down)), value: downValue },
      },
    ],
  };
}

function titleOf({ title }: JsonObject): string {
  return asText(title ?? '').slice(0, SLACK_LIMITS.buttonText);
}

/** A submit for old Teams clients would only fill the button. */
function withoutFallbacks(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutFallbacks);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'fallback')
      .map(([key, member]) => [key, withoutFallbacks(member)]),
  );
}
