/** Tells the language of a text: ISO 639-1, or undefined when it is too short or unclear. */
export type LanguageDetector = (text: string) => string | undefined;

/** Loads the language tables (a few MB) once and returns the detector. */
export async function loadLanguageDetector(): Promise<LanguageDetector> {
  const { eld } = await import('eld/small');
  return (text) => {
    const sample = text.slice(0, 1_000);
    if (sample.length < 20) return undefined;
    const result = eld.detect(sample);
    return result.language && result.isReliable() ? result.language : undefined;
  };
}
