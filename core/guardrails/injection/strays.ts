import { isWord } from '../../kernel/tokens.js';

const SENTENCE_END = new Set(['.', '!', '?', '\n', '。', '！', '？', '।', '؟']);
const QUESTION_END = new Set(['?', '？', '؟']);
const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter(Boolean));

const ASKING = words(
  `what who whom whose when where which why how is are was were does did do can name
  wer wen wem was wann wo wohin warum wieso weshalb wie welche welcher welches ist sind
  que quien quienes cual cuales cuando donde cuanto cuantos como por
  qui quand ou pourquoi comment quel quelle quels quelles combien quoi
  che chi quando dove perche quale quali come quem quais onde porque wat wie waar waarom welke hoe`,
);
/** What one asks of an assistant rather than of a reader. */
const TASKS = words(
  `write compose draft create generate give tell list explain describe translate summarize summarise suggest recommend calculate compute solve convert
  classify compare recite imagine design invent print output encode reverse rewrite rephrase provide analyze analyse identify teach show find search answer reply
  respond include ensure modify append insert capitalize format structure mention name define outline discuss help plan
  schreibe schreib verfasse erstelle nenne erklare beschreibe ubersetze fasse empfiehl berechne lose gib erzahle antworte liste
  escribe redacta crea genera explica describe traduce resume sugiere recomienda calcula resuelve dime dame enumera responde
  ecris redige cree genere explique decris traduis resume propose recommande calcule donne reponds enumere dis`,
);
const LEADING = words(
  'please also and then now so ok okay hey oh ps btw finally first next bitte auch por favor tambien s il te plait aussi',
);
/** Letters that say what a word is about, whatever its ending. */
const STEM = 5;

/**
 * Questions and tasks for an assistant that share no word with the rest of the text they stand in: foreign bodies, whatever they ask.
 * @returns shape features, empty for a text of one sentence.
 */
export function strayShape(tokens: readonly string[]): [string, number][] {
  const sentences: { from: number; to: number; count: number }[] = [];
  let from = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    if (at < tokens.length && !SENTENCE_END.has(tokens[at] ?? '')) continue;
    let count = 0;
    for (let inside = from; inside < at; inside += 1) if (isWord(tokens[inside] ?? '')) count += 1;
    if (count > 0) sentences.push({ from, to: at, count });
    from = at + 1;
  }
  if (sentences.length < 3) return [];
  const holders = new Map<string, number>();
  sentences.forEach(({ from: start, to }, number) => {
    for (let at = start; at < to; at += 1) {
      const stem = stemOf(tokens[at] ?? '');
      if (!stem) continue;
      const known = holders.get(stem);
      holders.set(stem, known === undefined || known === number ? number : -1);
    }
  });
  const found = new Set<string>();
  sentences.forEach(({ from: start, to, count }, number) => {
    if (count < 3 || count > 60) return;
    let first = start;
    while (first < to && (!isWord(tokens[first] ?? '') || LEADING.has(tokens[first] ?? ''))) first += 1;
    const opener = tokens[first] ?? '';
    const kind =
      ASKING.has(opener) && QUESTION_END.has(tokens[to] ?? '')
        ? 'question'
        : TASKS.has(opener)
          ? 'task'
          : undefined;
    if (!kind) return;
    let own = 0;
    let shared = 0;
    for (let at = first + 1; at < to; at += 1) {
      const stem = stemOf(tokens[at] ?? '');
      if (!stem) continue;
      if (holders.get(stem) === number) own += 1;
      else shared += 1;
    }
    if (own === 0) return;
    found.add(shared === 0 ? `stray-${kind}` : `${kind}-within`);
    if (shared === 0 && number === sentences.length - 1) found.add('stray-last');
    if (shared === 0 && number === 0) found.add('stray-first');
  });
  return [...found].map((name) => [name, 1]);
}

const stemOf = (token: string): string | undefined =>
  token.length >= 4 && isWord(token) && !COMMON.has(token) ? token.slice(0, STEM) : undefined;
const COMMON = words(
  `this that these those with from have been will would could should about your yours their there here what when where which while into onto over under than then them they were
  also just like more most some such only very much many each other any please make sure following para como esta este pour dans avec vous votre nous mein eine einen einer sind wird auch nicht oder`,
);
