import type { PersonFact } from '../../core/agents/memory/conversation-memory.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import { recogniseCommand } from '../recognise-command.js';
import type { TextKey, Texts } from '../texts.js';

export interface MemoryDialogDependencies {
  texts: Texts;
  facts(turn: Turn): Promise<PersonFact[]>;
  changeFacts(turn: Turn, change: (facts: PersonFact[]) => PersonFact[]): Promise<PersonFact[]>;
  /** What is kept of this conversation, in lines. */
  notes(turn: Turn): Promise<string[]>;
  forgetConversation(turn: Turn): Promise<void>;
  now(): Date;
  /** What the person wrote, as it may be kept: without passwords and keys. */
  said(turn: Turn): string;
  /** What was said in this conversation that answers a question about it; undefined for any other question. */
  recall(turn: Turn): Promise<string | undefined>;
}

const LONGEST_FACT = 300;
const MOST_FACTS = 50;

/** "remember that …", in the languages of the fixed texts. */
const REMEMBER =
  /^(?:please |bitte |por favor |s'il te plaît )?(?:remember(?: that)?|merk(?:e)? dir(?:,? dass)?|recuerda(?: que)?|retiens(?: que)?|覚えて(?:おいて)?)[\s:：,]+(?<fact>\S.*)$/isu;
const FORGET =
  /^\/?(?:forget|vergiss|olvida|oublie|忘れて)\s*(?:fact |fakt |dato |fait )?(?:#?(?<number>\d{1,3})|(?<all>everything(?: about me)?|all|alles(?: über mich)?|todo|tout|全部|すべて)|(?<here>this conversation|dieses gespräch|diese unterhaltung|esta conversación|cette conversation|この会話))[.!]?$/iu;
const CORRECT =
  /^\/?(?:correct|change|korrigiere|ändere|corrige|cambia|corriger|訂正)\s+(?:fact |fakt |dato |fait )?#?(?<number>\d{1,3})\s*[:：]?\s+(?<fact>\S.*)$/isu;

/** "forget everything" and its like, which hold nothing but the command. */
export const isForgetCommand = (text: string): boolean => FORGET.test(text.trim());

/** What is remembered of a person and a conversation: shown, added to, corrected, forgotten and asked for. */
export function memoryDialog(deps: MemoryDialogDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed } = turn.activity;
    if (kind !== 'message' || !addressed) return false;
    const text = deps.said(turn).trim();
    if (recogniseCommand(text)?.name === 'memory') return show(turn, deps);
    const remembered = REMEMBER.exec(text)?.groups?.fact;
    if (remembered) return add(turn, deps, remembered);
    const forgotten = FORGET.exec(text)?.groups;
    if (forgotten) return forget(turn, deps, forgotten);
    const corrected = CORRECT.exec(text)?.groups;
    if (corrected) return correct(turn, deps, Number(corrected.number), corrected.fact ?? '');
    const recalled = await deps.recall(turn);
    if (recalled === undefined) return false;
    turn.reply({
      text: `${deps.texts.text('memory.recalled', turn.locale)}\n\n${recalled}`,
      aiGenerated: true,
    });
    return true;
  };
}

async function show(turn: Turn, { texts, facts, notes }: MemoryDialogDependencies): Promise<true> {
  const say = (key: TextKey): string => texts.text(key, turn.locale);
  const isPersonal = turn.conversation.scope === 'personal';
  const known = isPersonal ? await facts(turn) : [];
  const kept = await notes(turn);
  const list = known.length > 0 ? numbered(known) : say('memory.no-facts');
  const lines = [
    ...(isPersonal ? [`**${say('memory.facts')}**`, list] : [say('memory.facts-privately')]),
    `**${say('memory.conversation')}**`,
    kept.length > 0 ? kept.map((line) => `- ${line}`).join('\n') : say('memory.no-notes'),
    say('memory.how'),
  ];
  turn.reply({ text: lines.join('\n\n') });
  return true;
}

const numbered = (facts: PersonFact[]): string =>
  facts.map(({ text }, index) => `${index + 1}. ${text}`).join('\n');

async function add(
  turn: Turn,
  { texts, changeFacts, now }: MemoryDialogDependencies,
  said: string,
): Promise<true> {
  const text = said.trim().slice(0, LONGEST_FACT);
  const at = now();
  const facts = await changeFacts(turn, (known) =>
    known.some((fact) => fact.text === text) ? known : [...known, { text, at }].slice(-MOST_FACTS),
  );
  turn.audit({ action: 'memory-add', resource: `person:${turn.person.id}`, after: { facts: facts.length } });
  return told(turn, texts.text('memory.added', turn.locale, { fact: text }));
}

async function forget(
  turn: Turn,
  { texts, changeFacts, forgetConversation }: MemoryDialogDependencies,
  what: { number?: string; here?: string },
): Promise<true> {
  if (what.here) {
    await forgetConversation(turn);
    turn.audit({ action: 'memory-forget', resource: `conversation:${turn.conversation.conversationId}` });
    return told(turn, texts.text('memory.conversation-forgotten', turn.locale));
  }
  const number = what.number === undefined ? undefined : Number(what.number);
  let gone = 0;
  const facts = await changeFacts(turn, (known) => {
    const left = number === undefined ? [] : known.filter((_, index) => index !== number - 1);
    gone = known.length - left.length;
    return left;
  });
  turn.audit({
    action: 'memory-forget',
    resource: `person:${turn.person.id}`,
    after: { facts: facts.length },
  });
  if (number !== undefined && gone === 0) return told(turn, noSuchFact(texts, turn, number));
  return told(turn, texts.text('memory.forgotten', turn.locale, { count: gone }));
}

async function correct(
  turn: Turn,
  { texts, changeFacts }: MemoryDialogDependencies,
  number: number,
  said: string,
): Promise<true> {
  const text = said.trim().slice(0, LONGEST_FACT);
  let isThere = false;
  await changeFacts(turn, (known) => {
    isThere = known[number - 1] !== undefined;
    return known.map((fact, index) => (index === number - 1 ? { ...fact, text } : fact));
  });
  if (!isThere) return told(turn, noSuchFact(texts, turn, number));
  turn.audit({ action: 'memory-correct', resource: `person:${turn.person.id}` });
  return told(turn, texts.text('memory.corrected', turn.locale, { fact: text }));
}

const noSuchFact = (texts: Texts, turn: Turn, number: number): string =>
  texts.text('memory.no-such-fact', turn.locale, { number });

function told(turn: Turn, text: string): true {
  turn.reply(noticeContent(turn.locale, { text }));
  return true;
}
