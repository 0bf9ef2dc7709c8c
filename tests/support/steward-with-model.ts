import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { startSteward, type RunningSteward } from './start-steward.js';

export interface StewardWithModel {
  running: RunningSteward;
  endpoint: FakeOpenAi;
  close(): Promise<void>;
}

/** The whole of Steward, with a scripted endpoint for its model. */
export async function startStewardWithModel(): Promise<StewardWithModel> {
  const endpoint = await startFakeOpenAi();
  const running = await startSteward({ env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k' } });
  return {
    running,
    endpoint,
    close: async () => {
      await running.close();
      await endpoint.close();
    },
  };
}
