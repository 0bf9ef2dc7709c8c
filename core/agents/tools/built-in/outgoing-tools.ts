import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { OutboundFetch } from '../../../kernel/outbound-fetch.js';
import { defineTool, inEnglish, type AnyTool, type SaySentence } from '../tool.js';

/** Sends one mail. Implemented by `core/agents/connectors/mail.ts`. */
export interface MailPort {
  /** @returns addresses that the server refused, while it took the mail for the others. */
  send(mail: {
    id: string;
    to: string[];
    subject: string;
    text: string;
    replyTo?: string;
  }): Promise<string[]>;
}

export interface OutgoingToolsOptions {
  fetch: OutboundFetch;
  /** Signs webhooks, one secret per tenant. */
  webhookSecret: (tenantId: string) => string;
  /** Absent when no mail server is configured; then there is no mail tool. */
  mail?: MailPort;
  /** A sentence of ours in the language of whoever asked; in English without it. */
  say?: SaySentence;
}

/** What leaves the company: webhooks and, with a mail server, mails. */
export function outgoingTools(options: OutgoingToolsOptions): AnyTool[] {
  return [sendWebhook(options), ...(options.mail ? [sendMail(options.mail, options.say)] : [])];
}

/**
 * @returns the header by which a receiver knows that a body is ours and fresh: `t=SECONDS,v1=HEX`, an HMAC-SHA256 over
 * `SECONDS.BODY`.
 */
export function webhookSignature(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

function sendWebhook({ fetch, webhookSecret }: OutgoingToolsOptions): AnyTool {
  return defineTool({
    name: 'webhook.send',
    title: 'Call a webhook',
    description: 'Sends a signed JSON text to a web address that policy allows.',
    synonyms: ['call webhook', 'send webhook', 'call url', 'send url'],
    parameters: z.strictObject({
      url: z
        .url({ protocol: /^https?$/, error: 'Write a web address that begins with https.' })
        .meta({ title: 'Address', format: 'uri', 'x-pattern': '(https?://[^\\s,;]+)' }),
      body: z
        .string()
        .max(100_000)
        .default('{}')
        .refine(isJson, 'This is no valid JSON.')
        .meta({ title: 'JSON', 'x-multiline': true, 'x-pattern': '(\\{.*\\})', 'x-synonyms': ['body'] }),
    }),
    risk: 'write',
    idempotent: false,
    summarise: ({ url }) => `Send to ${new URL(url).host}`,
    facts: ({ url }) => ({ hosts: [new URL(url).hostname] }),
    async execute({ url, body }, { tenantId, idempotencyKey, now, signal }) {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
          'x-steward-signature': webhookSignature(webhookSecret(tenantId), body, now),
        },
        body,
        signal,
      });
      return response.status < 300
        ? {
            ok: true,
            summary: `${new URL(url).host} has taken it (${response.status}).`,
            data: { status: response.status },
          }
        : { ok: false, reason: `${new URL(url).host} answered with ${response.status}.` };
    },
  });
}

function sendMail(mail: MailPort, say: SaySentence = inEnglish): AnyTool {
  return defineTool({
    name: 'email.send',
    title: 'Send a mail',
    description: 'Sends a plain mail to recipients whose domain policy allows.',
    synonyms: ['send mail', 'create mail', 'send message address', 'send address'],
    parameters: z.strictObject({
      recipients: z
        .string('Write the mail address.')
        .transform((text) =>
          text.split(/[\s,;]+/).filter((part) => part !== '' && !/^(?:and|und|et|y)$/.test(part)),
        )
        .pipe(
          z
            .array(z.email('Write a mail address, such as name@example.com.'))
            .min(1, 'Write the mail address.')
            .max(20),
        )
        .transform((addresses) => addresses.join(', '))
        .meta({
          title: 'To',
          type: 'string',
          'x-pattern':
            '(?:(?:to|an|à|a)\\s+)?((?:[\\w.+-]+@[\\w.-]+\\.[a-z]{2,}(?:\\s*(?:,|;|and|und|et|y)\\s*)?)+)',
        }),
      subject: z
        .string('Write a subject.')
        .trim()
        .min(1, 'Write a subject.')
        .max(200)
        .meta({
          title: 'Subject',
          'x-long': 'clause',
          'x-synonyms': [
            'with the subject',
            'subject',
            'about',
            'mit dem betreff',
            'betreff',
            'über',
            'objet',
            'asunto',
          ],
        }),
      text: z
        .string('Write the text.')
        .trim()
        .min(1, 'Write the text.')
        .max(20_000)
        .meta({
          title: 'Text',
          'x-kind': 'main',
          'x-multiline': true,
          'x-long': 'rest',
          'x-synonyms': ['saying', 'text', 'texte', 'texto'],
        }),
    }),
    risk: 'write',
    idempotent: false,
    summarise: ({ recipients, subject }) => `Mail to ${recipients}: ${subject}`,
    facts: ({ recipients }) => ({ recipients: recipients.split(', ') }),
    async execute({ recipients, subject, text }, { idempotencyKey, requester, locale }) {
      const signature = say(`Sent by Steward for ${requester.name}`, locale);
      const refused = await mail.send({
        id: idempotencyKey,
        to: recipients.split(', '),
        subject,
        text: `${text}\n\n-- \n${signature}`,
      });
      const taken = recipients.split(', ').filter((address) => !refused.includes(address));
      if (refused.length === 0)
        return { ok: true, summary: `The mail was sent to ${recipients}.`, data: { recipients } };
      const missed = refused.join(', ');
      // Without data the sentence itself is what is shown.
      return { ok: true, summary: `The mail was sent to ${taken.join(', ')}. Not taken for: ${missed}.` };
    },
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
