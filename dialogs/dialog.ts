import type { Turn } from '../core/kernel/turn.js';

/** One step of a conversation. @returns true when the turn is answered and no other dialog has to look at it. */
export type Dialog = (turn: Turn) => Promise<boolean>;

/** Asks the dialogs in their order until one has answered; the order stands in `bot/compose.ts`. */
export function createRouter(dialogs: Dialog[]): (turn: Turn) => Promise<void> {
  return async (turn) => {
    for (const dialog of dialogs) {
      if (await dialog(turn)) return;
    }
  };
}
