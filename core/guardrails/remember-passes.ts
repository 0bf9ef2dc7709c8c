import { LONGEST_REMEMBERED, rememberTexts } from './remembered-texts.js';
import type { Screen, ScreenContext, Verdict } from './screen.js';

/**
 * Screens a text that comes again and again ("help", a question that everybody asks) once. Only verdicts that found nothing
 * are kept, so no personal data is. For a screen whose verdict follows from the text, its origin, its sources and the policy alone.
 * @param policyOf the policy that a verdict holds for; another object is another policy.
 */
export function rememberPasses(
  screen: Screen,
  policyOf: (context: ScreenContext) => object = () => screen,
): Screen {
  const remembered = rememberTexts<Verdict>();
  return {
    name: screen.name,
    version: screen.version,
    check: async (text, context) => {
      const length = (context.passages ?? []).reduce((sum, passage) => sum + passage.length, text.length);
      if (length > LONGEST_REMEMBERED) return screen.check(text, context);
      const key = JSON.stringify([context, text]);
      const policy = policyOf(context);
      const known = remembered.get(policy, key);
      if (known) return { ...known, reasons: [], spans: [], restore: {} };
      const verdict = await screen.check(text, context);
      if (verdict.outcome === 'pass' && verdict.reasons.length === 0 && verdict.spans.length === 0)
        remembered.set(policy, key, { ...verdict });
      return verdict;
    },
  };
}
