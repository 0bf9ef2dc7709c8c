import { startTeamsChat } from '../support/teams-chat.js';
import { describeConversations } from './scenarios/both-channels.js';

describeConversations('Teams', () => startTeamsChat({ env: { STEWARD_RATE_LIMITS: '0' } }));
