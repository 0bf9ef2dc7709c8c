/** Facts to log beside a message. Ids, counts and lengths only: never a person's text, never a secret. */
export type LogFields = Record<string, unknown>;

/** JSON-line logger port; the implementation redacts secrets and adds the correlation id. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
