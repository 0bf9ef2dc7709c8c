import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { createServer, type Server } from '../server.js';
import { createHealth } from './health.js';

describe('/readyz', () => {
  let server: Server | undefined;
  afterEach(() => server?.close(100));

  it('says yes from the end of the start to the beginning of the stop', async () => {
    const health = createHealth();
    server = createServer({
      modules: [health.http],
      clock: systemClock,
      logger: silentLogger,
      metrics: noMetrics,
    });
    const { port } = await server.listen(0, '127.0.0.1');
    const ready = async (): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      return [answer.status, ((await answer.json()) as { status: string }).status];
    };
    expect(await ready()).toEqual([503, 'starting']);
    health.started();
    expect(await ready()).toEqual([200, 'ready']);
    health.drain();
    expect(await ready()).toEqual([503, 'draining']);
    health.started();
    expect(await ready()).toEqual([503, 'draining']);
  });
});
