export interface DerivedTest {
  name: string;
  expect: 'accepted' | 'refused' | 'applies' | 'does not apply' | 'holds';
}

/** Words of a rule, in the five languages. */
const REQUIREMENT = inWords(
  [
    'must(?: not)?|shall(?: not)?|should(?: not)?|may(?: not)?|can(?:not|.t)?|needs?|requires?|required|only|never|above|more than|after \\d+|at least|at most|no more than|up to|minimum|maximum|between',
    'muss|müssen|darf|dürfen|soll|sollen|brauch(?:t|en)|benötig(?:t|en)|erforderlich|nur|niemals|mehr als|nach \\d+|mindestens|höchstens|maximal|minimal|zwischen',
    'deben?|debería|tienen? que|pueden?|necesitan?|requieren?|nunca|más de|(?:después de|tras) \\d+|al menos|como mínimo|como máximo|máximo|mínimo|entre',
    'doi(?:t|vent)|devrai(?:t|ent)|peu(?:t|vent)|requi(?:ert|èrent)|nécessit(?:e|ent)|jamais|plus de|après \\d+|au moins|au plus|au maximum|au minimum|maximum|entre',
  ],
  'なければならない|なければなりません|必要|必須|以上|以下|以内|最大|最小|できる|できます|してはならない|禁止',
);
const COUNT = '(\\d{1,3}(?:[.,]\\d{3})+|\\d{1,9})';
/** Japanese counts with a word between the number and the limit: 12文字以上. */
const COUNTED = '(\\d{1,9})\\s*[^\\d\\s、。]{0,4}';
const AT_LEAST = [
  inWords(
    [
      `(?:at least|minimum(?: of)?|no (?:less|fewer) than|mindestens|minimal|al menos|como mínimo|un mínimo de|au moins|au minimum|un minimum de)\\s+${COUNT}`,
    ],
    `${COUNTED}以上`,
  ),
];
const AT_MOST = [
  inWords(
    [
      `(?:at most|maximum(?: of)?|no more than|up to|höchstens|maximal|como máximo|un máximo de|hasta|no más de|au plus|au maximum|un maximum de|jusqu[’']à|pas plus de)\\s+${COUNT}`,
    ],
    `${COUNTED}(?:以下|以内|まで)|最大\\s*${COUNT}`,
  ),
  inWords([`(?:may|can|darf|pueden?|peut)(?!\\p{L})[^.]{0,40}?${COUNT}\\s+(?:times|mal|veces|fois)`]),
];
const BETWEEN = inWords(
  [`(?:between|zwischen|entre)\\s+${COUNT}\\s+(?:and|und|y|et)\\s+${COUNT}`],
  `${COUNTED}(?:から|～|〜)\\s*${COUNT}`,
);

/** "Write test cases for: …": what is wanted is no rule. */
const ORDER =
  /^[^:：.]{0,60}?(?:\btests?\b|\btest ?cases?\b|testfälle|casos de prueba|cas de test|テスト(?:ケース)?)[^:：.]{0,40}[:：]\s*/iu;

/** A rule that begins beyond a value: it does not hold for the value itself. */
const BEYOND = inWords(
  [
    `(?<!no |not |nicht |no |pas )(?:above|over|more than|exceed(?:s|ing)?|über|mehr als|más de|plus de|au-delà de)\\s+${COUNT}`,
  ],
  `${COUNTED}を超える`,
);
/** "After 5 failed tries": it begins with that many. */
const AFTER = inWords(
  [
    `(?:after|nach|después de|tras|après)\\s+${COUNT}(?!\\s+(?:days?|weeks?|months?|hours?|minutes?|years?|seconds?|tage?n?|wochen?|monate?n?|stunden?|minuten?|jahre?n?|sekunden?|días?|semanas?|meses|horas?|minutos?|años?|jours?|semaines?|mois|heures?|ans?))`,
  ],
  '(\\d{1,9})回(?:失敗|間違)',
);

/** Whole words where words are apart, and anywhere in Japanese. */
function inWords(spaced: string[], japanese?: string): RegExp {
  const words = `(?<![\\p{L}\\p{N}])(?:${spaced.join('|')})(?![\\p{L}\\p{N}])`;
  return new RegExp(japanese ? `${words}|${japanese}` : words, 'giu');
}

/** Test cases for each requirement of a text: the rule itself, and the values around each limit that it names. */
export function deriveTests(text: string): DerivedTest[] {
  return text
    .replace(ORDER, '')
    .split(/(?<=[.!?;])\s+|(?<=[。；])\s*|\n+/)
    .map((sentence) => sentence.replace(/^[-*•\s]+/, '').trim())
    .filter((sentence) => sentence.search(REQUIREMENT) >= 0)
    .flatMap((sentence): DerivedTest[] => {
      const limits = limitsOf(sentence);
      const about = sentence.replace(/[.!?;。；]+$/, '');
      return limits.length > 0
        ? limits.map(({ value, expect }) => ({ name: `"${about}" with ${value}`, expect }))
        : [{ name: about, expect: 'holds' }];
    });
}

function limitsOf(sentence: string): { value: number; expect: DerivedTest['expect'] }[] {
  const pairs = [...sentence.matchAll(BETWEEN)].map((match) => numbersIn(match));
  const single = (patterns: RegExp[]): number[] =>
    patterns.flatMap((pattern) =>
      [...sentence.matchAll(pattern)].flatMap((match) => numbersIn(match).slice(0, 1)),
    );
  const lowest = [...single(AT_LEAST), ...pairs.flatMap((pair) => pair.slice(0, 1))];
  const highest = [...single(AT_MOST), ...pairs.flatMap((pair) => pair.slice(1))];
  return [
    ...lowest.flatMap((value) => [
      { value: value - 1, expect: 'refused' as const },
      { value, expect: 'accepted' as const },
    ]),
    ...highest.flatMap((value) => [
      { value, expect: 'accepted' as const },
      { value: value + 1, expect: 'refused' as const },
    ]),
    ...single([BEYOND]).flatMap((value) => [
      { value, expect: 'does not apply' as const },
      { value: value + 1, expect: 'applies' as const },
    ]),
    ...single([AFTER]).flatMap((value) => [
      { value: value - 1, expect: 'does not apply' as const },
      { value, expect: 'applies' as const },
    ]),
  ];
}

/** What the groups of a pattern caught; each alternative has its own. */
const numbersIn = (match: RegExpMatchArray): number[] =>
  match
    .slice(1)
    .filter((group) => group !== undefined)
    .map((group) => Number(group.replaceAll(/[.,]/g, '')));
