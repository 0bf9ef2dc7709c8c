import type { Logger } from '../../core/kernel/logger.js';

/** The levels and members that Slack's SDKs expect of a logger. */
export interface SdkLogger {
  debug(...words: unknown[]): void;
  info(...words: unknown[]): void;
  warn(...words: unknown[]): void;
  error(...words: unknown[]): void;
  setLevel(level: unknown): void;
  getLevel(): never;
  setName(name: string): void;
}

/** The SDKs write payloads and addresses with secrets at their lower levels, so only warnings pass, and shortened. */
export function sdkLogger(logger: Logger): SdkLogger {
  const words = (parts: unknown[]): string =>
    parts
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(' ')
      .replace(/\bx(?:ox[a-z]|app)-[\w-]+/g, '[token]')
      .slice(0, 300);
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => logger.warn({ sdk: words(parts) }, 'Slack’s SDK warns.'),
    error: (...parts) => logger.warn({ sdk: words(parts) }, 'Slack’s SDK reports a fault.'),
    setLevel: () => {},
    getLevel: () => 'warn' as never,
    setName: () => {},
  };
}
