import { expect } from '@jest/globals';
import { startSlackChat } from '../support/slack-chat.js';
import { describeConversations } from './scenarios/both-channels.js';

describeConversations('Slack', async () => {
  const people = await startSlackChat({ env: { STEWARD_RATE_LIMITS: '0' } });
  return {
    ...people,
    close: async () => {
      await people.close();
      expect(people.slack.complaints).toEqual([]);
    },
  };
});
