import pino from 'pino';
import type { LogFields, Logger } from '../../core/kernel/logger.js';

/** Field names whose value never reaches a log, at the top and one or two levels down. */
const SECRET_FIELDS = [
  'token',
  'secret',
  'password',
  'authorization',
  'apiKey',
  'cookie',
  'uri',
  'text',
  'email',
  'restore',
];

/**
 * The JSON-line logger. Lines go to stderr for commands, so that stdout stays data, and to stdout for the server.
 * Values under names that hold secrets or people's words are replaced.
 */
export function createLogger(level: string, destination: 'stdout' | 'stderr' = 'stdout'): Logger {
  const root = pino(
    {
      level,
      base: undefined,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: destination === 'stderr' ? 2 : 1, sync: false }),
  );
  return wrap(root);
}

function wrap(inner: pino.Logger): Logger {
  const line = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) =>
    inner[level](fields, message);
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => wrap(inner.child(fields)),
  };
}
