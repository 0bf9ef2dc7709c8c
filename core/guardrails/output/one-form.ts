const words = (list: string, first: number): [string, number][] =>
  list.split(' ').map((word, index) => [word, first + index]);
/** Numbers that people write as words; one and its like are articles as well. */
const NUMBERS = new Map<string, number>([
  ...words('thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty', 13),
  ...words('zwei drei vier fünf sechs sieben acht neun zehn', 2),
  ...words('zwölf dreizehn vierzehn fünfzehn', 12),
  ...words('tres cuatro cinco seis siete ocho nueve diez', 3), // "once" and "dos" are English words as well
  ...words('doce trece catorce quince', 12),
  ...words('deux trois quatre cinq', 2),
  ...words('huit neuf dix onze douze treize quatorze quinze', 8), // and "sept" a month
  ...Object.entries({
    thirty: 30,
    forty: 40,
    fifty: 50,
    sixty: 60,
    seventy: 70,
    eighty: 80,
    ninety: 90,
    hundred: 100,
  }),
  ...Object.entries({ zwanzig: 20, dreißig: 30, vierzig: 40, fünfzig: 50, sechzig: 60, hundert: 100 }),
  ...Object.entries({ veinte: 20, treinta: 30, cuarenta: 40, cincuenta: 50, sesenta: 60, cien: 100 }),
  ...Object.entries({ vingt: 20, trente: 30, quarante: 40, cinquante: 50, soixante: 60 }),
]);
const NUMBER_WORD = new RegExp(`(?<![\\p{L}-])(?:${[...NUMBERS.keys()].join('|')})(?![\\p{L}-])`, 'giu');
const CLOCK = /(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))? ?(a\.?m\.?|p\.?m\.?)(?![\p{L}])/giu;
const HOUR = /(?<![\d:.])(\d{1,2})(?:[:.h](\d{2}))? ?(?:Uhr|h|heures|o'clock)(?![\p{L}\d])/giu;
const SMALL = new Map(words('one two three four five six seven eight nine ten eleven twelve', 1));
const DAYS = new Map([
  ['week', 'days'],
  ['weeks', 'days'],
  ['woche', 'Tage'],
  ['wochen', 'Tage'],
  ['semana', 'días'],
  ['semanas', 'días'],
  ['semaine', 'jours'],
  ['semaines', 'jours'],
]);
const WEEKS = new RegExp(
  `(?<![\\p{L}\\d.,])(\\d{1,2}|${[...SMALL.keys()].join('|')}) (${[...DAYS.keys()].join('|')})(?!\\p{L})`,
  'giu',
);

/** Times of the clock, numbers and weeks in one way of writing, so that 10 pm is 22:00 and two weeks are 14 days. */
export const inOneForm = (text: string): string =>
  /\d|\p{L}{3}/u.test(text)
    ? text
        .replace(CLOCK, (_whole, hour: string, minutes: string | undefined, half: string) => {
          const of12 = Number(hour) % 12;
          return `${/^p/i.test(half) ? of12 + 12 : of12}:${minutes ?? '00'}`;
        })
        .replace(
          HOUR,
          (_whole, hour: string, minutes: string | undefined) => `${Number(hour)}:${minutes ?? '00'}`,
        )
        .replace(/(?<![\d:.])0(\d:[0-5]\d)(?![\d:])/g, '$1')
        .replace(NUMBER_WORD, (word) => String(NUMBERS.get(word.toLowerCase()) ?? word))
        .replace(
          WEEKS,
          (_whole, count: string, unit: string) =>
            `${(SMALL.get(count.toLowerCase()) ?? Number(count)) * 7} ${DAYS.get(unit.toLowerCase()) ?? unit}`,
        )
    : text;
