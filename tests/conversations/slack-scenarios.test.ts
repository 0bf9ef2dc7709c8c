import { expect } from '@jest/globals';
import { startSlackChat } from '../support/slack-chat.js';
import { describeConversations } from './scenarios/both-channels.js';
import { describeStreaming } from './scenarios/streaming.js';

const start = async (env: NodeJS.ProcessEnv) => {
  const people = await startSlackChat({ env });
  return {
    ...people,
    close: async () => {
      await people.close();
      expect(people.slack.complaints).toEqual([]);
    },
  };
};

describeConversations('Slack', () => start({ STEWARD_RATE_LIMITS: '0' }));
describeStreaming('Slack', start);
