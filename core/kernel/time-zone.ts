/** Names that were asked before: Teams tells one with each message, and the platform takes long to look one up. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 1_000;

/** True for an IANA name that this platform knows. */
export function isTimeZone(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const isOne = looksUp(name);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, isOne);
  return isOne;
}

function looksUp(name: string): boolean {
  try {
    return name !== '' && Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** A name that came from outside, if it is one. */
export const timeZoneOr = (name: unknown): string | undefined =>
  typeof name === 'string' && name.length <= 64 && isTimeZone(name) ? name : undefined;

/** The calendar day at an instant in a zone, as `2026-11-21`; UTC unless a zone is told. */
export function dayIn(at: Date, timeZone = 'UTC'): string {
  const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-GB', { ...day, timeZone }).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}
