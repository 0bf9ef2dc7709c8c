/** Something in an answer that should not be there; offsets are UTF-16 units. */
export interface OutputFinding {
  /** Rule id, for operators: `danger.shell-remove-all`. */
  id: string;
  start: number;
  end: number;
  /** 0 to 1: how harmful it would be to let it pass. */
  risk: number;
}

/** One entry of a table of patterns. */
export interface PatternRule {
  id: string;
  pattern: RegExp;
  risk: number;
}

/** Applies a table of patterns; each pattern has the global flag. */
export function applyPatterns(rules: readonly PatternRule[], text: string): OutputFinding[] {
  return rules.flatMap(({ id, pattern, risk }) =>
    Array.from(text.matchAll(pattern), (match) => ({
      id,
      start: match.index,
      end: match.index + match[0].length,
      risk,
    })),
  );
}
