import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { startHttpRecorder, type HttpRecorder } from '../../tests/fakes/http-recorder.js';
import { createTraces } from './traces.js';

let collector: HttpRecorder;
beforeEach(async () => {
  collector = await startHttpRecorder(() => ({ status: 200 }));
});
afterEach(() => collector.close());

const AT = new Date('2026-11-29T10:00:00.500Z');

describe('traces', () => {
  it('go to the collector when the process stops, a model call within its turn', async () => {
    const traces = createTraces({
      endpoint: `${collector.url}/`,
      fetch: createOutboundFetch(() => true),
      clock: systemClock,
      logger: silentLogger,
    });
    const origin = { tenantId: 'home', correlationId: 'c-1', purpose: 'answer' };
    traces.call({
      id: 'call-1',
      origin,
      at: AT,
      model: 'openai/m',
      inputTokens: 10,
      outputTokens: 5,
      cachedInputTokens: 0,
      reported: true,
      costMicroUsd: 7,
      latencyMs: 250,
      cached: false,
      fellBackFrom: [],
    });
    traces.turn({
      correlationId: 'c-1',
      tenantId: 'home',
      channel: 'slack',
      kind: 'message',
      result: 'answered',
      startedAt: new Date(AT.getTime() - 500),
      endedAt: AT,
    });
    await traces.stop();
    expect(collector.requests).toHaveLength(1);
    expect(collector.requests[0]?.path).toBe('/v1/traces');
    const { resourceSpans } = JSON.parse(collector.requests[0]?.body ?? '') as {
      resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
    };
    const [call, turn] = resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(turn).toMatchObject({
      name: 'turn message',
      startTimeUnixNano: '1795946400000000000',
      status: { code: 1 },
    });
    expect(turn?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(turn?.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(call).toMatchObject({ traceId: turn?.traceId, parentSpanId: turn?.spanId, name: 'model answer' });
  });

  it('are left out, and stop nothing, when the collector is away', async () => {
    const { url } = collector;
    await collector.close();
    const traces = createTraces({
      endpoint: url,
      fetch: createOutboundFetch(() => true),
      clock: systemClock,
      logger: silentLogger,
    });
    const turn = { correlationId: 'c', tenantId: 'home', channel: 'web', kind: 'message', result: 'failed' };
    traces.turn({ ...turn, startedAt: AT, endedAt: AT });
    await expect(traces.stop()).resolves.toBeUndefined();
  });
});
