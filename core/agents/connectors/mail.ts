import type { Transporter } from 'nodemailer';
import { z } from 'zod';
import { InvalidInput, NotPermitted, Unavailable, describeError } from '../../kernel/errors.js';
import type { MailPort } from '../tools/built-in/outgoing-tools.js';

const sentSchema = z.object({
  rejected: z
    .array(z.union([z.string(), z.object({ address: z.string() }).transform(({ address }) => address)]))
    .default([]),
});

/** What nodemailer tells of a mail that was not taken: the server's answer, its own code, and the system call. */
type MailFault = { responseCode?: number; code?: string; syscall?: string };

/** How long a mail server may be silent, in ms: nodemailer waits ten minutes, and all that is due waits with it. */
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** The address with our patience, where it does not name its own. */
function withPatience(address: string): string {
  const url = new URL(address);
  for (const [name, ms] of Object.entries(PATIENCE))
    if (!url.searchParams.has(name)) url.searchParams.set(name, String(ms));
  return url.href;
}

/**
 * Sends mail by SMTP.
 * @param url `SMTP_URL`, for example `smtps://user:password@mail.example.com`.
 * @param from address in the From header, by default `steward@` and the server's host.
 * @throws Unavailable when the server does not answer, InvalidInput when it refuses the mail for good (5xx), NotPermitted when
 *   it refuses the login.
 */
export function createMail(url: string, from?: string): MailPort & { close(): void } {
  const sender = from ?? `steward@${new URL(url).hostname}`;
  let transport: Promise<Transporter> | undefined;
  // Loaded with the first mail: most processes send none.
  const open = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return createTransport(withPatience(url), {
      from: sender,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  return {
    async send({ id, to, subject, text, replyTo }) {
      try {
        const messageId = `<${id.replace(/[^\w.-]/g, '-')}@steward>`; // the same mail sent again is known as such
        transport ??= open();
        const sent: unknown = await (await transport).sendMail({ messageId, to, subject, text, replyTo });
        return sentSchema.parse(sent).rejected;
      } catch (error) {
        const { responseCode: code = 0, code: fault, syscall } = error as MailFault;
        if (fault === 'EAUTH')
          throw new NotPermitted(
            'agents.mail-login',
            `The mail server does not take the login of SMTP_URL (${code}).`,
            { cause: error },
          );
        if (code >= 500)
          throw new InvalidInput('agents.mail-refused', `The mail server refused a mail (${code}).`, {
            cause: error,
          });
        throw new Unavailable(
          'agents.mail-unavailable',
          `The mail server does not take mail: ${describeError(error)}`,
          // It said no for now, or there was no connection.
          { cause: error, unsent: code >= 400 || fault === 'EDNS' || syscall === 'connect' },
        );
      }
    },
    close: () => void transport?.then((opened) => opened.close()),
  };
}
