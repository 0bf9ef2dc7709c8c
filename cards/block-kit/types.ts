import type { JsonObject } from '../../core/kernel/json.js';

/** A block or an element of Slack's Block Kit; `type` names it, the rest depends on the type. */
export type SlackBlock = JsonObject & { type: string };

/** One Slack message; `text` is the notification and what a screen reader says. */
export interface SlackMessage {
  text: string;
  blocks: SlackBlock[];
}

/** A modal as `views.open` takes it. */
export interface SlackModal {
  type: 'modal';
  callback_id: string;
  title: SlackBlock;
  submit?: SlackBlock;
  close?: SlackBlock;
  private_metadata: string;
  blocks: SlackBlock[];
}

/** Something of a card that a channel cannot show as it is; nothing is lost without one. */
export interface ConversionWarning {
  /** Where in the card: `body[2].columns[0]`. */
  path: string;
  /** `clamped`: shortened, with a mark; `dropped`: not shown; `fallback`: shown in its simpler form. */
  code: 'clamped' | 'dropped' | 'fallback';
  detail: string;
}
