import { readFileSync } from 'node:fs';
import { shippedFile } from '../../core/kernel/package-root.js';
import type englishTexts from '../../dialogs/texts/en.json';

const english = JSON.parse(
  readFileSync(shippedFile('dialogs', 'texts', 'en.json'), 'utf8'),
) as typeof englishTexts;

/** One answer that a bot gave, as the sink saw it. */
export interface GivenAnswer {
  conversation: string;
  /** What the channel calls it. */
  id?: string;
  /** Id of the message that it answers, where the channel tells. */
  inReplyTo?: string;
  text: string;
  /** The whole of what was sent, as the channel got it. */
  activity?: unknown;
  /** It rewrites an earlier message. */
  isUpdate?: boolean;
}

/** Whether it only says that the answer comes later. */
export const isWaitingNotice = ({ text }: GivenAnswer): boolean =>
  text.includes('There is much to do just now');

/** Whether it only says that a person was called as well, to who asked or to who was called; that comes beside the answer. */
export const isCallNotice = ({ text }: GivenAnswer): boolean =>
  REASONS_TO_CALL.some((reason) => text.includes(reason)) ||
  /sees? what we have talked about and answers? here\./.test(text);

const REASONS_TO_CALL = Object.entries(english.escalation)
  .filter(([key]) => key.startsWith('reason-'))
  .map(([, words]) => words);

/** A channel as the generator sees it: how a message gets in, and what comes out. */
export interface Traffic {
  /** What the bot is told of the sink. */
  sinkUrl: string;
  /** Posts one message; resolves when the bot has acknowledged it. @returns the HTTP status. */
  send(port: number, conversation: string, messageId: string, text: string): Promise<number>;
  /** Called for every answer. */
  onAnswer(listener: (answer: GivenAnswer) => void): void;
  close(): Promise<void>;
}
