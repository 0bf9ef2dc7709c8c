/** A small deterministic generator: the same seed gives the same sentences on every machine. */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = (list, random) => list[Math.floor(random() * list.length)];

/**
 * Expands `<name>` by a line of `rules.name` and `{a|b|}` by one of the alternatives (innermost first), until nothing is left.
 * @throws when a rule is missing, so that a typing mistake in a grammar does not end in the training data.
 */
export function expand(template, rules, random) {
  let text = template;
  for (let round = 0; round < 60; round += 1) {
    const before = text;
    text = text.replace(/\{([^{}]*)\}/g, (_, inner) => pick(inner.split('|'), random));
    text = text.replace(/<([a-z][a-z0-9-]*)>/g, (whole, name) => {
      if (whole === '<system>' || !(name in rules)) {
        if (LITERAL_TAGS.has(name)) return whole;
        throw new Error(`The grammar has no rule <${name}>.`);
      }
      return pick(rules[name], random);
    });
    if (text === before) break;
  }
  return tidy(text);
}

const LITERAL_TAGS = new Set([
  'system',
  'user',
  'assistant',
  'instructions',
  'prompt',
  'div',
  'span',
  'important',
  'li',
  'td',
  'strong',
  'img',
  'admin',
  'password',
  'root',
  'developer',
  'operator',
  'start_of_turn',
  'page',
  'result',
  'item',
  'module',
]);

const tidy = (text) =>
  text
    .replace(/[ \t]{2,}/g, ' ')
    // Chinese and Japanese are written without gaps
    .replace(/(?<=[\u3040-\u30ff\u3400-\u9fff]) (?=[\u3040-\u30ff\u3400-\u9fff])/g, '')
    .replace(/ +([,.!?;:])/g, '$1')
    .replace(/^\s+|\s+$/g, '')
    // braces and bars that are meant
    .replaceAll('❴', '{')
    .replaceAll('❵', '}')
    .replaceAll('¦', '|');
