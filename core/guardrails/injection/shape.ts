import type { Disguise } from '../normalise.js';
import { isWord } from '../../kernel/tokens.js';

/** What a text looks like, whatever it says: `[name, value]`, values about 0 to 1, zeros left out. */
export function shapeOf(text: string, tokens: string[], disguise?: Disguise): [string, number][] {
  const words = tokens.filter(isWord);
  const { letters, capitals } = countLetters(text);
  const share = (test: (word: string) => boolean): number =>
    words.length === 0 ? 0 : words.filter(test).length / words.length;
  const features: [string, number][] = [
    ['bias', 1],
    ['length', Math.min(2, Math.log1p(words.length) / 4)],
    ['capitals', letters > 20 ? Math.min(1, (capitals / letters) * 2) : 0],
    ['second-person', Math.min(1, share((word) => SECOND_PERSON.has(word)) * 8)],
    ['first-person', Math.min(1, share((word) => FIRST_PERSON.has(word)) * 8)],
    ['question', /[?？]\s*$/.test(text) ? 0.5 : 0],
    ['delimiters', Math.min(1, (text.match(DELIMITER)?.length ?? 0) / 2)],
    ['role-line', Math.min(1, text.match(ROLE_LINE)?.length ?? 0)],
    ['chat-token', Math.min(1, text.match(CHAT_TOKEN)?.length ?? 0)],
    ['quoted-order', QUOTED_ORDER.test(text) ? 1 : 0],
    ['repetition', words.length > 20 ? Math.max(0, 0.5 - new Set(words).size / words.length) * 2 : 0],
    ['sign-share', tokens.length > 10 ? Math.max(0, 1 - words.length / tokens.length - 0.2) : 0],
    ['data-link', DATA_LINK.test(text) ? 1 : 0],
  ];
  if (disguise) {
    features.push(
      ['invisible', Math.min(1, disguise.invisible / 3)],
      ['confusable', Math.min(1, disguise.confusable / 2)],
      ['spaced', Math.min(1, disguise.spaced)],
      ['leet', Math.min(1, disguise.leet / 2)],
      ['entities', Math.min(1, disguise.entities / 6)],
    );
  }
  return features.filter(([, value]) => value !== 0);
}

const SECOND_PERSON = new Set([
  'you',
  'your',
  'yourself',
  "you're",
  'du',
  'dein',
  'deine',
  'tu',
  'te',
  'usted',
  'vous',
  'votre',
  'u',
  'ur',
]);
const FIRST_PERSON = new Set([
  'i',
  'my',
  'me',
  "i'm",
  "i've",
  'we',
  'our',
  'us',
  'ich',
  'mein',
  'yo',
  'mi',
  'je',
  'mon',
  'wir',
  'nous',
]);
const DELIMITER =
  /={3,}|-{4,}|#{3,}|%{2,}|<\/?(?:system|instructions?|prompt|user|assistant|admin)[^>]{0,40}>|\[\/?(?:system|inst|admin|user)[^\]]{0,30}\]|\bEND OF\b|"""|```/gi;
const ROLE_LINE = /^[ \t>*#[]{0,4}(?:system|assistant|user|human|ai|admin|developer)\b[ \t\]*]{0,4}[:：]/gim;
const CHAT_TOKEN = /<\|[\w" ]{2,30}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|\\end\{|<start_of_turn>|<end_of_turn>/gi;
const QUOTED_ORDER =
  /\b(?:say|print|output|reply|respond|answer|write|begin|start|prefix|prepend)\b[^\n"“'[]{0,50}["“'[]/i;
const DATA_LINK = /!?\[[^\]\n]{0,200}\]\(https?:[^)\s]{0,300}(?:[{<[$]|=\s?(?:data|secret|\+|%7b))/i;

/** Letters and capital letters of Latin text; other scripts mostly have no capitals. */
function countLetters(text: string): { letters: number; capitals: number } {
  let letters = 0;
  let capitals = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 65 && code <= 90) capitals += 1;
    else if (code >= 97 && code <= 122) letters += 1;
  }
  return { letters: letters + capitals, capitals };
}
