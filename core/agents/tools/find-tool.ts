import type { AnyTool } from './tool.js';

/** Verbs that mean the same when somebody asks for something, by the word that stands for all of them. */
const VERBS: Record<string, string[]> = {
  create: [
    'raise',
    'open',
    'create',
    'make',
    'file',
    'order',
    'request',
    'need',
    'get',
    'buy',
    'add',
    'new',
    'log',
    'want',
    'submit',
    'erstelle',
    'erstellen',
    'beantrage',
    'beantragen',
    'bestelle',
    'bestellen',
    'brauche',
    'brauchen',
    'eröffne',
    'lege',
    'anlegen',
    'antrag',
    'solicita',
    'solicitar',
    'pide',
    'pedir',
    'demander',
    'demande',
    'commander',
    'créer',
  ],
  close: ['close', 'resolve', 'finish', 'schließe', 'schließen', 'schliesse', 'schliessen'],
  list: ['list', 'show', 'display', 'zeige', 'zeig', 'auflisten'],
  update: ['update', 'change', 'modify', 'set', 'ändere', 'ändern'],
  send: ['send', 'sende', 'senden', 'schicke'],
  report: ['report', 'melde', 'melden'],
  announce: ['announce', 'ankündigen', 'verkünde', 'broadcast'],
  remind: ['remind', 'erinnere', 'reminder', 'erinnerung'],
  assign: ['assign', 'zuweisen'],
  draft: ['draft', 'write', 'entwerfen', 'entwirf'],
  call: ['call', 'trigger', 'aufrufen'],
};
const CANONICAL = new Map(
  Object.entries(VERBS).flatMap(([verb, words]) => words.map((word) => [word, verb])),
);
const NOUNS = new Map(
  Object.entries({
    ticket: ['tickets'],
    incident: ['incidents', 'störung'],
    problem: ['problems', 'fault', 'störung', 'issue'],
    laptop: ['laptops', 'notebook', 'notebooks', 'portátil'],
    phone: ['handy', 'smartphone', 'phones'],
    monitor: ['bildschirm', 'monitors', 'screen'],
    mail: ['email', 'e-mail', 'mails', 'emails'],
    announcement: ['ankündigung'],
  }).flatMap(([noun, words]) => words.map((word) => [word, noun])),
);

const STOP = new Set(
  'a an the me my i for to of in on at with and please pls would like you can could will we our us this that is it bitte ein eine einen der die das für mich mir ich wir und mit zu uma un una el la le les des du por favor'.split(
    ' ',
  ),
);

/** Beginnings of questions: they ask for knowledge and not for a deed. */
const QUESTION =
  /^(how|what|which|when|where|why|who|whose|is|are|does|do|did|may|wie|was|welche|wann|wo|warum|wer|darf|cómo|qué|cuándo|comment|quel|quelle|quand|pourquoi)\b/iu;
const POLITE = /^(can|could|would|will) you\b|^(kannst|könntest|würdest) du\b|^please\b|^bitte\b/iu;

export interface FoundTool {
  tool: AnyTool;
  /** 0 to 1. */
  score: number;
}

const ENOUGH = 0.99;

/**
 * Finds the tool that a sentence asks for, without a model: every word of one of the tool's synonyms has to be said, in
 * any order and with any verb of the same meaning. Questions find nothing, except polite ones ("can you …").
 * @returns candidates, best first: one, unless several say the same.
 */
export function findTools(text: string, tools: readonly AnyTool[]): FoundTool[] {
  const sentence = text.trim();
  if (QUESTION.test(sentence) && !POLITE.test(sentence)) return [];
  const said = new Set(wordsOf(sentence));
  const scored = tools
    .map((tool) => ({ tool, score: Math.max(...tool.synonyms.map((phrase) => scoreOf(phrase, said))) }))
    .filter(({ score }) => score >= ENOUGH)
    .sort((a, b) => b.score - a.score);
  const best = scored[0]?.score ?? 0;
  return scored.filter(({ score }) => score === best);
}

/** Whole phrases only; a longer phrase says more, so it beats a shorter one. */
function scoreOf(phrase: string, said: Set<string>): number {
  const words = [...new Set(wordsOf(phrase))];
  return words.length > 0 && words.every((word) => said.has(word)) ? 1 + words.length / 100 : 0;
}

/** Words in lower case without stop words; verbs and nouns of one meaning become one word. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [])
    .filter((word) => !STOP.has(word))
    .map((word) => CANONICAL.get(word) ?? NOUNS.get(word) ?? word);
}
