/** What makes a text hard in one language, and how its ease is measured. */
interface ReadingRules {
  /** Reading ease from words per sentence and syllables per word; 60 and above is plain. Absent where there is no measure. */
  ease?(wordsPerSentence: number, syllablesPerWord: number): number;
  hasSilentE?: boolean;
  /** Words, or in Japanese characters, of a sentence that should be split. */
  longSentence: number;
  /** Office words and what people say instead. */
  plain: Record<string, string>;
  passive?: RegExp;
  /** Labels that do not say what happens. */
  vague: RegExp;
}

const ENGLISH: ReadingRules = {
  // Flesch 1948
  ease: (perSentence, perWord) => 206.835 - 1.015 * perSentence - 84.6 * perWord,
  hasSilentE: true,
  longSentence: 20,
  plain: {
    utilise: 'use',
    utilize: 'use',
    utilisation: 'use',
    utilization: 'use',
    commence: 'start',
    terminate: 'end',
    facilitate: 'help',
    aforementioned: 'this',
    mandatory: 'needed',
    prior: 'before',
    subsequent: 'next',
    'please be advised that': '(leave it out)',
    'in order to': 'to',
    'due to the fact that': 'because',
    'in the event that': 'if',
    endeavour: 'try',
    remuneration: 'pay',
  },
  passive: /\b(?:is|are|was|were|be|been|being)\s+\w+(?:ed|en)\b/gi,
  vague: /\b(?:click here|read more|submit)\b/gi,
};

const RULES: Record<string, ReadingRules> = {
  en: ENGLISH,
  de: {
    // Amstad 1978
    ease: (perSentence, perWord) => 180 - perSentence - 58.5 * perWord,
    longSentence: 20,
    plain: {
      diesbezüglich: 'dazu',
      'aufgrund der tatsache, dass': 'weil',
      zwecks: 'für',
      inanspruchnahme: 'Nutzung',
      unverzüglich: 'sofort',
      'im rahmen von': 'bei',
      'zur verfügung stellen': 'geben',
      vorgenannte: 'diese',
    },
    vague: /(?<!\p{L})(?:klicken sie hier|hier klicken|weiterlesen|absenden)(?!\p{L})/giu,
  },
  es: {
    // Fernández Huerta 1959
    ease: (perSentence, perWord) => 206.84 - 1.02 * perSentence - 60 * perWord,
    longSentence: 20,
    plain: {
      'con el fin de': 'para',
      'a efectos de': 'para',
      'en virtud de': 'por',
      'llevar a cabo': 'hacer',
      'debido al hecho de que': 'porque',
      'en el caso de que': 'si',
      antedicho: 'este',
    },
    vague: /(?<!\p{L})(?:haga clic aquí|pulse aquí|leer más|enviar)(?!\p{L})/giu,
  },
  fr: {
    // Kandel and Moles 1958
    ease: (perSentence, perWord) => 207 - 1.015 * perSentence - 73.6 * perWord,
    hasSilentE: true,
    longSentence: 20,
    plain: {
      'afin de': 'pour',
      'en vue de': 'pour',
      'procéder à': 'faire',
      'dans le cadre de': 'pour',
      'en raison du fait que': 'parce que',
      'dans le cas où': 'si',
      susmentionné: 'ce',
    },
    vague: /(?<!\p{L})(?:cliquez ici|en savoir plus|lire la suite|valider)(?!\p{L})/giu,
  },
  ja: {
    longSentence: 60,
    plain: { につきましては: 'は', させていただきます: 'します', することができます: 'できます' },
    vague: /こちらをクリック|詳しくはこちら|続きを読む/g,
  },
};

/**
 * What makes a text hard, worst first, with its reading ease where its language has a measure.
 * @param language of the text; what is not known is measured as English.
 */
export function reviewText(text: string, language = 'en'): string[] {
  const { ease, hasSilentE, longSentence, plain, passive, vague } = RULES[language] ?? ENGLISH;
  const sentences = text
    .split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/)
    .filter((sentence) => /\p{L}/u.test(sentence));
  const words = wordsOf(text, language);
  if (words.length === 0) return ['There is no text to review.'];
  const counted = `${words.length} words in ${sentences.length} sentences`;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word, hasSilentE), 0);
  const lengthOf = (sentence: string): number =>
    language === 'ja' ? sentence.length : sentence.split(/\s+/).length;
  const flat = text.toLowerCase();
  const problems = [
    ...sentences
      .filter((sentence) => lengthOf(sentence) > longSentence)
      .map((sentence) => `- Split this sentence: "${sentence.slice(0, 80)}…"`),
    ...Object.entries(plain)
      .filter(([word]) => holds(flat, word, language))
      .map(([word, better]) => `- "${word}" → ${better}`),
    ...(passive ? (text.match(passive) ?? []) : []).map(
      (phrase) => `- Say who does it instead of "${phrase}"`,
    ),
    ...(text.match(vague) ?? []).map((phrase) => `- Name what happens instead of "${phrase}"`),
  ];
  return [
    ease
      ? `Reading ease ${Math.round(ease(words.length / sentences.length, syllables / words.length))} of 100 (60 and above is plain), ${counted}.`
      : `${counted}; there is no measure of reading ease for this language.`,
    ...(problems.length > 0 ? problems : ['- I find nothing to change.']),
  ];
}

/** Japanese puts no spaces between words. */
function wordsOf(text: string, language: string): string[] {
  if (language !== 'ja') return text.match(/\p{L}+(?:['’-]\p{L}+)*/gu) ?? [];
  const parts = new Intl.Segmenter(language, { granularity: 'word' }).segment(text);
  return [...parts].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

const holds = (text: string, words: string, language: string): boolean =>
  language === 'ja' ? text.includes(words) : new RegExp(`(?<!\\p{L})${words}(?!\\p{L})`, 'u').test(text);

/** Groups of vowels, without a silent e at the end; right for most words. */
function syllablesOf(word: string, hasSilentE = false): number {
  const flat = word.toLowerCase();
  const groups = (hasSilentE ? flat.replace(/e$/, '') : flat).match(/[aeiouyäöüéèêëáíóúàâîïôûùœæ]+/gu);
  return Math.max(1, groups?.length ?? 0);
}
