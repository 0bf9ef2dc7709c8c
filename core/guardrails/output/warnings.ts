import type { OutputFinding } from './finding.js';

/**
 * What stands right before a command that is named only to warn of it: a word of refusal, a verb of doing, nothing else.
 * Everything between the two is listed, so that "never mind, run" warns of nothing.
 */
const WARNS_BEFORE =
  /(?<!(?:warum|wieso|weshalb|por qué|pourquoi) )(?<!\p{L})(?:never|do not|don['’]t|must not|nie|niemals|nicht|keinesfalls|nunca|jamás|no|jamais|ne)(?: (?:ever|run|execute|use|type|try|enter|do|führen sie|führe|benutzen sie|verwenden sie|ejecutes?|ejecute|uses?|use|escribas?|exécutez|exécute|lancez|lance|utilisez|utilise|tapez|faites|jamais|pas|the|command|den|befehl|el|comando|la|commande)){0,5} ?["'„“”«`]{0,3}(?:sudo )?$/iu;
/** "`rm -rf /` niemals ausführen": the refusal follows the quoted command. */
const WARNS_AFTER =
  /^[^\n`]{0,40}[`"'“”»] (?:(?:bitte|darf|sollte|sollten sie|dürfen sie) )?(?:auf keinen fall|nie|niemals|nicht) (?:ausführen|ausgeführt|eingeben|benutzen|verwenden|laufen)/iu;
const QUOTES = /[`"'„“«]/;
const LOOK_AROUND = 80;

/**
 * Whether an answer names a quoted command only to keep the reader from it. For prose alone: in a script the quotes of
 * such a sentence could run what stands between them.
 */
export function isWarnedOf(text: string, { start, end }: OutputFinding): boolean {
  const before = text.slice(Math.max(0, start - LOOK_AROUND), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (!QUOTES.test(line.replace(/sudo $/i, '').slice(-1))) return false;
  return WARNS_BEFORE.test(line) || WARNS_AFTER.test(text.slice(end, end + LOOK_AROUND));
}
