import { startTeamsChat } from '../support/teams-chat.js';
import { describeConversations } from './scenarios/both-channels.js';
import { describeStreaming } from './scenarios/streaming.js';

describeConversations('Teams', () => startTeamsChat({ env: { STEWARD_RATE_LIMITS: '0' } }));
describeStreaming('Teams', (env) => startTeamsChat({ env }));
