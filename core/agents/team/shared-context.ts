/** One thing that agents share, as it was written by one of them. */
export interface ContextEntry {
  /** What it is called among those who share it. */
  key: string;
  value: string;
  /** 1 for the first writing of a key, one more for each later one. */
  version: number;
  /** The agent that wrote it. */
  writtenBy: string;
  writtenAt: Date;
  /** From then on nobody reads it. */
  expiresAt: Date;
  /** The run it came from; the same run writes a key once. */
  runId: string;
}

/** What agents of one tenant hand to each other. Implemented by `storage/mongo/shared-context-repository.ts`. */
export interface SharedContext {
  /**
   * Adds the next version of a key. Two writers at once get two versions, none is lost.
   * @returns the entry as it stands; for a run that has written the key already, that entry.
   */
  write(contextId: string, entry: Omit<ContextEntry, 'version'>): Promise<ContextEntry>;
  /** The newest version of each key that has not expired, oldest writing first. */
  read(contextId: string, now: Date): Promise<ContextEntry[]>;
}

/** How long what an agent found is handed on: figures and tickets change. */
export const CONTEXT_TTL_MS = 24 * 3_600_000;
const LONGEST = 6_000;

/** Shared entries as the text that the next agent gets. */
export function contextText(entries: readonly ContextEntry[]): string {
  return entries
    .map(({ key, version, writtenBy, value }) => `${key} (version ${version}, by ${writtenBy}):\n${value}`)
    .join('\n\n')
    .slice(0, LONGEST);
}
