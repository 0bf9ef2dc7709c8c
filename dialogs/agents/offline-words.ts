import type { Texts } from '../texts.js';

/** A warning sign before what failed; the slant around what a model would add. */
const FRAME = /^(?<before>⚠️ |_)?(?<sentence>.+?)(?<after>_)?$/u;
const BOLD_DAY = /^(?<before>- \*\*)(?<day>\d{4}-\d{2}-\d{2})(?<after>\*\*)/;

/**
 * What agents found without a model, in the reader's language: sentences of tools, and what a model would add. Lines that
 * are quoted from documents, and an operator's own words, stay as they are.
 */
export const inReadersWords = ({ tools, date }: Texts, text: string, locale: string): string =>
  text
    .split('\n')
    .map((line) => {
      const { before = '', sentence = '', after = '' } = FRAME.exec(line)?.groups ?? {};
      const said = tools.sentence(sentence, locale);
      if (said !== sentence) return `${before}${said}${after}`;
      return line.replace(
        BOLD_DAY,
        (_all, opening: string, day: string, closing: string) =>
          `${opening}${date(new Date(day), locale, 'UTC')}${closing}`,
      );
    })
    .join('\n');
