import { expect, it } from '@jest/globals';
import type { LiveReplyChannel } from '../../core/kernel/outbound-message.js';
import { createManualClock } from '../../tests/support/manual-clock.js';
import { earlySign } from './early-sign.js';

function liveReply(): LiveReplyChannel & { shown: string[] } {
  const shown: string[] = [];
  return {
    shown,
    stopped: false,
    status: (text) => void shown.push(text),
    append: () => undefined,
    finish: () => Promise.resolve(undefined),
    abandon: () => Promise.resolve(),
  };
}

it('shows a line when nothing was answered for a moment, and hands the begun reply on', async () => {
  const clock = createManualClock();
  const live = liveReply();
  const sign = earlySign('Searching …', () => live, clock);
  expect(live.shown).toEqual([]);
  await clock.advance(200);
  expect(live.shown).toEqual(['Searching …']);
  expect(sign.end()).toBe(live);
});

it('shows nothing when the answer was quicker', async () => {
  const clock = createManualClock();
  const live = liveReply();
  const sign = earlySign('Searching …', () => live, clock);
  expect(sign.end()).toBeUndefined();
  await clock.advance(1_000);
  expect(live.shown).toEqual([]);
});
