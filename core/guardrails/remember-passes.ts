import type { Screen, ScreenContext, Verdict } from './screen.js';

const MOST_REMEMBERED = 2_000;
/** Longer texts seldom come twice and would take much memory. */
const LONGEST_TEXT = 2_000;

/**
 * Screens a text that comes again and again ("help", a question that everybody asks) once. Only verdicts that found nothing
 * are kept, so no personal data is. For a screen whose verdict follows from the text, its origin, its sources and the policy alone.
 * @param policyOf the policy that a verdict holds for; another object is another policy.
 */
export function rememberPasses(
  screen: Screen,
  policyOf: (context: ScreenContext) => object = () => screen,
): Screen {
  const byPolicy = new WeakMap<object, Map<string, Verdict>>();
  const rememberedFor = (policy: object): Map<string, Verdict> => {
    const known = byPolicy.get(policy) ?? new Map<string, Verdict>();
    byPolicy.set(policy, known);
    return known;
  };
  return {
    name: screen.name,
    version: screen.version,
    check: async (text, context) => {
      const length = (context.passages ?? []).reduce((sum, passage) => sum + passage.length, text.length);
      if (length > LONGEST_TEXT) return screen.check(text, context);
      const key = JSON.stringify([context, text]);
      const remembered = rememberedFor(policyOf(context));
      const known = remembered.get(key);
      if (known) return { ...known, reasons: [], spans: [], restore: {} };
      const verdict = await screen.check(text, context);
      if (verdict.outcome === 'pass' && verdict.reasons.length === 0 && verdict.spans.length === 0) {
        if (remembered.size >= MOST_REMEMBERED) remembered.clear();
        remembered.set(key, { ...verdict });
      }
      return verdict;
    },
  };
}
