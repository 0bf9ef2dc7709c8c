import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../core/kernel/logger.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { AdaptiveCard } from '../../cards/adaptive-card.js';
import type { CardContent } from '../../core/kernel/outbound-message.js';
import { createRenderer } from './render.js';

function world(body: JsonObject[]) {
  let drawn = 0;
  const kept: string[] = [];
  const renderer = createRenderer({
    renderCard: () => {
      drawn += 1;
      return { type: 'AdaptiveCard', version: '1.5', body } as unknown as AdaptiveCard;
    },
    payloads: { put: async (key) => void kept.push(key), get: async () => undefined },
    pictures: { upload: async () => undefined },
    logger: silentLogger,
  });
  return { renderer, kept, drawn: () => drawn };
}
const content = { text: 'Help', card: { template: 'help', data: {} } as unknown as CardContent };

describe('what Slack shows', () => {
  it('is made ready once when the same is said again and again', async () => {
    const { renderer, drawn } = world([{ type: 'TextBlock', text: '**Ask** me <anything> & all' }]);
    const first = await renderer.render(content, 'instance-1');
    for (const instance of ['instance-2', 'instance-3', 'instance-4'])
      expect(await renderer.render(content, instance)).toEqual(first);
    expect(drawn()).toBe(2);
  });

  it('names its blocks anew in each message where they have names', async () => {
    const { renderer } = world([{ type: 'TextBlock', text: 'Please look' }]);
    const toSomebody = { ...content, mentions: [{ accountId: 'U1', name: 'Ana' }] };
    for (const instance of ['instance-1', 'instance-2', 'instance-3'])
      expect(JSON.stringify(await renderer.render(toSomebody, instance))).toContain(instance);
  });

  it('stores what a button cannot carry each time', async () => {
    const data = { text: 'x'.repeat(3_000) };
    const action = { type: 'Action.Execute', title: 'Go', verb: 'ask.prompt', data };
    const { renderer, kept } = world([{ type: 'ActionSet', actions: [action] }]);
    for (const instance of ['instance-1', 'instance-2', 'instance-3'])
      await renderer.render(content, instance);
    expect(kept).toHaveLength(3);
  });
});
