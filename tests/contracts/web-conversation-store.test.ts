import { createMemoryWebConversationStore } from '../fakes/memory-web-conversation-store.js';
import { describeWebConversationStore } from './web-conversation-store.js';

describeWebConversationStore('the memory of the tests', async () => {
  const store = createMemoryWebConversationStore();
  return { store, again: store, close: async () => {} };
});
