/** Small words that hardly any other language has; what two share tells nothing and stands in neither. */
const SMALL_WORDS: Record<string, string> = {
  en: `the and is are was were what how when where why who which with for from have has had will would can could should this that these you your my our it its
    not but they he she there been into about please tell show give me of to im ive dont whats whos hows pls`,
  de: `der das und ist sind war nicht ein eine einen einem einer ich du wir ihr mir mich dir dich mein meine dein deine auf für mit von zu zum zur im wie wer wo
    warum wann kann kannst muss darf bitte alle alles auch noch über bei nach vor gib zeig sag aus wenn dass hat haben werden wird den dem`,
  es: `el los las y es son una unos del por para con que qué cómo cuándo dónde quién cuál mi tu su muéstrame dime dame está están tengo tiene puedo todas todos
    pero también más muy sin sobre ahora todo lo al yo hay`,
  fr: `le les des est sont une et du au aux je vous nous mon ma mes ton ta tes votre vos notre dans sur avec pour pas qui quoi quel quelle quels quelles comment
    quand où pourquoi donne montre moi toi ce cette ces tout toutes tous plus sans fais`,
  it: `il gli è sono una e dei della delle del di da con per che come quando dove chi quale mio tuo suo le tue questo questa non più anche tutti tutte mi dimmi
    mostrami ho hai ha puoi posso`,
  pt: `o os as é são uma e do da dos das em no na com para que como quando onde quem qual meu minha teu seu sua este esta não mais também todos todas diga mostre
    você tem pode posso às ao`,
  nl: `het een en is zijn was niet van voor met op aan bij naar hoe wat wanneer waar wie welke mijn jouw je jij ik wij ons dit dat deze alle alles ook nog moet
    mag kan kun geef laat`,
};
const LANGUAGES_OF = new Map<string, string[]>();
for (const [language, words] of Object.entries(SMALL_WORDS))
  for (const word of new Set(words.split(/\s+/)))
    LANGUAGES_OF.set(word, [...(LANGUAGES_OF.get(word) ?? []), language]);

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Letters between digits are no word: a code is in no language. */
const WORD = /(?<![\p{L}\p{N}])\p{L}+(?![\p{L}\p{N}])/gu;
const SAMPLE = 2_000;

/**
 * The language a text is evidently in (ISO 639-1; those of Steward's sentences and a few beside), by its small words. For a
 * message of a few words, where statistics of letters tell nothing yet.
 * @returns undefined where the words fit two languages, or none.
 */
export function evidentLanguage(text: string): string | undefined {
  const sample = text.slice(0, SAMPLE);
  if (KANA.test(sample)) return 'ja';
  const points = new Map<string, number>();
  for (const [word] of sample.toLowerCase().matchAll(WORD)) {
    const languages = LANGUAGES_OF.get(word) ?? [];
    for (const language of languages)
      points.set(language, (points.get(language) ?? 0) + 1 / languages.length);
  }
  const [best, second] = [...points].sort((a, b) => b[1] - a[1]);
  if (!best || best[1] < 1 || best[1] < 1.3 * (second?.[1] ?? 0)) return undefined;
  return best[0];
}
