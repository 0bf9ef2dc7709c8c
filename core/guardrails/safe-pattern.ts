import { InvalidInput } from '../kernel/errors.js';

const LONGEST = 200;
/** What an open-ended repetition is cut to. */
const REPEAT_LIMIT = 32;
const VARIABLE_LIMIT = 2;

/**
 * Compiles a tenant's pattern so that it cannot be slow: no look-around, no back-reference, no repetition of a group that
 * repeats or chooses, at most two repetitions of varying length, each cut to 32.
 * @throws InvalidInput saying what to change.
 */
export function compileSafePattern(source: string, flags = 'gu'): RegExp {
  const refuse = (why: string): never => {
    throw new InvalidInput('guardrails.pattern', `The pattern ${JSON.stringify(source.slice(0, 60))} ${why}`);
  };
  if (source.length === 0 || source.length > LONGEST) refuse(`must have 1 to ${LONGEST} characters.`);
  if (/\(\?(?:<?[=!])/.test(source))
    refuse('looks ahead or behind; write only what the value itself looks like.');
  if (/\\[1-9]|\\k</.test(source))
    refuse('refers back to a group, which can be slow; repeat the expression instead.');
  const { text, variable } = boundRepetitions(source);
  if (variable > VARIABLE_LIMIT) {
    refuse(
      `has ${variable} repetitions of varying length; ${VARIABLE_LIMIT} are allowed. Say exact counts such as {6}.`,
    );
  }
  if (
    /\((?:[^()\\]|\\.){0,200}(?:[*+}|])(?:[^()\\]|\\.){0,200}\)(?:[*+]|\{\d{1,4}(?:,\d{0,4})?\})/.test(
      withoutClasses(text),
    )
  ) {
    refuse('repeats a group that itself repeats or chooses; write it without the outer repetition.');
  }
  try {
    const compiled = new RegExp(text, flags);
    if (compiled.test('')) refuse('matches the empty text; it would match everywhere.');
    compiled.lastIndex = 0;
    return compiled;
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    return refuse('is not a regular expression (Unicode syntax of JavaScript).');
  }
}

const withoutClasses = (source: string): string => source.replaceAll(/\[(?:[^\]\\]|\\.){0,200}\]/g, 'x');

/** Cuts `*`, `+` and `{n,}` and counts what can vary in length. */
function boundRepetitions(source: string): { text: string; variable: number } {
  let variable = 0;
  let inClass = false;
  let text = '';
  for (let at = 0; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === '\\') {
      // \p{L} and \u{1F600} have braces of their own
      const brace = /^\\[pPu]\{[^}]{1,40}\}/.exec(source.slice(at))?.[0];
      text += brace ?? source.slice(at, at + 2);
      at += (brace?.length ?? 2) - 1;
    } else if (inClass) {
      if (character === ']') inClass = false;
      text += character;
    } else if (character === '[') {
      inClass = true;
      text += character;
    } else if (character === '*' || character === '+') {
      variable += 1;
      text += character === '*' ? `{0,${REPEAT_LIMIT}}` : `{1,${REPEAT_LIMIT}}`;
    } else if (character === '{') {
      const count = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(source.slice(at));
      if (count?.[2]) {
        variable += 1;
        const least = Math.min(Number(count[1]), REPEAT_LIMIT);
        const most = count[3]
          ? Math.min(Number(count[3]), Math.max(REPEAT_LIMIT, least))
          : Math.max(REPEAT_LIMIT, least);
        text += `{${least},${most}}`;
        at += count[0].length - 1;
      } else text += character;
    } else text += character;
  }
  return { text, variable };
}
