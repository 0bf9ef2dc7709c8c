const LIST = [
  '(?:please )?(?:(?:show|list)(?: me)? )?(?:all )?(?:the |our )?(?:standard|fixed) answers',
  '(?:bitte )?(?:zeige?(?: mir)? )?(?:alle |die |unsere )?standardantworten',
  '(?:muestra(?:me)? |ver )?(?:todas )?(?:las |nuestras )?respuestas (?:estándar|fijas)',
  '(?:montre(?:-moi)? |voir )?(?:toutes )?(?:les |nos )?réponses (?:types?|standard)',
  '(?:標準|定型)(?:の)?回答(?:の?一覧)?(?:を(?:見せて|表示して)(?:ください|下さい)?)?',
];
const ADD = [
  '(?:please )?(?:add|create|make|new)(?: me)?(?: a| an)?(?: new)? (?:standard|fixed) answer',
  '(?:bitte )?(?:neue standardantwort|(?:eine )?(?:neue )?standardantwort (?:anlegen|hinzufügen))',
  '(?:nueva respuesta (?:estándar|fija)|(?:añade|añadir|crea|crear) (?:una )?(?:nueva )?respuesta (?:estándar|fija))',
  '(?:nouvelle réponse (?:type|standard)|(?:ajoute|ajouter|crée|créer) (?:une )?(?:nouvelle )?réponse (?:type|standard))',
  '(?:新しい)?(?:標準|定型)(?:の)?回答を(?:追加|作成)(?:して(?:ください|下さい)?)?',
];
const whole = (patterns: string[]): RegExp[] =>
  patterns.map((pattern) => new RegExp(`^/?${pattern}\\s*[.!?。]?$`, 'iu'));
const COMMANDS = { list: whole(LIST), add: whole(ADD) };

/** "standard answers", "add a standard answer" and their like, which hold nothing but the command. */
export function readStandardAnswersCommand(text: string): 'list' | 'add' | undefined {
  const said = text.trim();
  if (COMMANDS.list.some((pattern) => pattern.test(said))) return 'list';
  return COMMANDS.add.some((pattern) => pattern.test(said)) ? 'add' : undefined;
}
