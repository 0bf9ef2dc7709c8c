import type { Turn } from '../core/kernel/turn.js';
import { noticeContent } from './cards/plain-cards.js';

/** One sentence to whoever clicked: beside the card where the channel can show it there, else as a reply. */
export function tellClicker(turn: Turn, text: string): void {
  if (turn.activity.expectsResponse) turn.respond({ kind: 'message', text });
  else turn.reply(noticeContent(turn.locale, { text, tone: 'warning' }));
}
