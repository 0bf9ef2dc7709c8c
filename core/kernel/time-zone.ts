/** True for an IANA name that this platform knows. */
export function isTimeZone(name: string): boolean {
  try {
    return name !== '' && Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** A name that came from outside, if it is one. */
export const timeZoneOr = (name: unknown): string | undefined =>
  typeof name === 'string' && name.length <= 64 && isTimeZone(name) ? name : undefined;
