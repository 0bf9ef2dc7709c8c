import { startHttpRecorder, type HttpRecorder } from './http-recorder.js';

/** PagerDuty's Events API v2: checks the routing key and the required members, and knows a repeated dedup key. */
export async function startFakePagerDuty(
  routingKey: string,
): Promise<HttpRecorder & { incidents: Map<string, unknown> }> {
  const incidents = new Map<string, unknown>();
  const recorder = await startHttpRecorder(({ method, path, body }) => {
    if (method !== 'POST' || path !== '/v2/enqueue') return { status: 404 };
    const event = JSON.parse(body) as {
      routing_key?: string;
      event_action?: string;
      dedup_key?: string;
      payload?: { summary?: string; source?: string; severity?: string };
    };
    const { payload } = event;
    const valid =
      event.routing_key === routingKey &&
      event.event_action === 'trigger' &&
      payload?.summary &&
      payload.source &&
      ['critical', 'error', 'warning', 'info'].includes(payload.severity ?? '');
    if (!valid)
      return { status: 400, body: { status: 'invalid event', errors: ['check routing_key and payload'] } };
    incidents.set(event.dedup_key ?? '', payload);
    return {
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: event.dedup_key },
    };
  });
  return { ...recorder, incidents };
}
