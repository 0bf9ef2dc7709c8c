import { z } from 'zod';
import { Unavailable } from '../../core/kernel/errors.js';
import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import type { OutboundFetch, OutboundResponse } from '../../core/kernel/outbound-fetch.js';
import { SlackRefusal } from './api-fault.js';

export type Arguments = Record<string, JsonValue | undefined>;

/** When Slack asks to wait and does not say how long. */
export const DEFAULT_RETRY_MS = 1_000;

const reply = z.looseObject({ ok: z.boolean(), error: z.string().max(200).optional() });
const TIMEOUT_MS = 15_000;

/**
 * One call, without limits or retries.
 * @throws SlackRefusal when Slack said no, Unavailable when it said nothing that can be read.
 */
export async function callSlack(
  fetch: OutboundFetch,
  apiUrl: string,
  method: string,
  args: Arguments,
  token?: string,
  /** Told what Slack says beside its answer, such as what the token may do. */
  toldHeaders?: (headers: OutboundResponse['headers']) => void,
): Promise<JsonObject> {
  const response = await fetch(`${apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: formOf(args),
    timeoutMs: TIMEOUT_MS,
    repeatable: true,
  });
  if (response.status === 429) throw new SlackRefusal(method, 'ratelimited', retryAfterOf(response));
  const parsed = response.status < 500 ? parse(response) : undefined;
  if (!parsed) {
    throw new Unavailable('slack.unreadable', `Slack answered ${method} with status ${response.status}.`);
  }
  if (!parsed.ok) {
    const reason = parsed.error ?? 'unknown_error';
    throw new SlackRefusal(method, reason, reason === 'ratelimited' ? retryAfterOf(response) : undefined);
  }
  toldHeaders?.(response.headers);
  return parsed as JsonObject;
}

function parse(response: OutboundResponse): z.output<typeof reply> | undefined {
  try {
    return reply.safeParse(response.json()).data;
  } catch {
    return undefined;
  }
}

/** URLSearchParams takes several times as long over the blocks of a card. */
function formOf(args: Arguments): string {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined || value === null) continue;
    fields.push(`${name}=${typeof value === 'object' ? encodedJson(value) : encoded(String(value))}`);
  }
  return fields.join('&');
}

/** As a text may end with that was cut; it cannot be encoded. */
const HALF_CHARACTER = /\p{Surrogate}/gu;
const encoded = (text: string): string => encodeURIComponent(text.replace(HALF_CHARACTER, '\uFFFD'));

/** What is frozen stays as it is and is sent again and again, such as the blocks of `help`. */
const frozen = new WeakMap<object, string>();

function encodedJson(value: object): string {
  if (!Object.isFrozen(value)) return encoded(JSON.stringify(value));
  const text = frozen.get(value) ?? encoded(JSON.stringify(value));
  frozen.set(value, text);
  return text;
}

function retryAfterOf({ headers }: OutboundResponse): number {
  const seconds = Number(headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : DEFAULT_RETRY_MS;
}
