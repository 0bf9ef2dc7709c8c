import type { IncomingMessage, ServerResponse } from 'node:http';

/** What came of an installation. */
export type InstallOutcome = 'done' | 'cancelled' | 'expired' | 'used' | 'failed';

/** The words of a page, in the reader's language. */
export interface InstallWords {
  title: string;
  text: string;
  /** Where to go on. */
  link: string;
}

/** Says what came of an installation. @param number tells an operator which line of the log it was. */
export type InstallTexts = (outcome: InstallOutcome, locale: string, number: string) => InstallWords;

const STATUS: Record<InstallOutcome, number> = {
  done: 200,
  cancelled: 200,
  expired: 400,
  used: 400,
  failed: 502,
};

/** A page of ours that says what came of it and where to go on; it loads nothing. */
export function showInstallPage(
  request: IncomingMessage,
  response: ServerResponse,
  outcome: InstallOutcome,
  { words, href }: { words: InstallTexts; href: string },
  number = '',
): void {
  const locale = languageOf(request.headers['accept-language']);
  const { title, text, link } = words(outcome, locale, number);
  const body = `<!doctype html>
<html lang="${escapeHtml(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem; }
a { display: inline-block; margin-top: 1rem; }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
<p><a href="${escapeHtml(href)}">${escapeHtml(link)}</a></p>
</main>
</body>
</html>
`;
  response.statusCode = STATUS[outcome];
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
  response.end(body);
}

const languageOf = (header: string | undefined): string =>
  /^[a-z]{2}/i.exec(header ?? '')?.[0].toLowerCase() ?? 'en';

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
