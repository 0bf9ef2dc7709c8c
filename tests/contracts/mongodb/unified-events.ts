import { assertMatches, type Entities } from './unified-match.js';

type Json = Record<string, unknown>;
interface Emitter {
  on(name: string, listener: (event: Json) => void): unknown;
}

/** Events of commands that a test awaits of one client. */
export interface ExpectedEvents {
  client: string;
  eventType?: string;
  events: Json[];
  ignoreExtraEvents?: boolean;
}

/** Names of events in the format, and in the driver. */
const EVENTS: Record<string, string> = {
  commandStartedEvent: 'commandStarted',
  commandSucceededEvent: 'commandSucceeded',
  commandFailedEvent: 'commandFailed',
};
/** Commands that the driver sends of its own accord. */
const OF_THE_DRIVER = ['hello', 'ismaster', 'isMaster', 'saslStart', 'saslContinue', 'endSessions'];

/** Keeps a client's events of the wanted kinds as they come. */
export function observe(client: Emitter, { observeEvents, ignoreCommandMonitoringEvents }: Json): Json[] {
  const seen: Json[] = [];
  const ignored = [...OF_THE_DRIVER, ...((ignoreCommandMonitoringEvents as string[] | undefined) ?? [])];
  for (const kind of (observeEvents as string[] | undefined) ?? []) {
    const name = EVENTS[kind];
    if (name)
      client.on(name, (event) => {
        if (!ignored.includes(String(event.commandName))) seen.push({ [kind]: event });
      });
  }
  return seen;
}

/** Compares the events that came with those that were to come. */
export function assertEvents(entities: Entities, expected: ExpectedEvents, seen: readonly Json[]): void {
  const { events, ignoreExtraEvents } = expected;
  const names = seen.map((event) => {
    const [[kind, { commandName }]] = Object.entries(event) as [[string, Json]];
    return `${kind} ${String(commandName)}`;
  });
  if (seen.length < events.length || (seen.length > events.length && ignoreExtraEvents !== true))
    throw new Error(`expected ${events.length} events, got ${names.join(', ') || 'none'}`);
  events.forEach((event, at) => {
    const [[kind, wanted]] = Object.entries(event) as [[string, Json]];
    const came = seen[at]?.[kind] as Json | undefined;
    if (!came) throw new Error(`event ${at}: expected ${kind}, got ${names[at]}`);
    for (const field of ['command', 'reply', 'commandName', 'databaseName'])
      if (field in wanted)
        assertMatches(entities, wanted[field], came[field], `event ${at} ${kind}.${field}`, true);
  });
}
