import type { DirectoryEntry, OnCallSchedule } from './people.js';

/** What a new reading of a directory takes away. */
export interface Leave {
  /** Ids of people who are active now and would not be. */
  leaving: string[];
  /** How many are active now. */
  of: number;
  /** Names of the on-call schedules that would be gone, when all are. */
  schedules: string[];
}

const MOST_LEAVING = 2;
const MOST_SHARE = 0.25;

/**
 * What a directory would take away, where that is unusual: more than two people who are more than a quarter of all, or every
 * on-call schedule. A file that was cut in the middle often still reads well, and nobody should lose their say by it.
 * @param sample ids of a sample's people: where nobody else was known, everything may go.
 */
export function unusualLeave(
  now: { active: string[]; schedules: OnCallSchedule[] },
  next: { people: DirectoryEntry[]; schedules: OnCallSchedule[] | undefined },
  sample: ReadonlySet<string>,
): Leave | undefined {
  if (now.active.every((id) => sample.has(id))) return undefined;
  const stay = new Set(next.people.filter(({ active }) => active).map(({ id }) => id));
  const leaving = now.active.filter((id) => !stay.has(id));
  const schedules = next.schedules?.length === 0 ? now.schedules.map(({ name }) => name) : [];
  const isMany = leaving.length > MOST_LEAVING && leaving.length > now.active.length * MOST_SHARE;
  return isMany || schedules.length > 0 ? { leaving, of: now.active.length, schedules } : undefined;
}
