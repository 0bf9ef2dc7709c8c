import type { Logger } from '../../core/kernel/logger.js';
import { describeError } from '../../core/kernel/errors.js';
import type { SlackOrigin } from './place.js';
import type { SlackWebApi } from './web-api.js';

/** Slack's container for agents: prompts to begin with. */
export interface AgentView {
  suggest(origin: SlackOrigin, channel: string, thread?: string): Promise<void>;
}

export interface Prompt {
  title: string;
  message: string;
}

/** Slack shows four. */
const MAX_PROMPTS = 4;

/** In the newer agent view the manifest names the prompts, and a refusal to set them in a thread is no fault. */
export function createAgentView(api: SlackWebApi, prompts: readonly Prompt[], logger: Logger): AgentView {
  return {
    suggest: async (origin, channel, thread) => {
      if (prompts.length === 0) return;
      try {
        await api.call(
          origin,
          'assistant.threads.setSuggestedPrompts',
          {
            channel_id: channel,
            thread_ts: thread,
            prompts: prompts.slice(0, MAX_PROMPTS).map(({ title, message }) => ({ title, message })),
          },
          { optional: true },
        );
      } catch (error) {
        logger.debug({ error: describeError(error) }, 'Prompts could not be suggested.');
      }
    },
  };
}
