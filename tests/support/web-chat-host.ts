import { createHash } from 'node:crypto';
import { createWebAdapter, type PassageView, type WebAdapterOptions } from '../../adapters/web/index.js';
import { createCardRenderer } from '../../cards/render.js';
import type { Activity } from '../../core/kernel/activity.js';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import type { ActionResponse, ChannelPort, OutboundContent } from '../../core/kernel/outbound-message.js';
import type { WebConversationStore } from '../../core/kernel/web-conversation-store.js';
import { createMemoryWebConversationStore } from '../fakes/memory-web-conversation-store.js';
import { createScriptedIntake, type ScriptedIntake } from '../fakes/scripted-intake.js';
import { startHttpHost } from './http-host.js';

export interface WebChatHost {
  url: string;
  /** For a Direct Line client's `domain`. */
  domain: string;
  intake: ScriptedIntake;
  store: WebConversationStore;
  port: ChannelPort;
  /** Says something in the conversation of an activity, under an id of its own. */
  say(activity: Activity, content: OutboundContent, id?: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface WebChatScript {
  onActivity?: (activity: Activity, host: WebChatHost) => void | Promise<void>;
  onResponse?: (activity: Activity, host: WebChatHost) => ActionResponse | Promise<ActionResponse>;
  passages?: PassageView[];
  options?: Partial<WebAdapterOptions>;
  store?: WebConversationStore;
  port?: number;
}

export const SAMPLE_PEOPLE = [
  { accountId: 'ines', name: 'Ines Calder', role: 'employee', title: 'Process engineer' },
  { accountId: 'omar', name: 'Omar Lindqvist', role: 'approver', title: 'Purchasing' },
  { accountId: 'thandi', name: 'Thandi Moreau', role: 'manager', title: 'Head of production' },
  { accountId: 'jun', name: 'Jun Albers', role: 'admin', title: 'IT operations' },
];

/** The web adapter on a loopback port, with a script instead of the turn pipeline. */
export async function startWebChatHost(script: WebChatScript = {}): Promise<WebChatHost> {
  const store = script.store ?? createMemoryWebConversationStore();
  let messages = 0;
  let host: WebChatHost | undefined;
  const started = (): WebChatHost => {
    if (!host) throw new Error('the host is not started yet');
    return host;
  };
  const intake = createScriptedIntake({
    onActivity: (activity) => script.onActivity?.(activity, started()),
    onResponse: (activity) => script.onResponse?.(activity, started()) ?? { kind: 'none' },
  });
  const adapter = createWebAdapter({
    intake,
    store,
    clock: systemClock,
    logger: silentLogger,
    tokenSecret: createHash('sha256').update('only for tests').digest(),
    renderCard: createCardRenderer(),
    people: () => SAMPLE_PEOPLE,
    openPassage: async (documentId, passageId) =>
      script.passages?.find((view) => view.documentId === documentId && view.passageId === passageId),
    chatPageEnabled: true,
    allowAnonymous: true,
    ...script.options,
  });
  const server = await startHttpHost([adapter.http], script.port);
  host = {
    url: server.url,
    domain: `${server.url}/directline`,
    intake,
    store,
    port: adapter.port,
    say: async (activity, content, id) => {
      messages += 1;
      const receipt = await adapter.port.deliver({
        id: id ?? `${activity.activityId}-answer-${messages}`,
        conversation: activity.conversation,
        kind: 'post',
        content,
        replyToActivityId: activity.activityId,
      });
      return receipt.activityId;
    },
    close: async () => {
      await adapter.close();
      await server.close();
    },
  };
  return host;
}
