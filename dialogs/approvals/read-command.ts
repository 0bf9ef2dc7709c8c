import { beginningOf, readTime } from '../../core/agents/tools/read-date.js';
import { ROLES, type Role } from '../../core/kernel/person.js';

/** A command about approvals, people or codes, as a person wrote it. */
export type ApprovalCommand =
  | { kind: 'waiting' }
  | { kind: 'my-requests' }
  | { kind: 'cancel'; what: string }
  | { kind: 'nudge'; what: string }
  | { kind: 'answer'; text: string }
  | { kind: 'delegate'; to: string; until?: Date; from?: Date }
  | { kind: 'hand-over'; to: string; what: string }
  | { kind: 'end-delegation' }
  | { kind: 'who-approved'; what: string }
  | { kind: 'set-up-codes' }
  | { kind: 'code'; code: string }
  | { kind: 'reset-codes'; who: string }
  | { kind: 'role'; change: 'give' | 'take'; role: Role; who: string }
  | { kind: 'roles-of'; who: string };

type Reader = (match: RegExpExecArray, now: Date, timeZone?: string) => ApprovalCommand | undefined;

const group = (match: RegExpExecArray, name: string): string =>
  (match.groups?.[name] ?? '').replace(/[\s.?!？]+$/, '').trim();
const roleNames = `${ROLES.join('|')}|administrator`;
const roleOf = (name: string): Role | undefined => {
  const wanted = name.toLowerCase() === 'administrator' ? 'admin' : name.toLowerCase();
  return ROLES.find((role) => role === wanted);
};
const role =
  (change: 'give' | 'take'): Reader =>
  (match) => {
    const found = roleOf(group(match, 'role'));
    return found && { kind: 'role', change, role: found, who: group(match, 'who') };
  };

const handOver: Reader = (match) => ({
  kind: 'hand-over',
  to: group(match, 'to'),
  what: group(match, 'what'),
});

/** Patterns in the five languages; the commands' titles are recognised elsewhere. */
const PATTERNS: [RegExp, Reader][] = [
  [
    /^(?:what(?:'s|’s| is)? (?:is )?wait(?:s|ing) for (?:me|my decision|my approval)|(?:is |are )?(?:there )?any(?:thing)? (?:waiting for (?:me|my (?:approval|decision))|pending approvals?|approvals? (?:waiting|pending)(?: for me)?|(?:for me )?to approve)|(?:do i have |show (?:me )?|list )?(?:any |the |my )?(?:pending|open|outstanding) approvals?|what (?:do i (?:have|need) to|should i|must i|can i) (?:approve|decide)|wartet (?:etwas|was) auf mich|was muss ich (?:genehmigen|entscheiden)|was wartet auf mich|(?:meine )?(?:offenen? )?(?:genehmigungen|freigaben)|my approvals|(?:qué|que) (?:me espera|espera mi (?:decisión|aprobación)|está pendiente de mí)|mis aprobaciones|qu['’]est-ce qui m['’]attend|ce qui m['’]attend|mes approbations|(?:私の)?承認待ち(?:は|を表示|を見せて)?)\s*[?？]?$/i,
    () => ({ kind: 'waiting' }),
  ],
  [
    /^(?:(?:(?:show|list|see|where are|what about)(?: me)? )?(?:all )?my (?:open |pending |latest |last |recent )?requests|(?:what(?:'s|’s| is) the )?(?:status|state) of my (?:open |pending |last |latest )?requests?|where (?:are|is|do|does) my requests?(?: stand)?|what (?:did i (?:request|ask (?:you )?for)|have i (?:requested|asked (?:you )?for)|requests? (?:do i have|did i make|have i made))(?: so far)?|was habe ich (?:beantragt|angefordert|bestellt)|(?:status|stand) (?:meiner anträge|meines antrags)|wo stehen meine anträge|wie steht es um meine anträge|qué he (?:solicitado|pedido)|(?:estado de mis|cómo van mis) solicitudes|qu['’]ai-je demandé|où en sont mes demandes|何を申請しましたか|(?:zeige? )?meine anträge|(?:muestra |ver )?mis solicitudes|(?:montre |affiche )?mes demandes|(?:私の|自分の)(?:申請|依頼)(?:一覧|は|を表示|を見せて)?)\s*[?？]?$/i,
    () => ({ kind: 'my-requests' }),
  ],
  [
    /^(?:please )?(?:cancel|take back|withdraw) (?:my )?(?:request )?(?:for |about )?(?<what>.+)$/i,
    (match) => ({ kind: 'cancel', what: group(match, 'what') }),
  ],
  [
    /^(?:bitte )?(?:ziehe?|nimm) (?:(?:meinen|den|das|die) )?(?:antrag )?(?:auf |für )?(?<what>.+?)(?:-antrag|-anfrage)? zurück$/i,
    (match) => ({ kind: 'cancel', what: group(match, 'what') }),
  ],
  [
    /^(?:por favor )?(?:cancela|retira|anula)r? (?:mi |la )?(?:solicitud )?(?:de |del |la |el )?(?<what>.+)$/i,
    (match) => ({ kind: 'cancel', what: group(match, 'what') }),
  ],
  [
    /^(?:annule[rz]?|retire[rz]?) (?:ma |la )?(?:demande )?(?:de |d['’]|du |pour |la |le |l['’])?(?<what>.+?)(?: s['’]il (?:te|vous) pla[iî]t)?$/i,
    (match) => ({ kind: 'cancel', what: group(match, 'what') }),
  ],
  [
    /^(?<what>.+?)の(?:申請|依頼)?を?(?:取り消し|取り下げ|キャンセル)(?:て|てください|してください|する)?$/,
    (match) => ({ kind: 'cancel', what: group(match, 'what') }),
  ],
  [
    /^(?:erinnere?|erinner) (?:die )?(?:genehmiger|genehmigenden|entscheider)(?: (?:an|wegen) (?:den |die |das )?(?<what>.+))?$/i,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^(?:recuerda|recuérdalo) a los (?:aprobadores|que aprueban)(?: (?:la |el |lo de )*(?<what>.+))?$/i,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^(?:relance[rz]?) (?:les )?(?:approbateurs|valideurs)(?: (?:pour|sur) (?:la |le |l['’])?(?<what>.+))?$/i,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^(?:(?<what>.+?)の)?(?:承認者|判断者)に(?:催促|リマインド)(?:して|してください|する)?$/,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^nudge(?: (?:them|him|her|about|for))*(?<what>.*)$/i,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^remind (?:the )?approvers?(?: (?:about|of|for))?(?<what>.*)$/i,
    (match) => ({ kind: 'nudge', what: group(match, 'what') }),
  ],
  [
    /^(?:stop delegating|end (?:my )?delegation|(?:my )?approvals back to me|vertretung beenden)$/i,
    () => ({ kind: 'end-delegation' }),
  ],
  [
    /^(?:please )?ask (?<to>.+?) to (?:take (?:it |this |my (?:approvals?|decisions?) )?over|decide instead)(?: (?:for |on |about )?(?:the |my )?(?<what>.+))?$/i,
    handOver,
  ],
  [
    /^(?:bitte|frage?) (?<to>.+?),? (?:ob (?:sie|er) )?(?:(?:den |die |das )?(?<what>.+?) )?(?:zu übernehmen|übernimmt)$/i,
    handOver,
  ],
  [
    /^(?:por favor )?(?:pide|pídele) a (?<to>.+?) que (?:se haga cargo|decida en mi lugar)(?: (?:de |del |la |el )*(?<what>.+))?$/i,
    handOver,
  ],
  [
    /^demande[rz]? à (?<to>.+?) de (?:prendre le relais|décider à ma place)(?: (?:pour |sur )?(?:la |le |l['’])?(?<what>.+))?$/i,
    handOver,
  ],
  [
    /^(?<to>.+?)(?:さん)?に(?:(?<what>.+?)の)?(?:引き継ぎ|代わりの判断)を(?:頼む|頼んで|依頼|依頼して|お願い)(?:ください|する)?$/,
    handOver,
  ],
  [
    /^(?:delegate|hand over|transfer|reassign)(?: all)?(?: of)?(?: my)?(?: (?:pending )?(?:approvals?|decisions))?(?: to)? (?<rest>.+)$/i,
    readDelegation,
  ],
  [
    /^(?:vertretung|genehmigungen|(?:delegiere?|übertrage?|übergib)(?: alle)?(?: meine)? (?:genehmigungen|freigaben)|delegiere)(?: an| durch| auf)? (?<rest>.+)$/i,
    readDelegation,
  ],
  [/^delega(?:r)? (?:todas )?mis aprobaciones(?: a| en)? (?<rest>.+)$/i, readDelegation],
  [
    /^(?:délègue[rz]?|deleguer?) (?:toutes )?mes (?:approbations|validations)(?: à)? (?<rest>.+)$/i,
    readDelegation,
  ],
  [/^(?:私の)?承認を(?<rest>.+?)(?:に(?:委任|任せる))(?:する|して|してください)?$/, readDelegation],
  [
    /^(?:terminar? (?:la )?delegación|arrêter? (?:la )?délégation|委任を終了)$/i,
    () => ({ kind: 'end-delegation' }),
  ],
  [
    /^¿?quién (?:ha )?(?:aprobó|aprobado|autorizó|autorizado|rechazó|rechazado|decidió) (?:el |la |mi )?(?<what>.+)$/i,
    (match) => ({ kind: 'who-approved', what: group(match, 'what') }),
  ],
  [
    /^qui a (?:approuvé|autorisé|refusé|décidé|validé) (?:le |la |l['’]|mon |ma )?(?<what>.+)$/i,
    (match) => ({ kind: 'who-approved', what: group(match, 'what') }),
  ],
  [
    /^(?<what>.+?)(?:は|を)(?:誰|だれ)が承認(?:した|しました)(?:か|の)?[?？]?$/,
    (match) => ({ kind: 'who-approved', what: group(match, 'what') }),
  ],
  [
    /^who (?:has )?(?:approved|decided|rejected|declined|authori[sz]ed|signed off)(?: on| about)? (?:the |my )?(?<what>.+)$/i,
    (match) => ({ kind: 'who-approved', what: group(match, 'what') }),
  ],
  [
    /^wer hat (?:den |die |das |meinen |meine )?(?<what>.+?) (?:genehmigt|freigegeben|abgelehnt|entschieden)\??$/i,
    (match) => ({ kind: 'who-approved', what: group(match, 'what') }),
  ],
  [
    /^(?:set up|setup|enable) codes?$|^codes? (?:einrichten)$|^configurar códigos$|^configurer les codes$|^コードを設定$/i,
    () => ({ kind: 'set-up-codes' }),
  ],
  [
    /^code:? (?<code>\d{3} ?\d{3})$/i,
    (match) => ({ kind: 'code', code: group(match, 'code').replace(' ', '') }),
  ],
  [
    /^reset (?:the )?codes? (?:of|for) (?<who>.+)$/i,
    (match) => ({ kind: 'reset-codes', who: group(match, 'who') }),
  ],
  [new RegExp(`^give (?<who>.+?) the role (?:of )?(?<role>${roleNames})$`, 'i'), role('give')],
  [new RegExp(`^make (?<who>.+?) (?:an? )(?<role>${roleNames})$`, 'i'), role('give')],
  [new RegExp(`^(?:take|remove) the role (?:of )?(?<role>${roleNames}) from (?<who>.+)$`, 'i'), role('take')],
  [new RegExp(`^gib (?<who>.+?) die rolle (?<role>${roleNames})$`, 'i'), role('give')],
  [new RegExp(`^nimm (?<who>.+?) die rolle (?<role>${roleNames})$`, 'i'), role('take')],
  [/^(?:roles of|rollen von) (?<who>.+)$/i, (match) => ({ kind: 'roles-of', who: group(match, 'who') })],
  [/^(?:answer|antwort): ?(?<text>.+)$/is, (match) => ({ kind: 'answer', text: group(match, 'text') })],
];

/**
 * @param timeZone of whoever wrote it (IANA): their days begin and end there; UTC unless told.
 * @returns the command that a text is, or undefined when it is none.
 */
export function readApprovalCommand(text: string, now: Date, timeZone?: string): ApprovalCommand | undefined {
  const said = text
    .trim()
    .replace(/^[/¿¡]/, '')
    .replace(/\s+/g, ' ');
  return readPlain(said, now, timeZone) ?? readPlain(said.replace(COURTESY, ''), now, timeZone);
}

const COURTESY =
  /^(?:(?:hi|hello|hey|hallo|hola|bonjour)(?: steward)?[,!.]? )?(?:please|pls|kindly|bitte|por favor,?|merci de|s['’]il (?:te|vous) plaît,?|(?:can|could|would|will) you(?: please)?(?: (?:tell|show) me)?|(?:kannst|könntest) du(?: bitte)?(?: mir sagen,)?|(?:peux-tu|pouvez-vous)(?: me dire)?|(?:puedes|podrías)(?: decirme)?)?\s*/iu;

function readPlain(said: string, now: Date, timeZone?: string): ApprovalCommand | undefined {
  for (const [pattern, read] of PATTERNS) {
    const match = pattern.exec(said);
    const command = match && read(match, now, timeZone);
    if (command) return command;
  }
  return undefined;
}

/**
 * "Ana until Friday": the day counts whole, so the delegation ends when it is over. "Ana from Monday until Friday" begins when
 * that day does.
 */
function readDelegation(match: RegExpExecArray, now: Date, timeZone?: string): ApprovalCommand {
  const said = group(match, 'rest').replace(/^to /i, '');
  const { rest, from } = withoutBeginning(said, now, timeZone);
  const time = readTime(rest, from ?? now, timeZone);
  if (!time) return { kind: 'delegate', to: rest };
  const to = `${rest.slice(0, time.start)} ${rest.slice(time.end)}`
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:to|an|auf|durch|à|a|en)\s/iu, '')
    .replace(/[\s,]+(?:until|till|through|bis|hasta|jusqu['’](?:à|au|en))$/iu, '');
  const until = time.hasTime ? time.at : beginningOf(new Date(time.at.getTime() + 86_400_000), timeZone);
  return { kind: 'delegate', to, until, ...(from && { from }) };
}

const SPAN =
  /(?<!\p{L})(?:from|starting(?: on)?|between|vom?|ab|zwischen|desde(?: el)?|del?|entre(?: el)?|à partir (?:de|du)|du|de)\s+(?<from>.+?),?\s+(?:until|till|through|to|and|bis(?: zum)?|und|hasta(?: el)?|al?|y(?: el)?|jusqu['’](?:à|au|en)|au|et)\s+(?=(?<until>.+)$)/iu;

/** Takes "from Monday until" out of "Ana from Monday until Friday", where both are days. */
function withoutBeginning(said: string, now: Date, timeZone?: string): { rest: string; from?: Date } {
  const span = SPAN.exec(said);
  const begins = span && readTime(group(span, 'from'), now, timeZone);
  if (!span || !begins || !readTime(group(span, 'until'), begins.at, timeZone)) return { rest: said };
  const from = begins.hasTime ? begins.at : beginningOf(begins.at, timeZone);
  return { rest: said.replace(SPAN, ''), from };
}
