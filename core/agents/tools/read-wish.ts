import { fold, isCourtesy, isWant, nounOf, verbsOf } from './lexicon.js';
import { ASKED, MODALS, QUESTION_WORDS, SUBJECTS, partsOf, type Token } from './request-words.js';

/** Verbs of doing beside those of the lexicon, as people order them; folded. */
const DOING = words(
  'deploy deploye deployen ausrollen bereitstellen deploie deployer deployez despliega desplegar despliegue schedule einplanen planifie planifier programa programar ' +
    'book buche buchen reserve reserviere reservieren reserver reservez reserva reservar ' +
    'reset unlock unblock block lock reactivate activate deactivate enable disable aktiviere aktivieren deaktiviere deaktivieren entsperre entsperren sperre sperren zuruecksetzen ' +
    'reinitialise reinitialiser reinitialisez debloque debloquer debloquez active activer activez desactive desactiver bloque bloquer ' +
    'restablece restablecer desbloquea desbloquear activa activar desactiva desactivar bloquea bloquear ' +
    'install uninstall installiere installieren deinstalliere deinstallieren installe installer installez instala instalar desinstala ' +
    'restart reboot start stop shutdown run launch neustarten starte starten stoppe stoppen redemarre redemarrer redemarrez lance lancer lancez reinicia reiniciar arranca arrancar para parar ejecuta ejecutar ' +
    'grant revoke allow approve freigeben gewaehre gewaehren erteile erteilen entziehe accorde accorder accordez autorise autoriser concede conceder autoriza autorizar revoca revocar ' +
    'migrate upgrade renew extend replace repair fix configure connect move transfer hire invite pay refund reimburse upload backup restore provision scale merge release publish ' +
    'migriere migrieren erneuere erneuern verlaengere verlaengern ersetze ersetzen repariere reparieren konfiguriere konfigurieren verbinde verbinden ueberweise ueberweisen bezahle bezahlen erstatte erstatten ' +
    'migre migrer renouvelle renouveler prolonge prolonger remplace remplacer repare reparer configurez configurer connecte connecter paie payer rembourse rembourser ' +
    'migra migrar renueva renovar prorroga prorrogar reemplaza reemplazar repara reparar configura configurar conecta conectar paga pagar reembolsa reembolsar ' +
    'clean water deliver ship pick bring hol hole holen bringe bringen liefere liefern limpia limpiar nettoie nettoyer',
);
/** Verbs of telling, and what one wants to know: these ask a question, whatever their form. */
const TELLING = words(
  'tell say explain describe summarise summarize translate compare show find search look list know understand learn ask help clarify define remind information info advice details read answer recommend suggest ' +
    'sag sage sagen erklaer erklaere erklaeren beschreibe fasse zeig zeige zeigen finde finden such suche suchen wissen verstehen erfahren hilf helfen hilfe info informationen auskunft empfehlen nenne nennen ' +
    'dis dites dire explique expliquer expliquez montre montrer montrez decris resume resumer trouve trouver cherche savoir comprendre aide aider informations recommander ' +
    'di dime decir explica explicar explicame muestra mostrar describe resume resumir busca buscar encuentra saber entender ayuda ayudar informacion recomendar',
);
/** Inside of a wish these begin what one wants to know. */
const ASKING =
  /^(?:how|what|which|when|where|why|who|whose|whom|whether|wie|was|welche[rs]?|wann|wo|warum|wer|ob|comment|quel(?:le)?s?|quand|pourquoi|como|cuando|donde|quien|cual(?:es)?)$/;
const GIVING = /^(?:give|send|get|gib|schick|sende|donne|envoie|dame|enviame)$/;
const RECEIVERS = words('me us mir uns moi nous');
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const JAPANESE_WISH =
  /(?:して|って|んで|いて|けて|めて|えて)(?:ください|下さい|ほしい|欲しい|もらえますか|くれますか|いただけますか)|お願いします|(?:が|を)(?:必要|欲しい|ほしい)|し?たいです/u;
const JAPANESE_TELLING =
  /教えて|説明して|見せて|示して|知りた|調べて|探して|何|なに|どう|どこ|いつ|誰|だれ|なぜ/u;

/**
 * Whether a text wants something done, and is no question: an order, a polite question for a deed, a wish. It reads more
 * than `readRequests` does, things that no tool of ours can do too, and is asked only where nothing better is known.
 */
export function isWish(text: string): boolean {
  const said = text.trim();
  if (JAPANESE.test(said)) return JAPANESE_WISH.test(said) && !JAPANESE_TELLING.test(said);
  const [part] = partsOf(said);
  const tokens = (part?.tokens ?? []).filter(({ word }, place, all) => !isLeading(word, all.slice(0, place)));
  const [first, second] = tokens;
  if (!first) return false;
  if (MODALS.has(first.word) && second && ASKED.has(second.word)) return doesIn(tokens.slice(2));
  // Spanish leaves the "you" out.
  if (MODALS.has(first.word)) return second !== undefined && isDoing(second.word) && doesIn(tokens.slice(1));
  if (QUESTION_WORDS.has(first.word)) return false;
  if (isWanted(tokens)) return !tokens.some(({ word }) => TELLING.has(word) || ASKING.test(word));
  if (/\?\s*$/.test(said)) return false;
  return isOrder(tokens, /\b(?:please|pls|bitte|svp|s['’]il (?:te|vous) pla[iî]t|por favor)\b/iu.test(said));
}

/** Greetings and "please" before what is said. */
const isLeading = (word: string, before: readonly Token[]): boolean =>
  isCourtesy(word) && before.every((token) => isCourtesy(token.word));

/** "… unlock my account", "… mein Konto entsperren": anything but telling. */
function doesIn(tokens: readonly Token[]): boolean {
  return tokens.length > 1 && !tokens.some(({ word }) => TELLING.has(word) || ASKING.test(word));
}

/** "I need access to …", "wir brauchen …": whoever wants, then the wanting. */
function isWanted(tokens: readonly Token[]): boolean {
  const place = tokens.findIndex(({ word }) => isWant(word));
  if (place < 0 || place > 3 || tokens.length < 3) return false;
  return tokens.slice(0, place).every(({ word }) => SUBJECTS.has(word) || MODALS.has(word));
}

function isOrder(tokens: readonly Token[], isPolite: boolean): boolean {
  const first = tokens[0]?.word ?? '';
  const last = tokens.at(-1)?.word ?? '';
  if (tokens.length < 2 || TELLING.has(first) || TELLING.has(last)) return false;
  if (GIVING.test(first) && RECEIVERS.has(tokens[1]?.word ?? '')) return false; // "give me the laptop policy"
  if (isDoing(first) && nounOf(first) === undefined) return true;
  // "Passwort zurücksetzen", and whatever is asked for with a please.
  return DOING.has(last) || (isPolite && !QUESTION_WORDS.has(first) && !SUBJECTS.has(first));
}

const isDoing = (word: string): boolean =>
  DOING.has(word) || verbsOf(word).some((kind) => kind !== 'list' && kind !== 'draft');

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' ').map(fold));
}
