import { loadLanguageTables } from './language-tables.js';

/** Tells the language of a text: ISO 639-1, or undefined when it is too short or unclear. */
export type LanguageDetector = (text: string) => string | undefined;

/** Loads the language tables (a few MB) once and returns the detector. */
export async function loadLanguageDetector(): Promise<LanguageDetector> {
  const eld = await loadLanguageTables();
  return (text) => {
    const sample = text.slice(0, 1_000);
    if (sample.length < 20) return undefined;
    const result = eld.detect(sample);
    if (!result.language || !result.isReliable()) return undefined;
    const [best = 0, second = 0] = Object.values(result.getScores()).sort((a, b) => b - a);
    return best - second >= CLEAR_LEAD ? result.language : undefined;
  };
}

/** Lists of names look a little like every language; a text leads clearly. */
const CLEAR_LEAD = 0.02;
