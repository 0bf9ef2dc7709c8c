import { describe, expect, it } from '@jest/globals';
import { lintMessage, sizeOf, SLACK_LIMITS } from '../../cards/slack-limits.js';
import { homeBlocks } from './home.js';

describe('the Home tab', () => {
  it('stays within what Slack takes, however long the words are and in whichever script', () => {
    const long = '漢字 '.repeat(5_000);
    const item = { title: long, detail: long, state: long };
    const section = { title: long, empty: long, items: Array.from({ length: 40 }, () => item), more: long };
    const blocks = homeBlocks({
      title: long,
      text: long,
      sections: [section, section, section],
      promptsTitle: 'Try',
      prompts: [{ title: long, prompt: 'How many days?' }],
    });
    expect(blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.viewBlocks);
    expect(sizeOf({ type: 'home', blocks })).toBeLessThanOrEqual(SLACK_LIMITS.viewSize);
    expect(lintMessage({ text: 'x', blocks: blocks.slice(0, 20) })).toEqual([]);
  });
});
