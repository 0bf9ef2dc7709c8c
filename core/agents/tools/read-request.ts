import {
  isArticle,
  isBorder,
  isCourtesy,
  isFiller,
  isLight,
  isTransparent,
  isWant,
  japaneseIn,
  nounOf,
  verbsOf,
} from './lexicon.js';
import {
  ASKED,
  BEING,
  CARRIERS,
  DEED_NOUNS,
  DETERMINERS,
  DONE,
  FINITE,
  MAY,
  MODALS,
  NOT_NAMES,
  OWN_WISHES,
  POINTERS,
  QUESTION_WORDS,
  SUBJECTS,
  WITH,
  partsOf,
  type Part,
  type Token,
} from './request-words.js';

/** What a sentence asks for: kinds of deed, the things they are about, and where that stands. */
export interface AskedDeed {
  /** Keys of the lexicon: `create`, `close`. */
  verbs: ReadonlySet<string>;
  /** Keys of the lexicon in the order in which they were said: `laptop`, `ticket`. */
  things: readonly string[];
  /** Signs elsewhere in the text: `url`, `address`, `channel`, `github`. */
  hints: ReadonlySet<string>;
  /** All words of the request itself, as the lexicon writes them. */
  words: ReadonlySet<string>;
  /** It asks what there is ("which tickets are open?"), so only tools that read can be meant. */
  isQuestion: boolean;
  /** The stretches of the text that are the request itself and not what it is about. */
  spans: readonly { start: number; end: number }[];
}

/**
 * Reads what a text asks to be done, in the order in which it was said: orders ("open a ticket"), polite questions
 * ("could you …"), wishes ("I need …", "ich möchte …"), headlines ("Ticket: …") and bare things with details ("laptop for
 * Priya please"). Questions, remarks and everything else ask for nothing.
 */
export function readRequests(text: string): AskedDeed[] {
  const japanese = japaneseIn(text);
  if (japanese)
    return japanese.verbs.length === 0 ? [] : [deed(japanese.verbs, japanese.things, text, [], [])];
  const parts = partsOf(text);
  return parts.flatMap((part, position) => {
    const found = inPart(part, position === 0, parts[position + 1], text);
    if (!found) return [];
    // "Ticket 15 is done, please close it."
    const isPointing = found.things.length === 0 && part.tokens.some(({ word }) => POINTERS.has(word));
    const earlier = parts
      .slice(0, position)
      .flatMap(({ tokens }) => tokens.flatMap(({ word }) => nounOf(word) ?? []));
    return [isPointing ? { ...found, things: earlier } : found];
  });
}

function inPart(part: Part, isFirst: boolean, next: Part | undefined, text: string): AskedDeed | undefined {
  const { tokens } = part;
  const from = afterCourtesy(tokens);
  const first = tokens[from]?.word;
  if (first === undefined) return undefined;
  const second = tokens[from + 1]?.word ?? '';
  const make = (
    verbs: readonly string[],
    start: number,
    end: number,
    verbAt = start,
  ): AskedDeed | undefined => withObject(text, tokens, verbs, { start, end, verbAt });

  if (MODALS.has(first)) {
    if (first === 'can' || first === 'could' || first === 'may')
      if ((second === 'i' || second === 'we') && ['get', 'have'].includes(tokens[from + 2]?.word ?? ''))
        return make(['create'], from + 3, tokens.length, from);
    const isPossible = second === 'it' ? tokens.findIndex(({ word }) => word === 'possible') : -1;
    if (isPossible > 0)
      return orderAt(
        tokens,
        skip(tokens, isPossible + 1, (word) => word === 'to'),
        from,
        make,
      );
    const asked = ASKED.has(second)
      ? skip(tokens, from + 2, (word) => word === 'mind' || word === 'be' || word === 'able' || word === 'to')
      : 0;
    return asked > 0 ? orderAt(tokens, asked, from, make) : undefined;
  }
  if (ASKED.has(first) && MODALS.has(second)) return orderAt(tokens, from + 2, from, make);
  if (second === 'm' || second === 'am' || second === 're' || second === 'are')
    if ((first === 'i' || first === 'we') && (tokens[from + 2]?.word ?? '').endsWith('ing'))
      return orderAt(tokens, from + 2, from, make);
  const wish = wishAt(tokens, from);
  if (wish !== undefined) {
    const target = skip(tokens, wish + 1, (word) => isWant(word) || word === 'gern' || word === 'gerne');
    const leads = ['to', 'zu', 'que', 'de', 'd'].includes(tokens[target]?.word ?? '');
    const order = orderAt(tokens, leads ? target + 1 : target, from, make);
    if (order) return order;
    return leads && tokens[target]?.word === 'to' ? undefined : make(['create'], target, tokens.length, from);
  }
  if (QUESTION_WORDS.has(first)) return asksWhatThereIs(tokens, from, text);
  const knowing = first === 'let' ? tokens.findIndex(({ word }) => word === 'know') : -1;
  if (knowing > 0) return make(['tell'], from + 1, knowing, from);
  if (first === 'let' && (second === 's' || second === 'us')) return orderAt(tokens, from + 2, from, make);
  const order = orderAt(tokens, from, from, make);
  if (order) return order;
  const passive = tokens.findIndex(({ word }, place) => place > from && MAY.has(word));
  const participle =
    passive < 0 ? undefined : tokens.slice(passive + 1).find(({ word }) => Object.hasOwn(DONE, word));
  const isToBe =
    passive > 0 &&
    tokens.slice(passive + 1).some(({ word }) => word === 'be' || word === 'sein' || word === 'etre');
  if (isToBe && !participle) return make(['update'], from, passive, from);
  if (participle) return make([DONE[participle.word] ?? ''], from, tokens.indexOf(participle), from);
  return isFirst ? headline(part, from, next, text) : undefined;
}

const OWNERS: ReadonlySet<string> = new Set(
  'our my unser unsere mein meine notre mon ma nuestro nuestra mi'.split(' '),
);
const THANKING: ReadonlySet<string> = new Set(['de', 'd', 'bien', 'vouloir']);

type Make = (verbs: readonly string[], start: number, end: number, verbAt?: number) => AskedDeed | undefined;

/** An order that begins here: "open a ticket", "ein Notebook bestellen", "mail Ann". */
function orderAt(tokens: Token[], from: number, head: number, make: Make): AskedDeed | undefined {
  const at = skip(
    tokens,
    from,
    (word) => isCourtesy(word) || (isFiller(word) && !isArticle(word) && verbsOf(word).length === 0),
  );
  const word = tokens[at]?.word;
  if (word === undefined) return undefined;
  const noun = nounOf(word);
  const named = noun && DEED_NOUNS[noun];
  if (named && verbsOf(word).length === 0 && at + 1 < tokens.length && !isLight(tokens[at + 1]?.word ?? ''))
    return make([named], at, tokens.length, head);
  // "Open tickets" without an article are those that are open.
  const isState =
    word === 'open' &&
    (tokens[at + 1]?.word ?? '').endsWith('s') &&
    nounOf(tokens[at + 1]?.word ?? '') !== undefined;
  if (verbsOf(word).length > 0 && !isState) {
    const asOrder = make(verbsOf(word), at + 1, tokens.length, head);
    if (asOrder) return asOrder;
  }
  const stop = tokens.findIndex((token, place) => place >= from && QUESTION_WORDS.has(token.word));
  const end = stop < 0 ? tokens.length : stop;
  for (let place = end - 1; place > at; place -= 1) {
    const last = tokens[place]?.word ?? '';
    if (/(?:e?n|er|ir|ar)$/.test(last) && verbsOf(last).length > 0)
      return make(verbsOf(last), from, place, head);
  }
  return undefined;
}

/** The place of the word of wanting in "I would like", "ich hätte gern", "Priya needs". */
function wishAt(tokens: Token[], from: number): number | undefined {
  // "Our team needs", "unsere Abteilung braucht".
  const isOurs = OWNERS.has(tokens[from]?.word ?? '') && isWant(tokens[from + 2]?.word ?? '');
  if (isOurs) return from + 2;
  for (let place = from; place < Math.min(from + 4, tokens.length); place += 1) {
    const { word, raw } = tokens[place] as Token;
    if (isWant(word)) return place === from && !OWN_WISHES.has(word) ? undefined : place;
    const isName = /^\p{Lu}/u.test(raw) && !NOT_NAMES.has(word);
    if (!SUBJECTS.has(word) && !isName) return undefined;
  }
  return undefined;
}

/** "Which tickets are open?", "what is the status of issue 12?" */
function asksWhatThereIs(tokens: Token[], from: number, text: string): AskedDeed | undefined {
  const opening = skip(tokens, from + 1, (word) => BEING.has(word) || DETERMINERS.has(word));
  const isDefinite = tokens[from + 1] !== undefined && BEING.has(tokens[from + 1]?.word ?? '');
  if (
    !DETERMINERS.has(tokens[from]?.word ?? '') &&
    !['how', 'wie', 'where', 'wo', 'do', 'have', 'habe', 'gibt', 'are', 'is'].includes(
      tokens[from]?.word ?? '',
    )
  )
    return undefined;
  const noun = skip(tokens, opening, isFiller);
  if (!nounOf(tokens[noun]?.word ?? '')) return undefined;
  if (isDefinite && noun === opening && noun === tokens.length - 1) return undefined; // "what are tickets?"
  const found = withObject(text, tokens, ['list'], { start: opening, end: tokens.length, verbAt: from });
  return found && { ...found, isQuestion: true };
}

/** "Ticket: the printer is broken", "Antrag: Laptop für Priya", "new laptop for Priya please". */
function headline(part: Part, from: number, next: Part | undefined, text: string): AskedDeed | undefined {
  const { tokens, mark } = part;
  if (
    (mark === ':' || mark === '-' || mark === '–') &&
    tokens.slice(from).every(({ word }) => isLight(word) || isFiller(word) || nounOf(word) !== undefined)
  ) {
    const own = withObject(text, tokens, ['create'], { start: from, end: tokens.length, verbAt: from });
    if (own && own.things.length > 0) return own;
    const inNext: AskedDeed | undefined =
      next && withObject(text, next.tokens, ['create'], { start: 0, end: next.tokens.length, verbAt: 0 });
    if (inNext && inNext.things.length > 0) return inNext;
  }
  if (tokens.some(({ word }) => FINITE.has(word))) return undefined;
  const begins = skip(tokens, from, (word) => isFiller(word) || /^\d+$/.test(word));
  const noun = tokens[begins];
  if (!noun || !nounOf(noun.word)) return undefined;
  const listed = tokens
    .slice(from, begins)
    .some(({ word }) => isFiller(word) && !isArticle(word) && word !== 'new');
  if (listed && skip(tokens, begins + 1, isCourtesy) === tokens.length && !next) {
    const found = withObject(text, tokens, ['list'], { start: from, end: tokens.length, verbAt: from });
    return found && { ...found, isQuestion: true };
  }
  const isAsked =
    from > 0 ||
    isArticle(tokens[from]?.word ?? '') ||
    /\b(?:please|pls|bitte|svp|s'il|por favor)\b/iu.test(text) ||
    /\b(?:for|für|pour|para) \p{Lu}/u.test(text) ||
    /\d{3,}/.test(text);
  if (!isAsked || /\?\s*$/.test(text)) return undefined;
  return withObject(text, tokens, ['create'], { start: from, end: tokens.length, verbAt: from });
}

/** Reads the thing that a deed is about, from the words between `start` and `end`. */
function withObject(
  text: string,
  tokens: Token[],
  verbs: readonly string[],
  { start, end, verbAt }: { start: number; end: number; verbAt: number },
): AskedDeed | undefined {
  const things: string[] = [];
  let hasContent = false;
  let isBetween = false;
  let isReferred = false;
  let last = start - 1;
  for (let place = start; place < end; place += 1) {
    const { word, raw } = tokens[place] as Token;
    if (QUESTION_WORDS.has(word) && !isFiller(word) && !isWant(word)) break;
    const noun = /^#?t-?\d+$/.test(word) ? 'ticket' : nounOf(word);
    if (isBetween && !isArticle(word)) continue;
    isBetween = false;
    if (noun) {
      const behind = tokens[place + 1];
      if (!CARRIERS.has(noun) && behind && place + 1 < end && makesOther(behind)) break;
      if (CARRIERS.has(noun) && verbs.includes('list') && behind && place + 1 < end && makesOther(behind))
        break;
      things.push(noun);
      isReferred ||=
        CARRIERS.has(noun) &&
        (/\d/.test(word) ||
          /^#?\d+$/.test(behind?.word ?? '') ||
          /^#?\d+$/.test(tokens[place + 2]?.word ?? ''));
      last = place;
    } else if (isTransparent(word)) continue;
    else if (isBorder(word) && !isArticle(word)) {
      if (things.length === 0 && !hasContent) isBetween = true;
      else if (!(things.length === 0 && isLight(tokens[place - 1]?.word ?? ''))) break;
    } else if (isLight(word)) {
      hasContent = true;
      last = place;
    } else if (!isFiller(word) && !isCourtesy(word) && !/^\d/.test(word) && !/^\p{Lu}/u.test(raw))
      hasContent = true;
  }
  const meant =
    isReferred && verbs.includes('create') ? [...verbs.filter((verb) => verb !== 'create'), 'update'] : verbs;
  // "A problem with the VPN" is what it is about, and no carrier of something else.
  const saysMore = WITH.has(tokens[last + 1]?.word ?? '') && last > verbAt ? 1 : 0;
  const own = tokens.slice(Math.min(verbAt, start), Math.max(last + 1 - saysMore, verbAt + 1));
  const verbToken = tokens[end];
  const spans = [
    spanOf(own),
    ...(verbToken && end < tokens.length && verbsOf(verbToken.word).length > 0 ? [spanOf([verbToken])] : []),
  ];
  return deed(
    meant,
    things,
    text,
    tokens.slice(verbAt, Math.max(last + 1, start)),
    spans.filter((span) => span !== undefined),
  );
}

function deed(
  verbs: readonly string[],
  things: readonly string[],
  text: string,
  tokens: readonly Token[],
  spans: AskedDeed['spans'],
): AskedDeed {
  const hints = new Set<string>();
  if (/https?:\/\//.test(text)) hints.add('url');
  if (/[\w.+-]+@[\w.-]+\.\w+/.test(text)) hints.add('address');
  if (/(?:^|\s)#[a-z][\w-]*/iu.test(text)) hints.add('channel');
  if (/\b(?:in|of|on|for|to|von|dans|de|en|at)\s+[a-z][\w.-]*\/[a-z][\w.-]*(?=$|[\s,:;.!?])/iu.test(text))
    hints.add('github');
  const all = [...things, ...(hints.has('github') && !things.includes('github') ? ['github'] : [])];
  return {
    verbs: new Set(verbs),
    things: all,
    hints,
    words: new Set(tokens.map(({ word }) => word)),
    isQuestion: false,
    spans,
  };
}

/** True for a word that makes something else of the thing before it: "laptop policy". */
function makesOther({ word, raw }: Token): boolean {
  const isKnown =
    isLight(word) ||
    isFiller(word) ||
    isCourtesy(word) ||
    isBorder(word) ||
    isTransparent(word) ||
    verbsOf(word).length > 0 ||
    nounOf(word) !== undefined ||
    /\d/.test(word) ||
    FINITE.has(word) ||
    BEING.has(word) ||
    isWant(word);
  return !isKnown && !/^\p{Lu}/u.test(raw);
}

function afterCourtesy(tokens: Token[]): number {
  const from = skip(tokens, 0, (word) => isCourtesy(word));
  // "Merci de commander …", "merci de bien vouloir …".
  return tokens[from - 1]?.word === 'merci' ? skip(tokens, from, (word) => THANKING.has(word)) : from;
}

function skip(tokens: Token[], from: number, isSkipped: (word: string) => boolean): number {
  let place = from;
  while (place < tokens.length && isSkipped(tokens[place]?.word ?? '')) place += 1;
  return place;
}

function spanOf(tokens: readonly Token[]): { start: number; end: number } | undefined {
  const [first] = tokens;
  const last = tokens.at(-1);
  return first && last && { start: first.start, end: last.end };
}
