import { fold } from './lexicon.js';

/** A word of a text and where it stands. */
export interface Token {
  raw: string;
  word: string;
  start: number;
  end: number;
}

/** What stands between two marks. */
export interface Part {
  tokens: Token[];
  /** The mark behind it. */
  mark: string;
}

const TOKEN =
  /https?:\/\/\S+|[\w.+-]+@[\w.-]+\.\w+|\{[^}]*\}|"[^"]*"|“[^”]*”|#?[\p{L}\p{N}_]+(?:[-/.][\p{L}\p{N}_]+)*|(?<=\s)-(?=\s)|[.,:;!?\n()–—]/gu;
const MARK = /^[-.,:;!?\n()–—]$/u;
const KEPT_WHOLE = /^(?:e-mails?|re-open|set-up|t-\d+)$/;

export const QUESTION_WORDS = set(
  'how what which when where why who whose whom whether is are was were does do did has have may might shall ' +
    'wie was welche welcher welches wann wo warum wer wessen ob ist sind darf muss soll gibt hat habe ' +
    'comment quel quelle quels quelles quand pourquoi qui est faut-il si ou combien como que cuando donde quien cual cuales cuanto',
);
export const DETERMINERS = set('which what welche any quels quelles quel cuales que many viele combien');
export const BEING = set('does got any habe gibt is are s ist sind est sont es son do does have i there');
export const MODALS = set(
  'can could would will kannst kann koenntest koennten koennt koennte wuerdest wuerden wuerde peux pourrais pouvez pourriez peut ' +
    'pourrait puedes podrias puede podria podeis podemos',
);
export const ASKED = set(
  'you u we someone somebody anybody anyone one steward du ihr sie wir jemand mir tu vous on nous usted',
);
export const SUBJECTS = set(
  'i we ich wir je j nous yo il me nos d would id also still really urgently dringend ai avons avez',
);
export const NOT_NAMES = set(
  'everyone everybody nobody noone who it he she they one employees jeder niemand wer er es alle',
);
export const FINITE = set(
  'is are was were am has have had does doesn did didn isn aren wasn needs works worked breaks broke keeps should must ist sind war ' +
    'hat habe funktioniert geht est sont a fonctionne marche es esta son funciona',
);
export const MAY = set(
  'wird werden can should must needs has may kann soll sollte muss darf peut doit puede debe',
);
export const POINTERS = set('it them this that es ihn sie le lo la');
/** Wishes whose subject is in the word itself. */
export const OWN_WISHES = set(
  'brauche necesito necesitamos faut quiero queremos quisiera gustaria need wuensche',
);
export const WITH = set('with mit avec con');
export const DONE: Record<string, string> = {
  closed: 'close',
  resolved: 'close',
  geschlossen: 'close',
  erledigt: 'close',
  ferme: 'close',
  cerrado: 'close',
  created: 'create',
  opened: 'create',
  ordered: 'create',
  raised: 'create',
  requested: 'create',
  bought: 'create',
  erstellt: 'create',
  bestellt: 'create',
  beantragt: 'create',
  commande: 'create',
  pedido: 'create',
  changed: 'update',
  updated: 'update',
  geaendert: 'update',
  benoetigt: 'create',
  gebraucht: 'create',
  needed: 'create',
  modifie: 'update',
  assigned: 'assign',
  zugewiesen: 'assign',
  reopened: 'reopen',
  reported: 'report',
  gemeldet: 'report',
  announced: 'announce',
  angekuendigt: 'announce',
  sent: 'send',
  gesendet: 'send',
  geschickt: 'send',
};
/** Things one orders: a word right behind them makes something else of them ("laptop policy"). */
export const CARRIERS = set(
  'ticket incident problem reminder announcement article mail webhook github message label status',
);
/** Nouns that name the deed as well: "mail Ann". */
export const DEED_NOUNS: Record<string, string> = { mail: 'send', message: 'send' };

/** Splits a text at its marks into words. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let tokens: Token[] = [];
  const close = (mark: string): void => {
    if (tokens.length > 0) parts.push({ tokens, mark });
    tokens = [];
  };
  for (const match of text.matchAll(TOKEN)) {
    if (MARK.test(match[0])) close(match[0]);
    else tokens.push(...piecesOf(match[0], match.index));
  }
  close('');
  return parts;
}

/** "peux-tu" and "l'écran" are two words; an address, a number and "e-mail" are one. */
function piecesOf(raw: string, start: number): Token[] {
  const folded = fold(raw);
  if (!/[-]/.test(raw) || KEPT_WHOLE.test(folded) || /[@/"{\d]/.test(raw))
    return [{ raw, word: folded, start, end: start + raw.length }];
  return [...raw.matchAll(/[^-]+/g)].map(({ 0: piece, index }) => ({
    raw: piece,
    word: fold(piece),
    start: start + index,
    end: start + index + piece.length,
  }));
}

function set(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
