const LONGEST = 200;

/** Words of others inside our markdown: one line, no markup. */
export const plainText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST)
    .replace(/[\\`*_[\]<>#|~]/g, '\\$&');
