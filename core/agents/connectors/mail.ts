import type { Transporter } from 'nodemailer';
import { InvalidInput, Unavailable, describeError } from '../../kernel/errors.js';
import type { MailPort } from '../tools/built-in/outgoing-tools.js';

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
 * @throws Unavailable when the server does not answer, InvalidInput when it refuses the mail for good (5xx).
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
        await (await transport).sendMail({ messageId, to, subject, text, replyTo });
      } catch (error) {
        const code = (error as { responseCode?: number }).responseCode ?? 0;
        if (code >= 500)
          throw new InvalidInput('agents.mail-refused', `The mail server refused a mail (${code}).`, {
            cause: error,
          });
        throw new Unavailable(
          'agents.mail-unavailable',
          `The mail server does not take mail: ${describeError(error)}`,
          { cause: error },
        );
      }
    },
    close: () => void transport?.then((opened) => opened.close()),
  };
}
