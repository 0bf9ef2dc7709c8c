import type { JsonObject } from '../../core/kernel/json.js';
import type { BlockActions, ViewSubmission } from './payload.js';
import { originOfInteraction, type SlackOrigin } from './place.js';
import type { Threads } from './threads.js';

interface Thread {
  channel: string;
  ts: string;
}

/** The thread of a channel of an organisation, whose workspaces may share it, in which something was clicked. */
export function threadOfClick(payload: BlockActions): Thread | undefined {
  const { message, container, channel } = payload;
  const thread = message?.thread_ts ?? container?.thread_ts ?? message?.ts ?? container?.message_ts;
  return sharedThread(payload, channel?.id ?? container?.channel_id, thread);
}

/** A click in a thread of several workspaces is of the one that the thread is at home in, whichever Slack names. */
export const homeOfClick = (threads: Pick<Threads, 'find'>, payload: BlockActions): Promise<BlockActions> =>
  looked(threads, payload, threadOfClick(payload));

/** So is a form that was opened there. @param from where, as its metadata say. */
export const submissionAtHome = (
  threads: Pick<Threads, 'find'>,
  payload: ViewSubmission,
  from: JsonObject,
): Promise<ViewSubmission> => looked(threads, payload, sharedThread(payload, from.channel, from.thread));

function sharedThread(
  payload: BlockActions | ViewSubmission,
  channel: unknown,
  ts: unknown,
): Thread | undefined {
  if (!originOfInteraction(payload).enterpriseId) return undefined;
  if (typeof channel !== 'string' || typeof ts !== 'string' || channel.startsWith('D')) return undefined;
  return { channel, ts };
}

async function looked<Payload extends BlockActions | ViewSubmission>(
  threads: Pick<Threads, 'find'>,
  payload: Payload,
  thread: Thread | undefined,
): Promise<Payload> {
  const home = thread && (await threads.find(originOfInteraction(payload), thread.channel, thread.ts));
  return home ? atHome(payload, home) : payload;
}

/** The payload as the workspace would have sent it that a thread is at home in. */
export function atHome<Payload extends BlockActions | ViewSubmission>(
  payload: Payload,
  { teamId, isOrgInstall }: SlackOrigin,
): Payload {
  if (!teamId || teamId === originOfInteraction(payload).teamId) return payload;
  return {
    ...payload,
    team: { ...payload.team, id: teamId },
    is_enterprise_install: isOrgInstall,
    ...(payload.view ? { view: { ...payload.view, app_installed_team_id: teamId } } : {}),
    ...('message' in payload && payload.message ? { message: { ...payload.message, team: teamId } } : {}),
  };
}
