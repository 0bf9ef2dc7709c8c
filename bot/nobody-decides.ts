import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Config } from './config.js';

/** In a company's own channel somebody real has to be named; workspaces that install the app have whoever added it. */
export const namesNobody = ({ slack, teams, people }: Config): boolean =>
  Boolean(slack.botToken ?? teams.appId) &&
  people.admins.length === 0 &&
  !people.orgFile &&
  !people.graph.clientId;

/** @returns a look at whether anybody can decide by now: undefined, or what is missing in words for an operator. */
export function createAdminCheck(
  config: Config,
  people: Pick<PeopleRepository, 'byRole'>,
): () => Promise<string | undefined> {
  const { slack } = config;
  const byOwner = slack.botToken
    ? ', or have an owner or administrator of the Slack workspace write to Steward'
    : '';
  return async () =>
    namesNobody(config) && (await people.byRole('admin')).length === 0
      ? `nobody decides approvals or adds documents for others: set STEWARD_ADMINS${byOwner}`
      : undefined;
}
