import { readInEnglish, TONGUES } from '../../kernel/english-reading.js';
import { evidentLanguage } from '../../kernel/evident-language.js';

/** So much of a text has to be known before its reading stands for it. */
const ENOUGH = 0.6;

/** What a claim says in English, and passages likewise. */
export interface TwoTongues {
  /** The passages in English; undefined where too little of them is known. */
  passages: readonly string[] | undefined;
  /** The claim in English; undefined where it is in the language of the passages, or too little of it is known. */
  read(claim: string): string | undefined;
}

/** No sentence that people write is longer; what is, is not worth a reading word by word. */
const LONGEST_CLAIM = 1_000;

/** For claims in another language than the passages: a true German sentence about an English page shares no word with it. */
export function betweenTongues(passages: readonly string[]): TwoTongues {
  const written = evidentLanguage(passages.join('\n').slice(0, 2_000));
  let inEnglish: readonly string[] | undefined;
  return {
    get passages() {
      return (inEnglish ??= written === undefined ? undefined : spokenIn(written, passages));
    },
    read(claim) {
      if (written === undefined || claim.length > LONGEST_CLAIM) return undefined;
      const spoken = evidentLanguage(claim);
      if (spoken !== undefined) return spoken === written ? undefined : spokenIn(spoken, [claim])?.[0];
      // a few words may leave open which tongue it is; the one whose dictionary has them
      const possible = written === 'en' ? TONGUES : ['en'];
      return possible.map((language) => spokenIn(language, [claim])?.[0]).find((said) => said !== undefined);
    },
  };
}

function spokenIn(language: string, texts: readonly string[]): readonly string[] | undefined {
  if (language === 'en') return texts;
  if (!TONGUES.includes(language)) return undefined;
  const read = texts.map((text) => readInEnglish(text, language));
  const known = read.reduce((sum, reading) => sum + reading.known, 0) / read.length;
  return known < ENOUGH ? undefined : read.map(({ text }) => text);
}
