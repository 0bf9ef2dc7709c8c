/** What a person says about their reminders; setting one is a request like any other. */
export type ReminderCommand =
  | { kind: 'list' }
  /** `what` is empty when none was named. */
  | { kind: 'cancel'; what: string };

const LIST = [
  /^(?:(?:please )?(?:show|list|see|view|what are|where are)(?: me)? )?(?:all )?(?:of )?(?:my (?:open |pending |next |upcoming )?)?reminders(?: please)?$/,
  /^(?:what|which) reminders (?:do i have|have i(?: set)?|are (?:set|open|pending))$/,
  /^do i have (?:any )?reminders$/,
  /^(?:(?:bitte )?(?:zeige?|liste)(?: mir)? )?(?:alle )?(?:meine (?:offenen |nächsten )?)?erinnerungen(?: bitte)?$/,
  /^welche erinnerungen habe ich(?: gesetzt)?$|^habe ich (?:noch )?erinnerungen$/,
  /^(?:(?:muestra|muéstrame|ver|lista|enséñame) )?(?:todos )?mis recordatorios(?: por favor)?$|^recordatorios$/,
  /^(?:qué|que|cuáles?) recordatorios tengo$/,
  /^(?:(?:montre|montre-moi|affiche|voir|liste) )?(?:tous )?mes rappels(?: s['’]il (?:te|vous) pla[iî]t)?$|^rappels$/,
  /^quels rappels (?:ai-je|j['’]ai)$/,
  /^(?:私の|自分の)?リマインダー(?:の?一覧|は|を(?:表示|見せて))?(?:して)?(?:ください)?$/,
];

const CANCEL = [
  /^(?:please )?(?:cancel|delete|remove|forget|drop|stop|take back|clear) (?:(?:my|the|that|this) )?reminder(?: (?:to|about|for|of|no\.?|number))?(?: (?<what>.+?))?(?: please)?$/,
  /^(?:please )?(?:don['’]t|do not|no longer) remind me(?: any ?more)?(?: (?:to|about|of))?(?: (?<what>.+?))?(?: any ?more)?$/,
  /^(?:bitte )?(?:lösche?|streiche?|storniere?|entferne?|vergiss) (?:(?:meine|die|diese) )?erinnerung(?: (?:an|für|nr\.?))?(?: (?<what>.+?))?(?: bitte)?$/,
  /^(?:bitte )?nimm (?:(?:meine|die|diese) )?erinnerung(?: (?:an|für) (?<what>.+?))? zurück$/,
  /^(?:bitte )?erinnere? mich nicht(?: mehr)?(?: an (?<what>.+?))?$/,
  /^(?:por favor )?(?:cancela|borra|elimina|quita|anula)r? (?:(?:mi|el|ese|este) )?recordatorio(?: (?:de|del|para|sobre))?(?: (?<what>.+?))?(?: por favor)?$/,
  /^(?:ya )?no me recuerdes(?: (?:más )?(?<what>.+?))?$/,
  /^(?:annule|supprime|efface|retire)[rz]? (?:(?:mon|le|ce) )?rappel(?: (?:de|du|pour|sur))?(?: (?<what>.+?))?(?: s['’]il (?:te|vous) pla[iî]t)?$/,
  /^ne me rappelle[rz]? (?:plus|pas)(?: (?:de |d['’])?(?<what>.+?))?$/,
  /^(?:(?<what>.+?)の)?リマインダーを?(?:取り消し|取り消|キャンセル|削除)(?:して|て)?(?:ください|する)?$/,
];

/** @returns what a text asks for about reminders, or undefined when it is about something else. */
export function readReminderCommand(text: string): ReminderCommand | undefined {
  const said = text
    .trim()
    .replace(/^[/¿¡]+/, '')
    .replace(/[\s.!?？。！]+$/, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
  if (LIST.some((pattern) => pattern.test(said))) return { kind: 'list' };
  for (const pattern of CANCEL) {
    const match = pattern.exec(said);
    if (match) return { kind: 'cancel', what: match.groups?.what ?? '' };
  }
  return undefined;
}
