/** A workspace, or an organisation with all its workspaces, as Slack names it in every payload. */
export interface SlackPlace {
  teamId?: string;
  enterpriseId?: string;
  /** The app was installed for the whole organisation (Enterprise Grid). */
  isOrgInstall: boolean;
}

/** One installation of the app with its secrets; stored encrypted. */
export interface SlackInstallation extends SlackPlace {
  botToken: string;
  botUserId: string;
  botId?: string;
  appId?: string;
  scopes: string[];
  teamName?: string;
  /** Account of whoever added the app. */
  installedBy?: string;
  /** With token rotation: works once, and gives the next pair. */
  refreshToken?: string;
  expiresAt?: Date;
}

/** Keeps installations over restarts and for all processes. Implemented by `storage/mongo/slack-installations.ts`. */
export interface SlackInstallationStore {
  find(key: string): Promise<SlackInstallation | undefined>;
  save(key: string, installation: SlackInstallation): Promise<void>;
  remove(key: string): Promise<void>;
  /** True for one caller until `until`: a refresh token works once, so one process uses it. */
  claimRefresh(key: string, until: Date): Promise<boolean>;
}

/** An organisation-wide installation is one for all its workspaces. */
export function installationKey({ teamId, enterpriseId, isOrgInstall }: SlackPlace): string {
  return (isOrgInstall ? enterpriseId : teamId) ?? teamId ?? enterpriseId ?? '';
}
