import type { CountryCode } from 'libphonenumber-js';
import {
  createInjectionScorer,
  type InjectionScore,
  type InjectionScorer,
} from './injection/injection-scorer.js';
import { createPiiScreen } from './pii/pii-screen.js';
import { defaultPolicy, type GuardrailPolicy } from './policy.js';
import type { Screen, ScreenContext, Verdict } from './screen.js';

/** Another look at a text the classifier is not sure of: 0 (harmless) to 1 (attack), undefined when it cannot tell. */
export type SecondOpinion = (text: string, context: ScreenContext) => Promise<number | undefined>;

export interface InputScreenOptions {
  /** The tenant's policy; a function is asked on every check, so that a change counts at once. */
  policy?: GuardrailPolicy | ((tenantId: string) => GuardrailPolicy);
  scorer?: InjectionScorer;
  secondOpinion?: SecondOpinion;
  countries?: CountryCode[];
}

/** How far a second opinion can move a score it was asked about. */
const OPINION_WEIGHT = 0.7;

/**
 * The screen for every text that comes in: people's messages, documents, mails, pages and tool results. Attacks block,
 * personal data becomes placeholders. A part that fails blocks in enforce mode and is only reported in observe mode.
 */
export function createInputScreen({
  policy = defaultPolicy(),
  scorer = createInjectionScorer(),
  secondOpinion,
  countries,
}: InputScreenOptions = {}): Screen {
  const policyOf = typeof policy === 'function' ? policy : (): GuardrailPolicy => policy;
  const piiOf = rememberLast((rules: GuardrailPolicy) =>
    createPiiScreen({ ignore: rules.input.pii.leave, custom: rules.customPatterns, countries }),
  );

  const attackScore = async (
    text: string,
    context: ScreenContext,
    rules: GuardrailPolicy,
  ): Promise<InjectionScore> => {
    const first = scorer.score(text, context.origin);
    const { uncertainFrom, block } = rules.input.injection;
    const sure = first.score < uncertainFrom || first.score >= Math.max(0.9, block[context.origin]);
    if (sure || !secondOpinion) return first;
    const opinion = await secondOpinion(first.worst, context).catch(() => undefined);
    if (opinion === undefined) return first;
    const score = (1 - OPINION_WEIGHT) * first.score + OPINION_WEIGHT * opinion;
    return { ...first, score, reasons: [...first.reasons, 'injection.second-opinion'] };
  };

  return {
    name: 'input',
    version: scorer.version,
    async check(text, context) {
      const rules = policyOf(context.tenantId);
      const { injection, pii } = rules.input;
      const verdict: Verdict = {
        outcome: 'pass',
        score: 0,
        reasons: [],
        text,
        spans: [],
        restore: {},
        version: `${scorer.version} ${rules.version}`,
      };
      if (injection.mode !== 'off') {
        try {
          const { score, reasons } = await attackScore(text, context, rules);
          verdict.score = score;
          verdict.reasons.push(...reasons);
          if (injection.mode === 'enforce' && score >= injection.block[context.origin])
            verdict.outcome = 'block';
        } catch {
          failClosed(verdict, 'injection', injection.mode);
        }
      }
      if (pii.mode !== 'off') {
        try {
          redactInto(verdict, text, piiOf(rules), pii.mode);
        } catch {
          failClosed(verdict, 'pii', pii.mode);
        }
      }
      return verdict;
    },
  };
}

function redactInto(
  verdict: Verdict,
  text: string,
  screen: ReturnType<typeof createPiiScreen>,
  mode: 'enforce' | 'observe',
): void {
  const { text: redacted, spans, restore } = screen.redact(text);
  if (spans.length === 0) return;
  verdict.spans = spans;
  verdict.reasons.push(...new Set(spans.map(({ type }) => `pii.${type.toLowerCase()}`)));
  if (mode === 'observe') return;
  verdict.text = redacted;
  verdict.restore = restore;
  if (verdict.outcome === 'pass') verdict.outcome = 'redact';
}

/** A screen that could not look lets nothing through in enforce mode. */
export function failClosed(verdict: Verdict, name: string, mode: 'enforce' | 'observe'): void {
  verdict.reasons.push(`${name}.failed`);
  if (mode === 'observe') return;
  verdict.outcome = 'block';
  verdict.score = 1;
  verdict.text = '';
}

/** Keeps the last result, since a tenant's policy seldom changes between two texts. */
export function rememberLast<K, V>(make: (key: K) => V): (key: K) => V {
  let last: { key: K; value: V } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}
