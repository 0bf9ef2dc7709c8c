import type { ChannelPort } from '../core/kernel/outbound-message.js';
import type { SlackAbilities } from './compose-slack.js';
import { createFirstAdmin, type FirstAdminOptions } from './first-admin.js';
import { createIdentify, withRoster, type Identify } from './turn/identify.js';

export interface IdentityOptions extends Omit<FirstAdminOptions, 'standingOf'> {
  /** What a channel tells beyond its port. */
  abilities: ReadonlyMap<string, SlackAbilities>;
  ports: ReadonlyMap<string, ChannelPort>;
  /** No setting names people or a directory: then whoever runs the workspace leads. A directory's roles are its own matter. */
  isUnnamed: boolean;
}

/** Who is behind an account, with what its channel tells of it. */
export function createIdentity({ abilities, ports, isUnnamed, ...options }: IdentityOptions): Identify {
  return createIdentify({
    people: options.people,
    complete: async (sender, conversation) =>
      abilities.get(conversation.channel)?.completeSender(sender, conversation) ??
      withRoster(sender, await ports.get(conversation.channel)?.whoIs?.(conversation, sender.accountId)),
    settle: async (sender, conversation) =>
      abilities.get(conversation.channel)?.settleSender(sender, conversation) ?? sender,
    appoint: createFirstAdmin({
      ...options,
      standingOf: async (conversation, accountId) => {
        const standing = await abilities.get(conversation.channel)?.standingOf(conversation, accountId);
        return standing === 'installer' || isUnnamed ? standing : undefined;
      },
    }),
    clock: options.clock,
  });
}
