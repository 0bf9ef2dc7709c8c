import type { Clock } from '../../core/kernel/clock.js';
import { Unavailable } from '../../core/kernel/errors.js';

interface Limit {
  /** How many calls may come at once. */
  burst: number;
  perMinute: number;
}

/** https://docs.slack.dev/apis/web-api/rate-limits; per method, workspace and app. */
const TIERS = {
  posts: { burst: 5, perMinute: 60 },
  two: { burst: 20, perMinute: 20 },
  three: { burst: 50, perMinute: 50 },
  four: { burst: 100, perMinute: 100 },
} satisfies Record<string, Limit>;

const TIER_OF: Record<string, Limit> = {
  'chat.postMessage': TIERS.posts,
  'chat.postEphemeral': TIERS.four,
  'chat.startStream': TIERS.two,
  'chat.stopStream': TIERS.two,
  'chat.appendStream': TIERS.four,
  'users.info': TIERS.four,
  'users.list': TIERS.two,
  'conversations.members': TIERS.four,
  'users.conversations': TIERS.three,
  'views.open': TIERS.four,
  'views.update': TIERS.four,
  'views.publish': TIERS.four,
};

/** A longer wait is given back to the outbox, which does other work meanwhile. */
const LONGEST_WAIT_MS = 5_000;
const SWEEP_ABOVE = 5_000;
const SWEEP_EVERY_MS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
  blockedUntil: number;
}

/**
 * Keeps within Slack's limits per workspace, method and channel, so that one busy channel never stalls another; what has
 * to be sent is held back by its own channel alone and by Slack's Retry-After.
 */
export interface Pacing {
  /**
   * Waits for a free slot and takes it.
   * @throws Unavailable with `retryAfterMs` when none comes free within five seconds.
   */
  take(key: PacingKey): Promise<void>;
  /**
   * Takes a slot if one is free now, in the channel and in the method's tier of the whole workspace; for what may be left
   * out, such as an interim update, so that what has to be sent finds room in the tier.
   */
  tryTake(key: PacingKey): boolean;
  /** Slack asked to wait: nothing of this kind is sent until then. */
  block(key: PacingKey, ms: number): void;
}

export interface PacingKey {
  installation: string;
  method: string;
  /** Where Slack counts by channel, or may do so. */
  channel?: string;
}

export function createPacing(clock: Clock): Pacing {
  const buckets = new Map<string, Bucket>();
  let sweptAt = 0;

  const bucketOf = (key: PacingKey, limit: Limit, now: number): Bucket => {
    const id = [key.installation, key.method, key.channel ?? ''].join('|');
    let bucket = buckets.get(id);
    if (!bucket) {
      if (buckets.size >= SWEEP_ABOVE) sweep(now);
      buckets.set(id, (bucket = { tokens: limit.burst, at: now, blockedUntil: 0 }));
    }
    bucket.tokens = Math.min(limit.burst, bucket.tokens + ((now - bucket.at) * limit.perMinute) / 60_000);
    bucket.at = now;
    return bucket;
  };

  /** Of a great many workspaces, those that were used lately stay, however many they are. */
  const sweep = (now: number): void => {
    if (now - sweptAt < SWEEP_EVERY_MS && now >= sweptAt) return;
    sweptAt = now;
    for (const [id, { at, blockedUntil }] of buckets) {
      if (at < now - 60_000 && blockedUntil < now) buckets.delete(id);
    }
  };

  /** @returns 0 when a slot was taken, else the time until one comes free. */
  const takeOrWait = (key: PacingKey): number => {
    const limit = TIER_OF[key.method] ?? TIERS.three;
    const now = clock.now().getTime();
    const bucket = bucketOf(key, limit, now);
    if (bucket.blockedUntil > now) return bucket.blockedUntil - now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60_000) / limit.perMinute);
    bucket.tokens -= 1;
    return 0;
  };

  /** The tier that Slack counts for a method in a workspace, beside our own count per channel; none for posts. */
  const tierOf = ({ installation, method }: PacingKey): Bucket | undefined => {
    const limit = TIER_OF[method] ?? TIERS.three;
    return limit === TIERS.posts
      ? undefined
      : bucketOf({ installation, method, channel: '*' }, limit, clock.now().getTime());
  };

  return {
    take: async (key) => {
      for (let waited = 0; ;) {
        const wait = takeOrWait(key);
        if (wait === 0) {
          const tier = tierOf(key);
          if (tier) tier.tokens = Math.max(0, tier.tokens - 1);
          return;
        }
        waited += wait;
        if (waited > LONGEST_WAIT_MS) {
          throw new Unavailable(
            'slack.sending-limit',
            `Slack takes no more ${key.method} for now; it is sent later.`,
            { status: 429, retryAfterMs: wait, cause: { retryAfterMs: wait } },
          );
        }
        await clock.sleep(wait);
      }
    },
    tryTake: (key) => {
      const tier = tierOf(key);
      if (tier && tier.tokens < 1) return false;
      if (takeOrWait(key) > 0) return false;
      if (tier) tier.tokens -= 1;
      return true;
    },
    block: (key, ms) => {
      const now = clock.now().getTime();
      const bucket = bucketOf(key, TIER_OF[key.method] ?? TIERS.three, now);
      bucket.blockedUntil = Math.max(bucket.blockedUntil, now + ms);
    },
  };
}
