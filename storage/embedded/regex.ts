import { StoreError } from './errors.js';

const cache = new Map<string, RegExp>();

/** The insides of PCRE's classes such as `[[:alpha:]]`. */
const POSIX: Record<string, string> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
};

/** Compiles a PCRE pattern with MongoDB's options i, m, s, x, u as a JavaScript regular expression. */
export function compileRegex(pattern: string, options: string): RegExp {
  const key = `${options}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  for (const option of options) {
    if (!'imsxu'.includes(option)) throw new StoreError(51108, `invalid flag in regex options: ${option}`);
  }
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const flags = new Set(`${options}${inline?.[1] ?? ''}`.replaceAll(/[xu]/g, ''));
  let source = inline ? pattern.slice(inline[0].length) : pattern;
  if (options.includes('x') || inline?.[1]?.includes('x')) source = withoutSpace(source);
  source = source
    .replace(/^\\A/, '^')
    .replace(/\\[zZ]$/, '$')
    .replaceAll('(?P<', '(?<')
    .replace(/\[:(\^?)(\w+):\]/g, (all, not: string, name: string) =>
      not === '' ? (POSIX[name] ?? all) : all,
    );
  const regex = compile(source, [...flags].join(''), pattern);
  if (cache.size > 1000) cache.clear();
  cache.set(key, regex);
  return regex;
}

function compile(source: string, flags: string, pattern: string): RegExp {
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(source, flags + unicode);
    } catch {
      continue;
    }
  }
  throw new StoreError(51091, `Regular expression is invalid: ${pattern}`);
}

/** Takes out white space and comments, as option x asks; those in character classes and escaped ones stay. */
function withoutSpace(pattern: string): string {
  let result = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      result += char + pattern.charAt(at + 1);
      at += 1;
    } else if (inClass || !/[\s#]/.test(char)) {
      if (char === '[') inClass = true;
      if (char === ']') inClass = false;
      result += char;
    } else if (char === '#') {
      while (at < pattern.length && pattern.charAt(at) !== '\n') at += 1;
    }
  }
  return result;
}
