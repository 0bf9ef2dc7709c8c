import { z } from 'zod';
import type { SlackPlace } from './installation.js';

/** What Slack's directory says of an account besides its names; every method that tells of a user has these. */
export const slackUser = z.looseObject({
  team_id: z.string().nullish(),
  enterprise_user: z.looseObject({ enterprise_id: z.string().nullish() }).nullish(),
  deleted: z.boolean().nullish(),
  is_bot: z.boolean().nullish(),
  is_stranger: z.boolean().nullish(),
  is_restricted: z.boolean().nullish(),
  is_ultra_restricted: z.boolean().nullish(),
  is_email_confirmed: z.boolean().nullish(),
  is_admin: z.boolean().nullish(),
  is_owner: z.boolean().nullish(),
  is_primary_owner: z.boolean().nullish(),
});
type SlackUser = z.output<typeof slackUser>;

/** A guest of the workspace, of one channel or several, or somebody of another company. */
export const isGuest = (user: SlackUser): boolean =>
  user.is_restricted === true || user.is_ultra_restricted === true || user.is_stranger === true;

/** A person who works here and has not left. */
export const isColleague = (user: SlackUser): boolean =>
  !isGuest(user) && user.deleted !== true && user.is_bot !== true;

/**
 * Whether an account is of this workspace or its organisation. Slack also tells of people of other companies, whose own
 * workspace decides what their profile says.
 */
export function isOfPlace(
  { team_id: team, enterprise_user: of }: SlackUser,
  { teamId, enterpriseId }: SlackPlace,
): boolean {
  const organisation = of?.enterprise_id;
  // Slack always tells a user's workspace; a list that never does is of this one.
  if (team == null && organisation == null) return true;
  return team === teamId || (organisation != null && organisation === enterpriseId);
}

/** An owner or administrator of the workspace, of whose mail address it is sure. */
export const runsWorkspace = (user: SlackUser, place: SlackPlace): boolean =>
  (user.is_primary_owner === true || user.is_owner === true || user.is_admin === true) &&
  user.is_email_confirmed !== false &&
  isColleague(user) &&
  isOfPlace(user, place);
