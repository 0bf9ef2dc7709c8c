const MAIL_ADDRESS = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g;
const WEB_ADDRESS = /https?:\/\/[^\s"'<>{}|\\^`]{1,300}/g;
const JSON_TEXT = /\{[\s\S]{0,8000}\}/;
const DEEPEST = 20;

/**
 * A text with harmless places in place of those that it would send something to, and what it would send as JSON, as plain
 * words. Where something goes is for the policy to judge, which names its rule; a screen for attacks only has to look at
 * the rest.
 * @returns undefined when the text names no place.
 */
export function withoutDestinations(text: string): { rest: string; payload: string } | undefined {
  const json = JSON_TEXT.exec(text)?.[0];
  const words = json === undefined ? undefined : wordsOfJson(json);
  const rest = (json !== undefined && words ? text.replace(json, () => '') : text)
    .replace(WEB_ADDRESS, 'https://example.com')
    .replace(MAIL_ADDRESS, 'someone@example.com')
    .trim();
  return rest === text.trim() ? undefined : { rest, payload: words?.join('\n') ?? '' };
}

/** Texts of a JSON value in their order, names too where they are sentences; undefined when it is none. */
function wordsOfJson(json: string): string[] | undefined {
  const words: string[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (depth > DEEPEST) throw new RangeError('nested too deeply');
    if (typeof value === 'string') words.push(value);
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) {
        if (/\s/.test(name)) words.push(name);
        walk(member, depth + 1);
      }
  };
  try {
    walk(JSON.parse(json), 0);
    return words;
  } catch {
    return undefined;
  }
}
