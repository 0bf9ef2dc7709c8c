import type { JsonObject } from '../../core/kernel/json.js';
import type { BlockActions, ViewSubmission } from './payload.js';
import { originOfInteraction } from './place.js';
import type { Threads } from './threads.js';

/** A click in a thread of several workspaces is of the one that the thread is at home in, whichever Slack names. */
export function clickAtHome(threads: Pick<Threads, 'find'>, payload: BlockActions): Promise<BlockActions> {
  const { message, container, channel } = payload;
  const thread = message?.thread_ts ?? container?.thread_ts ?? message?.ts ?? container?.message_ts;
  return atHome(threads, payload, channel?.id ?? container?.channel_id, thread);
}

/** So is a form that was opened there. @param from where, as its metadata say. */
export const submissionAtHome = (
  threads: Pick<Threads, 'find'>,
  payload: ViewSubmission,
  from: JsonObject,
): Promise<ViewSubmission> => atHome(threads, payload, from.channel, from.thread);

async function atHome<Payload extends BlockActions | ViewSubmission>(
  threads: Pick<Threads, 'find'>,
  payload: Payload,
  channel: unknown,
  thread: unknown,
): Promise<Payload> {
  const origin = originOfInteraction(payload);
  if (!origin.enterpriseId || typeof channel !== 'string' || typeof thread !== 'string') return payload;
  const home = channel.startsWith('D') ? undefined : await threads.find(origin, channel, thread);
  if (!home?.teamId || home === origin) return payload;
  const { teamId, isOrgInstall } = home;
  return {
    ...payload,
    team: { ...payload.team, id: teamId },
    is_enterprise_install: isOrgInstall,
    ...(payload.view ? { view: { ...payload.view, app_installed_team_id: teamId } } : {}),
    ...('message' in payload && payload.message ? { message: { ...payload.message, team: teamId } } : {}),
  };
}
