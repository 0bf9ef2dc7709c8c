import type { Clock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import { describeError } from '../kernel/errors.js';
import type { Plan } from '../kernel/tenant.js';

/** At most `limit` in any stretch of `windowMs` milliseconds. */
export interface RateRule {
  limit: number;
  windowMs: number;
}

/** One token taken; give it back when the request was not served after all. */
export interface RateToken {
  subject: string;
  at: number;
}

export type RateTake =
  { allowed: true; token: RateToken } | { allowed: false; retryAt: Date; rule: RateRule };

/**
 * Where tokens are counted. Implementations are exact under concurrency: of any number of callers at the same moment no
 * more than the limit are allowed. A token comes back one window after it was taken.
 */
export interface RateLimitStore {
  /** Takes one token of a subject under all its rules, or none. */
  take(tenantId: string, subject: string, rules: readonly RateRule[], now: Date): Promise<RateTake>;
  giveBack(tenantId: string, token: RateToken): Promise<void>;
}

/** Tokens that are out, oldest first: [when taken, how many]. */
export type TakenTokens = readonly (readonly [at: number, count: number])[];

/** Limits above this are counted in steps of a 120th of the window, so that a record stays small. */
const EXACT_LIMIT = 120;

/**
 * The arithmetic of a take, shared by the stores.
 * @returns the tokens that are out afterwards, or when the next one comes back.
 */
export function takeToken(
  taken: TakenTokens,
  rules: readonly RateRule[],
  now: number,
): { allowed: true; taken: TakenTokens; at: number } | { allowed: false; retryAt: number; rule: RateRule } {
  const longest = Math.max(...rules.map(({ windowMs }) => windowMs));
  const out = taken.filter(([at]) => at > now - longest);
  let refusal: { retryAt: number; rule: RateRule } | undefined;
  for (const rule of rules) {
    const inWindow = out.filter(([at]) => at > now - rule.windowMs);
    const used = inWindow.reduce((sum, [, count]) => sum + count, 0);
    if (used < rule.limit) continue;
    // the request fits once so many of the oldest have come back that one is free
    let toReturn = used - rule.limit + 1;
    let retryAt = now + rule.windowMs;
    for (const [at, count] of inWindow) {
      toReturn -= count;
      if (toReturn <= 0) {
        retryAt = at + rule.windowMs;
        break;
      }
    }
    if (!refusal || retryAt > refusal.retryAt) refusal = { retryAt, rule };
  }
  if (refusal) return { allowed: false, ...refusal };
  const exact = rules.every(({ limit }) => limit <= EXACT_LIMIT);
  const step = exact
    ? 1
    : Math.max(1, Math.floor(Math.min(...rules.map(({ windowMs }) => windowMs)) / EXACT_LIMIT));
  // rounding up lets a token come back late, never early
  const at = Math.ceil(now / step) * step;
  const last = out.at(-1);
  const next: TakenTokens =
    last && last[0] === at ? [...out.slice(0, -1), [at, last[1] + 1]] : [...out, [at, 1]];
  return { allowed: true, taken: next, at };
}

/** Without one token that was taken at `at`. */
export const withoutToken = (taken: TakenTokens, at: number): TakenTokens =>
  taken.flatMap(([when, count]) =>
    when !== at ? [[when, count] as const] : count > 1 ? [[when, count - 1] as const] : [],
  );

/** Counts in this process alone: for tests, and while the shared store does not answer. */
export function createMemoryRateLimitStore(): RateLimitStore {
  const subjects = new Map<string, TakenTokens>();
  const SWEEP_AT = 50_000;
  return {
    async take(tenantId, subject, rules, now) {
      const key = `${tenantId}\n${subject}`;
      const result = takeToken(subjects.get(key) ?? [], rules, now.getTime());
      if (!result.allowed) return { allowed: false, retryAt: new Date(result.retryAt), rule: result.rule };
      if (subjects.size > SWEEP_AT) subjects.delete(subjects.keys().next().value ?? key);
      subjects.delete(key);
      subjects.set(key, result.taken);
      return { allowed: true, token: { subject, at: result.at } };
    },
    async giveBack(tenantId, { subject, at }) {
      const key = `${tenantId}\n${subject}`;
      subjects.set(key, withoutToken(subjects.get(key) ?? [], at));
    },
  };
}

const MINUTE = 60_000;
const HOUR = 3_600_000;

export interface RateLimits {
  user: RateRule[];
  session: RateRule[];
  /** By the tenant's plan; an empty list is no limit. */
  tenant: Record<Plan, RateRule[]>;
}

export const DEFAULT_RATE_LIMITS: RateLimits = {
  user: [
    { limit: 10, windowMs: MINUTE },
    { limit: 100, windowMs: HOUR },
  ],
  session: [{ limit: 50, windowMs: HOUR }],
  tenant: {
    free: [{ limit: 100, windowMs: HOUR }],
    developer: [{ limit: 1_000, windowMs: HOUR }],
    enterprise: [],
  },
};

export interface RateRequest {
  tenantId: string;
  plan: Plan;
  personId: string;
  /** Conversation or API session. */
  sessionId?: string;
}

export type RateDecision =
  | { allowed: true; /** For a request that was not served after all. */ giveBack(): Promise<void> }
  | {
      allowed: false;
      scope: 'user' | 'session' | 'tenant';
      limit: number;
      windowSeconds: number;
      /** Whole seconds, at least one; the value of the HTTP header Retry-After. */
      retryAfterSeconds: number;
      retryAt: Date;
    };

export interface RateLimiter {
  /** Counts one request against person, session and tenant; a refused request costs nothing. */
  check(request: RateRequest): Promise<RateDecision>;
}

export interface RateLimiterOptions {
  store: RateLimitStore;
  clock: Clock;
  logger: Logger;
  limits?: RateLimits;
}

/** Makes the limiter. While the store fails, each process counts for itself, and says so in the log. */
export function createRateLimiter({
  store,
  clock,
  logger,
  limits = DEFAULT_RATE_LIMITS,
}: RateLimiterOptions): RateLimiter {
  const ownCount = createMemoryRateLimitStore();

  const takeAll = async (
    counter: RateLimitStore,
    { tenantId, plan, personId, sessionId }: RateRequest,
  ): Promise<RateDecision> => {
    const now = clock.now();
    const scopes = [
      { scope: 'user' as const, subject: `user:${personId}`, rules: limits.user },
      ...(sessionId
        ? [{ scope: 'session' as const, subject: `session:${sessionId}`, rules: limits.session }]
        : []),
      { scope: 'tenant' as const, subject: 'tenant', rules: limits.tenant[plan] },
    ].filter(({ rules }) => rules.length > 0);
    const tokens: RateToken[] = [];
    const giveBack = async (): Promise<void> => {
      for (const token of tokens.splice(0)) await counter.giveBack(tenantId, token);
    };
    for (const { scope, subject, rules } of scopes) {
      const result = await counter.take(tenantId, subject, rules, now);
      if (result.allowed) {
        tokens.push(result.token);
        continue;
      }
      await giveBack();
      return {
        allowed: false,
        scope,
        limit: result.rule.limit,
        windowSeconds: result.rule.windowMs / 1_000,
        retryAt: result.retryAt,
        retryAfterSeconds: Math.max(1, Math.ceil((result.retryAt.getTime() - now.getTime()) / 1_000)),
      };
    }
    return { allowed: true, giveBack };
  };

  return {
    async check(request) {
      try {
        return await takeAll(store, request);
      } catch (error) {
        logger.warn(
          { error: describeError(error) },
          'The shared rate counter does not answer; this process counts alone.',
        );
        return takeAll(ownCount, request);
      }
    },
  };
}
