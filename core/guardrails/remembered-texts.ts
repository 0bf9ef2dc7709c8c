const MOST_REMEMBERED = 2_000;
/** Longer texts seldom come twice and would take much memory. */
export const LONGEST_REMEMBERED = 2_000;

/** What was found of texts that come again and again, for as long as what it was found by is the same object. */
export function rememberTexts<Found>(): {
  get(by: object, text: string): Found | undefined;
  set(by: object, text: string, found: Found): void;
} {
  const all = new WeakMap<object, Map<string, Found>>();
  return {
    get: (by, text) => all.get(by)?.get(text),
    set: (by, text, found) => {
      const known = all.get(by) ?? new Map<string, Found>();
      all.set(by, known);
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(text, found);
    },
  };
}
