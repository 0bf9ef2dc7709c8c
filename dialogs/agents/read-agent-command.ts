import { patternNamed, type Pattern } from '../../core/agents/team/pattern.js';
import { recogniseCommand } from '../recognise-command.js';

type PlainCommand = 'list' | 'trace' | 'runs' | 'stop' | 'compare' | 'merge' | 'discard' | 'context';

/** What a person wants of agents and their runs, as they wrote it. */
export type AgentCommand =
  | { kind: PlainCommand }
  | { kind: 'ask'; who: string; goal: string }
  /** `unknown`: what was said of who should work and how, and names nothing that there is. */
  | { kind: 'team'; goal: string; pattern?: Pattern; who?: string[]; unknown?: string[] }
  | { kind: 'hand-over'; who: string; goal: string }
  | { kind: 'fork'; at?: number; say: string };

/** Who an agent is called by: its name, its title, and what else people say. */
export interface AgentName {
  name: string;
  title: string;
  alsoCalled?: string[];
}

const LIST =
  /^(?:(?:what|which) agents (?:are there|do you have|are available|can i use)|(?:list|show)(?: me)?(?: the| all| your)? agents|who are your agents|welche agenten (?:gibt es|hast du)|zeige?(?: mir)? die agenten|qué agentes hay|quels agents y a-t-il)\s*[?？]?$/iu;
const TRACE =
  /^(?:(?:and )?how did you (?:get|come|arrive)(?: up)? (?:here|there|at that|to that|to this|with that)|how (?:i|you) got here|(?:show|explain)(?: me)? (?:your|the) (?:steps|trace|work|reasoning)|what did you do|wie (?:bist du|sind sie) (?:darauf|dahin|dazu) gekommen|cómo (?:has )?llegaste a eso|comment en es-tu arrivé là)\s*[?？]?$/iu;
const RUNS = /^(?:(?:my |list |show )?(?:my )?runs|what(?:'s| is) running|was läuft(?: gerade)?)\s*\??$/iu;
const STOP =
  /^(?:please )?(?:stop|stop it|stop that|stop now|stop (?:the |this )?(?:run|agent|work)|halt|abort|stopp?e?|anhalten|alto|para|detente|arrête|arrêtez|arrêter|停止|止めて)\s*[.!]*$/iu;
const COMPARE =
  /^(?:compare(?: the)? (?:runs|forks?|both|two|them)|vergleiche? (?:beide|die (?:läufe|zweige))|compara(?:r)? (?:ambos|las ejecuciones)|compare[rz]? les deux|両方を比較(?:して)?)$/iu;
const MERGE =
  /^(?:(?:merge|keep)(?: the| this)?(?: fork| branch| new one)|(?:übernimm|behalte) (?:den )?(?:zweig|fork)|zweig übernehmen|(?:conserva|fusiona)(?:r)? (?:la rama|el fork)|(?:garde[rz]?|fusionne[rz]?) la branche|分岐を採用(?:して)?)$/iu;
const DISCARD =
  /^(?:(?:discard|drop|throw away)(?: the| this)?(?: fork| branch| new one)|verwirf (?:den )?(?:zweig|fork)|zweig verwerfen|descarta(?:r)? (?:la rama|el fork)|(?:abandonne[rz]?|jette[rz]?) la branche|分岐を破棄(?:して)?)$/iu;
const CONTEXT =
  /^(?:(?:show )?(?:the )?shared context|(?:zeige? )?(?:den )?gemeinsame[rn]? kontext|(?:muestra )?(?:el )?contexto compartido|(?:montre )?(?:le )?contexte partagé|共有コンテキスト)$/iu;
const FORK =
  /^(?:fork|rewind|branch|go back|verzweige|zurück|bifurca|vuelve|bifurque|reviens|分岐)(?: the run| it)?(?:(?: at| from| to| ab| zu| bei| en| a| à)?(?: step| schritt| al paso| el paso| l[’']étape| étape)? ?(?<at>\d{1,3}))?\s*(?:[:,：、]|\bwith\b|\band\b|\bsay(?:ing)?\b)\s*(?<say>[\s\S]{2,2000})$/iu;
const TYPED =
  /^\/?(?:agents?|agenten?|agentes?)\s+(?<who>[\p{L}-]+(?: [\p{L}-]+){0,2})\s*[:：]\s*(?<goal>[\s\S]*)$/iu;
const TEAM =
  /^\/?(?:team|équipe|equipo|チーム)(?:\s+(?<how>[\p{L}\p{N}, &-]{2,120}?))?\s*[:：]\s*(?<goal>[\s\S]*)$/iu;
const ASK =
  /^(?:please |can you |could you |bitte |por favor,? |s’il te plaît,? |s'il te plaît,? )?(?:ask|let|have|tell|get|frage?|lass|beauftrage?|pregúntale|pregunt[ae]|pídele|pide|dile|demandez?|dis|dites)\s+(?:the |our |your |den |die |das |unseren? |al |a la |à l[’']|à la |au )?(?<rest>[\s\S]+)$/iu;
/** アナリストに出張費を聞いて */
const ASK_JAPANESE =
  /^(?<who>[^\s、。]{2,20}?)(?:さん)?に[、\s]*(?<goal>[\s\S]{2,}?)(?:について|を)(?:聞いて|調べて|頼んで|尋ねて)(?:ください|下さい)?[。！]?$/u;
/** "Analyst: travel costs" and "@analyst, travel costs": only a mark behind the name tells it from a sentence about analysts. */
const NAMED = /^@?(?<who>[\p{L}-]+(?: [\p{L}-]+){0,2})\s*[:：,]\s*(?<goal>[\s\S]+)$/u;
const HAND_OVER =
  /^(?:please |bitte )?(?:hand (?:it |this )?(?:over|off)|pass (?:it|this) on|(?:übergib|gib)(?: das| es)?|pása(?:se)?lo|passe[rz]?[- ]le|transmet(?:s|tez)[- ]le)\s+(?:to|an|a|al|à|au)\s+(?:the |our |den |die |das |la |l[’'])?(?<rest>[\s\S]+?)(?:\s+weiter)?\s*[.!]?$/iu;
/** アナリストに引き継いで */
const HAND_OVER_JAPANESE =
  /^(?<rest>[^\s、。]{2,20}?)(?:さん)?に(?:引き継いで|渡して)(?:ください|下さい)?[。！]?$/u;

const EXACT: [PlainCommand, RegExp][] = [
  ['list', LIST],
  ['trace', TRACE],
  ['runs', RUNS],
  ['stop', STOP],
  ['compare', COMPARE],
  ['merge', MERGE],
  ['discard', DISCARD],
  ['context', CONTEXT],
];

/**
 * The words before the colon of "agent analyst: …" and "team pipeline: …": fixed ones and names, which no model reads. What
 * stands behind them is a task.
 */
export function agentCommandHead(text: string): string {
  const goal = (TYPED.exec(text) ?? TEAM.exec(text))?.groups?.goal;
  return goal === undefined ? '' : text.slice(0, text.length - goal.length);
}

/** A command about agents that holds nothing but the command. */
export const isPlainAgentCommand = (text: string): boolean =>
  EXACT.some(([, pattern]) => pattern.test(text.trim()));

/** "stop" does not wait for what it is to stop. */
export const isStopCommand = (text: string): boolean => STOP.test(text.trim());

/** Reads a sentence as a command about agents; undefined when it is about something else. */
export function readAgentCommand(text: string, agents: readonly AgentName[]): AgentCommand | undefined {
  const said = text.trim();
  const exact = EXACT.find(([, pattern]) => pattern.test(said));
  if (exact) return { kind: exact[0] };
  const typed = TYPED.exec(said)?.groups;
  if (typed) return { kind: 'ask', who: typed.who ?? '', goal: (typed.goal ?? '').trim() };
  const team = TEAM.exec(said)?.groups;
  if (team) return readTeam(team.how, (team.goal ?? '').trim(), agents);
  const fork = FORK.exec(said)?.groups;
  if (fork) return { kind: 'fork', at: fork.at ? Number(fork.at) : undefined, say: (fork.say ?? '').trim() };
  const handed = addressee((HAND_OVER.exec(said) ?? HAND_OVER_JAPANESE.exec(said))?.groups?.rest, agents);
  if (handed) return { kind: 'hand-over', who: handed.who, goal: handed.rest };
  const asked = addressee(ASK.exec(said)?.groups?.rest, agents);
  if (asked && asked.rest !== '') return { kind: 'ask', who: asked.who, goal: asked.rest };
  const japanese = ASK_JAPANESE.exec(said)?.groups;
  const spoken = japanese && addressee(japanese.who, agents);
  if (spoken && spoken.rest === '')
    return { kind: 'ask', who: spoken.who, goal: (japanese.goal ?? '').trim() };
  const named = NAMED.exec(said)?.groups;
  const called = named && addressee(named.who, agents);
  if (called && called.rest === '') return { kind: 'ask', who: called.who, goal: (named.goal ?? '').trim() };
  const command = recogniseCommand(said);
  if (command?.name === 'agents' && command.rest === '') return { kind: 'list' };
  if (command?.name === 'trace') return { kind: 'trace' };
  return command?.name === 'runs' && command.exact ? { kind: 'runs' } : undefined;
}

/** "analyst about travel costs": an agent's name at the beginning, and what is wanted of it. */
function addressee(
  text: string | undefined,
  agents: readonly AgentName[],
): { who: string; rest: string } | undefined {
  if (!text) return undefined;
  const flat = text.toLowerCase();
  for (const [word, name] of spokenNames(agents)) {
    if (!flat.startsWith(word)) continue;
    const rest = text.slice(word.length);
    // "analysten" is the analyst in German; "analysts" are others
    const bound = /^(?:en|s|n)?(?:\s+agent)?(?=$|[\s,:：])/iu.exec(rest);
    if (!bound) continue;
    const goal = rest
      .slice(bound[0].length)
      .replace(
        /^[\s,:：]*(?:(?:to|about|for|whether|if|nach|über|zu|sobre|acerca de|por|que|sur|pour|à propos de|les?|des?|du|d[’'])\s+)?/iu,
        '',
      )
      .trim();
    return { who: name, rest: goal };
  }
  return undefined;
}

/** Words between names: "of analyst and qa tester", "aus Analyst und QA Tester". */
const GLUE =
  /(?<![\p{L}\p{N}-])(?:of|with|from|and|the|our|aus|mit|von|und|den|dem|der|die|das|de|del|con|y|e|el|la|los|avec|des|du|et|les?|à|と)(?![\p{L}\p{N}-])/iu;

/** "fan-out", "of analyst and qa tester", or both. */
function readTeam(how: string | undefined, goal: string, agents: readonly AgentName[]): AgentCommand {
  if (!how) return { kind: 'team', goal };
  const found = new Map<string, number>();
  let rest = how.toLowerCase();
  for (const [said, name] of spokenNames(agents)) {
    const at = asWord(said).exec(rest);
    if (!at) continue;
    found.set(name, Math.min(at.index, found.get(name) ?? Infinity));
    // as long as before, so that places stay comparable
    rest = rest.slice(0, at.index) + ','.repeat(at[0].length) + rest.slice(at.index + at[0].length);
  }
  const others = rest
    .split(/[,&]/)
    .flatMap((part) => part.split(GLUE))
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const pattern = others.map(patternNamed).find((named) => named !== undefined);
  const unknown = others.filter((part) => patternNamed(part) === undefined);
  const who = [...found].sort(([, a], [, b]) => a - b).map(([name]) => name);
  return {
    kind: 'team',
    goal,
    pattern,
    ...(who.length > 0 ? { who } : {}),
    ...(unknown.length > 0 ? { unknown } : {}),
  };
}

/** A name by itself, also as German and English bend it. */
const asWord = (name: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{N}-])${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?:en|s|n)?(?![\\p{L}\\p{N}-])`,
    'u',
  );

/** All that agents are called by, long names first: "senior analyst" is not the analyst. */
const spokenNames = (agents: readonly AgentName[]): [said: string, name: string][] =>
  agents
    .flatMap(({ name, title, alsoCalled = [] }) =>
      [title, name, name.replaceAll('-', ' '), ...alsoCalled].map((said): [string, string] => [
        said.toLowerCase(),
        name,
      ]),
    )
    .sort(([a], [b]) => b.length - a.length);
