import { createThinking } from '../../core/agents/thinking/thinking.js';
import { agentAbilities } from '../../core/agents/abilities/abilities.js';
import { loadAgents } from '../../core/agents/definition.js';
import { StewardError } from '../../core/kernel/errors.js';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { createRunRepository } from '../../storage/mongo/run-repository.js';
import { createTools } from '../compose-tools.js';
import type { Openers } from './open.js';
import { openFieldCipher } from '../open-field-cipher.js';
import { loadSecretKey } from '../secret-key.js';
import { createTexts } from '../../dialogs/texts.js';
import type { CliContext } from './context.js';
import type { OpenedRuns } from './run.js';

/** The installation's own runs. Tools are only looked at, never used, so nothing may be reached. */
export async function openRuns(
  { config, logger }: CliContext,
  openOfTenant: Openers['ofTenant'],
): Promise<OpenedRuns> {
  const { opened: store, tenantId } = await openOfTenant();
  const { database } = store;
  const key = loadSecretKey(config.secretKey, config.dataDir);
  const cipher = openFieldCipher(key);
  const refuse = (): Promise<never> =>
    Promise.reject(new StewardError('bot.not-served', 'Tools are not used on the command line.'));
  const { registry, close } = createTools(config, {
    database,
    cipher,
    drafts: () => ({ create: refuse, remove: refuse }),
    fetch: createOutboundFetch(() => false),
    key,
    ports: new Map(),
    texts: createTexts(),
    logger,
  });
  const tools = [
    ...registry.all(),
    ...agentAbilities({
      thinking: createThinking(undefined),
      ask: refuse,
      passages: refuse,
      languageOf: () => undefined,
    }),
  ];
  const riskOf = (name: string) => tools.find((tool) => tool.name === name)?.risk;
  const leave = async (): Promise<void> => {
    close();
    await store.close();
  };
  let agents: OpenedRuns['agents'];
  try {
    agents = loadAgents(riskOf, config.agents.folder);
  } catch (error) {
    await leave(); // an open store would keep the process alive
    throw error;
  }
  return {
    runs: createRunRepository(database, cipher, tenantId),
    agents,
    isRead: (name) => riskOf(name) === 'read',
    tools: tools.map(({ name }) => name),
    close: leave,
  };
}
