import { readTime } from '../../core/agents/tools/read-date.js';

/** What a person wants of a plan, as they wrote it. */
export type PlanCommand =
  | { kind: 'show' }
  | { kind: 'make'; goal: string }
  | { kind: 'close' }
  | { kind: 'done' | 'drop' | 'reopen'; number: number }
  | { kind: 'move'; number: number; due: Date }
  | { kind: 'assign'; number: number; to: string }
  | { kind: 'unclear' };

/** The word for a plan: English, German, Spanish, French, Japanese. */
const NAME = '(?:plane?n?|planifica|planifier|計画)';
const WORD = '(?:plan|milestone|meilenstein|hito|jalon|étape|計画|マイルストーン)';
const MAKE = [
  new RegExp(`^/?${NAME}\\s*[:：]\\s*(?<goal>[\\s\\S]{3,})$`, 'iu'),
  /^(?:please |can you |could you )?(?:make|draft|write|create|draw up) (?:me |us )?(?:a |the )?(?:project )?plan (?:to|for|of|how to|:)\s*(?<goal>[\s\S]{3,})$/iu,
  /^(?:bitte )?(?:mach|erstelle?|schreibe?) (?:mir |uns )?einen? (?:projekt)?plan,? (?:um|für|zu[mr]?|:)\s*(?<goal>[\s\S]{3,})$/iu,
  /^(?:por favor,? )?(?:haz(?:me|nos)?|crea|escribe|prepara) un plan (?:para|de)\s*(?<goal>[\s\S]{3,})$/iu,
  /^(?:fais|faites|crée|créez|prépare|préparez)(?:-moi|-nous)? un plan (?:pour|de)\s*(?<goal>[\s\S]{3,})$/iu,
  /^(?<goal>[\s\S]{2,}?)の計画を(?:立てて|作って|作成して)(?:ください)?。?$/iu,
];
const SHOW = new RegExp(
  `^/?(?:${[
    '(?:show |open )?(?:the |my |our )?plan',
    'how is (?:the |our )?plan(?: going)?',
    '(?:zeige? )?(?:mir )?(?:den )?plan',
    '(?:muestra|muéstrame|ver) (?:el )?plan',
    '(?:montre|affiche)(?:-moi)? le plan',
    '計画(?:を(?:見せて|表示(?:して)?)(?:ください)?)?',
  ].join('|')})[?？]?$`,
  'iu',
);
const CLOSE = new RegExp(
  `^/?(?:${[
    'plan (?:close|end|finish(?:ed)?|schließen|beenden|cerrar|terminar|fermer|terminer|clore)',
    '(?:close|end|cierra|termina|ferme[rz]?|termine[rz]?) (?:the |el |le )?plan',
    '(?:den )?plan (?:schließen|beenden)',
    '計画(?:を|\\s)?(?:終了|閉じる|閉じて)(?:して|ください)*',
  ].join('|')})$`,
  'iu',
);
const PREFIX = new RegExp(`^/?${WORD}(?:\\s+|(?<=[計画マイルストーン])(?:の)?)(?<rest>[\\s\\S]+)$`, 'iu');
const NUMBER = '(?:nr\\.? ?|n[.ºo°]* ?)?(?<number>\\d{1,2})';
const LATER = '(?<later>\\d{1,2})';
/** "done 2" and "2 is done", in five languages. */
const verb = (before: string, after: string): RegExp =>
  new RegExp(
    `^(?:(?:${before})\\s*${NUMBER}|${LATER}(?:\\s+|(?=[\\p{scx=Hira}\\p{scx=Han}]))(?:${after}))$`,
    'iu',
  );
const DONE = 'done|finished|completed?|erledigt|fertig|hecho|terminado|completado|fait|terminé|完了';
const DROP = 'drop|skip|remove|streichen|weglassen|quitar|descartar|supprimer|retirer|取消';
const OPEN = 'reopen|wieder ?öffnen|reabrir|rouvrir|再開';
const VERBS: [PlanCommand['kind'] & ('done' | 'drop' | 'reopen'), RegExp][] = [
  ['done', verb(DONE, `(?:(?:is|ist|está|est)\\s+)?(?:${DONE})|[はを]完了(?:した|しました)?`)],
  ['drop', verb(DROP, `(?:${DROP}|dropped|gestrichen|[はを]取(?:り)?消(?:し|す)?)`)],
  [
    'reopen',
    verb(OPEN, `(?:${OPEN}|not done|open|(?:ist )?(?:noch )?(?:nicht fertig|offen)|[はを]再開(?:する)?)`),
  ],
];
const ASSIGN = new RegExp(
  `^(?:assign\\s+)?${NUMBER}\\s+(?:to|owner|an|for|für|a|para|à|pour)\\s+@?(?<to>\\p{L}[\\p{L}'’. -]{1,80})$|^(?<later>\\d{1,2})[はを](?<person>\\p{L}[\\p{L}'’. -]{0,80}?)(?:さん)?[にへ]$`,
  'iu',
);
const MOVE = new RegExp(
  `^(?:(?:move|verschiebe|mueve|déplace)\\s+)?${NUMBER}\\s+(?:by|until|to|on|bis(?: zum)?|auf(?: den)?|due|para el|hasta el|al|el|pour le|avant le|jusqu['’]au|au)\\s+(?<when>.+)$|^(?<later>\\d{1,2})[はを](?<day>.+?)まで(?:に)?$`,
  'iu',
);
const CHANGE_BEGINS = new RegExp(
  `^(?:(?:${DONE}|${DROP}|${OPEN}|move|assign|close)\\b|\\d+(?!\\p{L}))`,
  'iu',
);

/** Reads a sentence as a plan command; undefined when it is about something else. */
export function readPlanCommand(text: string, now: Date): PlanCommand | undefined {
  const said = text.trim().replace(/[.!。！]+$/, '');
  if (SHOW.test(said)) return { kind: 'show' };
  if (CLOSE.test(said)) return { kind: 'close' };
  for (const pattern of MAKE) {
    const goal = pattern.exec(text.trim())?.groups?.goal?.trim();
    if (goal) return { kind: 'make', goal };
  }
  const rest = PREFIX.exec(said)?.groups?.rest?.trim();
  if (rest === undefined) return undefined;
  return readChange(rest, now) ?? readGoal(said, rest);
}

function readChange(rest: string, now: Date): PlanCommand | undefined {
  for (const [kind, pattern] of VERBS) {
    const found = pattern.exec(rest)?.groups;
    if (found) return { kind, number: Number(found.number ?? found.later) };
  }
  const moved = MOVE.exec(rest)?.groups;
  const due = moved && readTime(moved.when ?? moved.day ?? '', now);
  if (due) return { kind: 'move', number: Number(moved.number ?? moved.later), due: due.at };
  const given = ASSIGN.exec(rest)?.groups;
  if (given) {
    const number = Number(given.number ?? given.later);
    return { kind: 'assign', number, to: (given.to ?? given.person ?? '').trim() };
  }
  return CHANGE_BEGINS.test(rest) ? { kind: 'unclear' } : undefined;
}

/** "plan the move by 15 March" is a goal; "plan details?" is a question for the documents. */
function readGoal(said: string, rest: string): PlanCommand | undefined {
  const isGoal = /^\/?plan\b/iu.test(said) && !said.endsWith('?') && rest.split(/\s+/).length >= 3;
  return isGoal ? { kind: 'make', goal: rest } : undefined;
}
