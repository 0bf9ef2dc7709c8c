import { InvalidInput, NotPermitted, StewardError, Unavailable } from '../../core/kernel/errors.js';

/** Slack's own words for why it refused; the cause of the errors made here. */
export class SlackRefusal extends Error {
  constructor(
    readonly method: string,
    readonly reason: string,
    readonly retryAfterMs?: number,
  ) {
    super(`${method}: ${reason}`);
    this.name = 'SlackRefusal';
  }
}

/** Slack cannot write there, now or later; with what an operator or a person can do about it. */
const UNREACHABLE: Record<string, string> = {
  not_in_channel: 'Invite Steward to the channel (/invite).',
  channel_not_found: 'The channel is gone, or private and Steward was not invited.',
  is_archived: 'The channel is archived.',
  restricted_action: 'A workspace setting forbids to post there.',
  restricted_action_read_only_channel: 'The channel is read-only for Steward.',
  restricted_action_thread_only_channel: 'The channel takes only threads.',
  user_disabled: 'The person is deactivated.',
  user_not_found: 'The person is not known in this workspace.',
  cannot_dm_bot: 'The other side is a bot.',
  messages_tab_disabled: 'Enable the Messages tab in the app (App Home).',
  user_not_in_channel: 'The person is not in the channel.',
  ekm_access_denied: 'The organisation has suspended access.',
  team_access_not_granted: 'Grant the app access to the workspace.',
};

/** Of these, what an administrator of Slack may lift again. */
const SUSPENDED = new Set(['ekm_access_denied', 'team_access_not_granted']);

const TOKEN_REFUSED = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'org_login_required',
  'no_permission',
  'missing_scope',
  'not_allowed_token_type',
]);

/** Of these, what the token never had: without such a grant people are still answered, as far as that goes. */
const GRANT_MISSING = new Set(['no_permission', 'missing_scope', 'not_allowed_token_type']);

const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
]);

const TOO_LARGE = new Set(['msg_too_long', 'msg_blocks_too_long', 'view_too_large']);

/** What a refusal means to the outbox (again later, or never) and to an operator (what to do). */
export function faultOf(refusal: SlackRefusal): StewardError {
  const { method, reason, retryAfterMs } = refusal;
  const code = `slack.${reason.replace(/[^a-z]+/g, '-')}`;
  const options = { cause: refusal };
  if (PASSING.has(reason)) {
    return new Unavailable(code, `Slack is busy (${method}: ${reason}); it is tried again.`, {
      ...options,
      ...(retryAfterMs === undefined ? {} : { status: 429, retryAfterMs }),
    });
  }
  const hint = UNREACHABLE[reason];
  if (hint) {
    const mendable = SUSPENDED.has(reason);
    return new NotPermitted(code, `Slack takes no message there (${reason}). ${hint}`, {
      ...options,
      mendable,
    });
  }
  if (TOKEN_REFUSED.has(reason)) {
    return new NotPermitted(
      code,
      `Slack refused the token (${method}: ${reason}). Install the app again with all its permissions.`,
      { ...options, mendable: true },
    );
  }
  if (TOO_LARGE.has(reason))
    return new InvalidInput(code, `Slack finds it too large (${method}).`, { ...options, status: 413 });
  return new InvalidInput(code, `Slack refused ${method}: ${reason}.`, options);
}

/** The installation was never given the right to this call. */
export const isGrantMissing = (error: unknown): boolean => GRANT_MISSING.has(reasonOf(error) ?? '');

/** No call at all is taken from the installation until somebody installs the app again, or lifts what holds it back. */
export const needsReinstall = (error: unknown): boolean =>
  error instanceof StewardError && error.mendable && !isGrantMissing(error);

/** Slack's word for a refusal, where that is what was thrown. */
export function reasonOf(error: unknown): string | undefined {
  const cause = error instanceof StewardError ? error.cause : error;
  return cause instanceof SlackRefusal ? cause.reason : undefined;
}
