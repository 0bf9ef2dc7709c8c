import { StewardError, Unavailable } from '../../kernel/errors.js';
import type { OutboundFetch, OutboundResponse } from '../../kernel/outbound-fetch.js';
import type { Notification, Notifier } from './notification.js';

/** A signed POST to a web address of the operator's. */
export function webhookNotifier(
  fetch: OutboundFetch,
  sign: (tenantId: string, body: string, at: Date) => string,
): Notifier {
  return async (notification, now) => {
    const { id, to, tenantId, subject, text, data } = notification;
    const body = JSON.stringify({ id, type: subject, text, data, at: now.toISOString() });
    const response = await fetch(to, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        'x-steward-signature': sign(tenantId, body, now),
      },
      body,
    });
    judge(response, 'the webhook');
  };
}

/** PagerDuty, Events API v2: an incident per notification id (https://developer.pagerduty.com/docs/events-api-v2). */
export function pagerDutyNotifier(
  fetch: OutboundFetch,
  { routingKey, url = 'https://events.pagerduty.com' }: { routingKey: string; url?: string },
): Notifier {
  return async ({ id, subject, text, data }) => {
    const response = await fetch(`${url}/v2/enqueue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        routing_key: routingKey,
        event_action: 'trigger',
        dedup_key: id.slice(0, 255),
        payload: {
          summary: `${subject}: ${text}`.slice(0, 1024),
          source: 'steward',
          severity: 'warning',
          custom_details: data,
        },
      }),
    });
    judge(response, 'PagerDuty');
  };
}

/** Telegram, Bot API `sendMessage` (https://core.telegram.org/bots/api#sendmessage). */
export function telegramNotifier(
  fetch: OutboundFetch,
  { token, url = 'https://api.telegram.org' }: { token: string; url?: string },
): Notifier {
  return async ({ to, subject, text }) => {
    const response = await fetch(`${url}/bot${token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        chat_id: to,
        text: `${subject}\n${text}`.slice(0, 4096),
        disable_web_page_preview: true,
      }),
    });
    judge(response, 'Telegram');
  };
}

/** Mail, by whatever sends mail. */
export function emailNotifier(
  send: (mail: { id: string; to: string[]; subject: string; text: string }) => Promise<void>,
): Notifier {
  return ({ id, to, subject, text }: Notification) => send({ id, to: [to], subject, text });
}

/** 2xx is taken; 408, 429 and 5xx may get better; all else never will. */
function judge({ status }: OutboundResponse, who: string): void {
  if (status >= 200 && status < 300) return;
  const message = `${who} answered with ${status}.`;
  if (status === 408 || status === 429 || status >= 500)
    throw new Unavailable('approvals.notify-later', message);
  throw new StewardError('approvals.notify-refused', message);
}
