import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { silentLogger } from '../kernel/logger.js';
import {
  createMemoryRateLimitStore,
  createRateLimiter,
  takeToken,
  type RateLimitStore,
  type TakenTokens,
} from './rate-limits.js';

const START = Date.parse('2026-03-01T08:00:00Z');

function movableClock() {
  let at = START;
  return { now: () => new Date(at), sleep: async () => {}, pass: (ms: number) => void (at += ms) };
}

const request = { tenantId: 't1', plan: 'developer' as const, personId: 'p1' };

describe('the rate limiter', () => {
  it('lets ten messages a minute through and says when the eleventh fits', async () => {
    const clock = movableClock();
    const limiter = createRateLimiter({ store: createMemoryRateLimitStore(), clock, logger: silentLogger });
    for (let message = 0; message < 10; message += 1) {
      expect(await limiter.check(request)).toMatchObject({ allowed: true });
      clock.pass(1_000);
    }
    const refused = await limiter.check(request);
    expect(refused).toMatchObject({
      allowed: false,
      scope: 'user',
      limit: 10,
      windowSeconds: 60,
      retryAfterSeconds: 50,
    });
    clock.pass(49_999);
    expect((await limiter.check(request)).allowed).toBe(false);
    clock.pass(1);
    expect((await limiter.check(request)).allowed).toBe(true);
    expect((await limiter.check(request)).allowed).toBe(false);
  });

  it('counts a hundred an hour per person and fifty per session', async () => {
    const clock = movableClock();
    const limiter = createRateLimiter({ store: createMemoryRateLimitStore(), clock, logger: silentLogger });
    const spread = async (sessionId?: string) => {
      for (let count = 0; ; count += 1) {
        const decision = await limiter.check({ ...request, ...(sessionId ? { sessionId } : {}) });
        if (!decision.allowed) return { count, ...decision };
        clock.pass(7_000);
      }
    };
    expect(await spread('s1')).toMatchObject({
      count: 50,
      scope: 'session',
      limit: 50,
      windowSeconds: 3_600,
    });
    expect(await spread()).toMatchObject({ count: 50, scope: 'user', limit: 100 });
  });

  it.each([
    ['free', 100],
    ['developer', 1_000],
  ] as const)('gives a tenant on the %s plan %i an hour, whoever asks', async (plan, limit) => {
    const clock = movableClock();
    const limiter = createRateLimiter({ store: createMemoryRateLimitStore(), clock, logger: silentLogger });
    let allowed = 0;
    for (let person = 0; person < limit + 20; person += 1) {
      if ((await limiter.check({ ...request, plan, personId: `p${person}` })).allowed) allowed += 1;
    }
    expect(allowed).toBe(limit);
  });

  it('does not limit an enterprise tenant as a whole', async () => {
    const limiter = createRateLimiter({
      store: createMemoryRateLimitStore(),
      clock: movableClock(),
      logger: silentLogger,
    });
    for (let person = 0; person < 1_500; person += 1) {
      expect((await limiter.check({ ...request, plan: 'enterprise', personId: `p${person}` })).allowed).toBe(
        true,
      );
    }
  });

  it('keeps tenants apart, and a refused request costs nothing', async () => {
    const limiter = createRateLimiter({
      store: createMemoryRateLimitStore(),
      clock: movableClock(),
      logger: silentLogger,
    });
    for (let message = 0; message < 40; message += 1) await limiter.check({ ...request, sessionId: 's1' });
    // only ten of them were counted against the session
    let others = 0;
    for (let person = 0; person < 100; person += 1) {
      if ((await limiter.check({ ...request, personId: `other-${person}`, sessionId: 's1' })).allowed)
        others += 1;
    }
    expect(others).toBe(40);
    expect((await limiter.check({ ...request, tenantId: 't2' })).allowed).toBe(true);
  });

  it('counts on its own while the shared store does not answer', async () => {
    const store: RateLimitStore = {
      take: () => Promise.reject(new Error('down')),
      giveBack: () => Promise.reject(new Error('down')),
    };
    const limiter = createRateLimiter({ store, clock: movableClock(), logger: silentLogger });
    const decisions = [];
    for (let message = 0; message < 11; message += 1) decisions.push((await limiter.check(request)).allowed);
    expect(decisions.filter(Boolean)).toHaveLength(10);
  });
});

describe('the arithmetic of a token', () => {
  it('never allows more than the limit in any stretch of the window, and retryAt is when it fits', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(steps, fc.constantFrom(3, 10, 300), (pauses, limit) => {
        const rule = { limit, windowMs: 60_000 };
        let taken: TakenTokens = [];
        let now = START;
        const served: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const result = takeToken(taken, [rule], now);
          if (result.allowed) {
            taken = result.taken;
            served.push(now);
          } else {
            expect(takeToken(taken, [rule], result.retryAt).allowed).toBe(true);
            expect(takeToken(taken, [rule], result.retryAt - 1).allowed).toBe(false);
          }
        }
        for (const from of served) {
          expect(served.filter((at) => at >= from && at < from + rule.windowMs).length).toBeLessThanOrEqual(
            limit,
          );
        }
      }),
    );
  });

  it('keeps a record small even for large limits', () => {
    let taken: TakenTokens = [];
    for (let count = 0; count < 5_000; count += 1) {
      const result = takeToken(taken, [{ limit: 1_000_000, windowMs: 3_600_000 }], START + count * 700);
      if (result.allowed) taken = result.taken;
    }
    expect(taken.length).toBeLessThanOrEqual(122);
  });
});
