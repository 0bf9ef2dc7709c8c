import { before, type PiiDetector, type PiiMatch } from './detector.js';

/**
 * Passwords that are ordinary words ("the password is sunshine"). What gives them away is their place alone: one word that
 * ends the clause, where a sentence about passwords would go on or say in what state they are.
 */
const NOUN =
  '(?:pass(?:word|wd|phrase|code|wort|wörter)|(?:[a-zäöü]{2,12}-?)?(?:passwort|kennwort)|pwd|pw|contrase(?:ñ|n)a|mot de passe|senha|wachtwoord|hasło|lösenord)';
/** "… for the guest network", "… del wifi": what it opens. */
const OPENS =
  "(?: (?:for|of|to|on|at|für|vom|von|zum|zur|del|para|pour|du|per|do|da|voor|van)(?: [\\p{L}\\d-]{1,16}){1,4}?| (?:de|di) (?:la |los |l[’'])?[\\p{L}\\d-]{2,16}| nuev[oa]| nouveau| nova)?";
const VALUE = '(["\'`“„«»]?)(\\p{L}{4,24})["\'`”“»«]?';
const CLAUSE_END =
  '(?=\\s{0,2}(?:$|\\n|[!)]|[.,;](?:\\s|$)|[:;]-?[)(]| (?:and|und|y|et|e|en) (?:the|my|your|user|der|das|die|mein|benutzer|el|la|mi|usuario|le|mon|il|o|de|het)(?!\\p{L})| (?:thanks|thx|please|danke|bitte|gracias|merci)(?!\\p{L})))';

const IS =
  "(?: (?:is|was|ist|war|lautet|es|era|est|è|é)(?: (?:now|still|just|currently|jetzt|aktuell|ahora|maintenant))?:?| c[’']est| (?:is|was|has been|got) (?:set|changed|reset) to| (?:wurde|ist) (?:jetzt )?auf)";

const ASSIGNED = new RegExp(`(?<!\\p{L})${NOUN}${OPENS} {0,2}[:=：] {0,2}${VALUE}${CLAUSE_END}`, 'giu');
const SAID = new RegExp(`(?<!\\p{L})${NOUN}${OPENS}${IS} {1,2}${VALUE}${CLAUSE_END}`, 'giu');
const OF_A_DEVICE = new RegExp(
  `(?<!\\p{L})clave (?:del?|de la|para el) (?:wi-?fi|router|red|servidor|correo|impresora|portal|sistema) (?:es|:) {0,2}${VALUE}${CLAUSE_END}`,
  'giu',
);
const SET_TO = new RegExp(
  `(?<!\\p{L})(?:re)?(?:set|changed?|put)(?: [\\p{L}’']{1,12}){0,3} password${OPENS} to {1,2}${VALUE}${CLAUSE_END}`,
  'giu',
);
/** Of a well-known account, or one whose name is no word. */
const OF_AN_ACCOUNT = new RegExp(
  `(?<!\\p{L})(?:user(?:name)?|credentials:|log(?:ged)? ?in|sign in|account|as|benutzer(?:name)?|konto|usuario|utilisateur|utente)(?: as| name)? {0,2}[:=]? {0,2}["'\`]?(?:admin(?:istrator)?|root|guest|test|demo|sa|postgres|[\\p{L}]{1,20}[\\d._@-][\\p{L}\\d._@-]{1,30})["'\`]?(?: ?[,/;&]| /| and| with| und| mit| y| con| et| avec){0,2}(?: the| a| das| dem| la| le)? ${NOUN} {1,2}${VALUE}${CLAUSE_END}`,
  'giu',
);
/** `type in the password "opensesame"`, "use the password Swordfish to …" */
const GIVEN = new RegExp(
  `(?<!\\p{L})(?:[Uu]se|[Ee]nter|[Tt]ype(?: in)?|[Tt]ry|[Ww]ith) the password (?:"([\\p{L}]{4,24})"|(\\p{Lu}\\p{Ll}{3,20})(?= (?:to|for|and|when|if)(?!\\p{L})|[.,]?(?:\\s*$|\\n)))`,
  'gu',
);
const JAPANESE =
  /(?:パスワード|暗証番号)\s?(?:(?:は|が|:|：)\s?[「『"]([^」』"\n]{2,30})[」』"]|[:：]\s?([\p{Script=Hiragana}\p{Script=Katakana}ー]{2,16})(?=\s|$|。|、)|は\s?([\p{Script=Hiragana}\p{Script=Katakana}ー]{2,16}?)(?:です|だ|でした)(?=。|\s|$|よ|！|!))/gu;
const PHRASE_SAID = new RegExp(
  `(?<!\\p{L})${NOUN}${IS} (["'\`“„«])(\\p{L}{2,20}(?: \\p{L}{2,20}){2,9})["'\`”“»]`,
  'giu',
);

/** Before the word: passwords in general, or a supposition about one. */
const IN_GENERAL =
  /(?<!\p{L})(?:a|an|any|every|each|no|some|strong|weak|good|best|lost|which|what|whether|if|when|once|unless|until|while|where|because|why|how|is|was|ein(?:e[mnrs]?)?|kein(?:e[mnrs]?)?|jedes|wenn|falls|ob|sobald|un|una|une|cada|chaque|si|cuando|quand|lorsque|que|um|uma|uno|een|als|se|quando)(?: \p{L}{1,14}){0,2} $/iu;

/** What is said of passwords, and what forms and manuals write in their place; in the languages of the noun. */
const STATES = new Set(
  `required optional mandatory compulsory recommended empty blank missing wrong incorrect invalid valid correct right fine okay good bad better best long longer short shorter
  weak strong simple complex easy hard difficult safe secure unsafe insecure secret private public personal confidential unique same different identical new fresh
  old outdated stale dead gone lost stolen leaked broken known unknown hidden visible shown plain random common obvious guessable important critical vital necessary needed
  enough sufficient ready temporary permanent static dynamic default free active inactive open closed there here mine yours theirs ours everything nothing something anything
  case sensitive string text varchar char bytes byte number integer float bool boolean object array null none undefined true false nullable input field value hash prompt file
  stdin body param params query header form basic bearer kerberos ldap oauth saml okta vault keychain onepassword bitwarden lastpass passkey passkeys entropy length
  strict forbidden prohibited never always only once twice again later soon today tomorrow yesterday before after both either neither yes maybe below above inside outside
  expires expire changes change changed works work fails failed authentication protection manager reset resets login field fields policy rotation recovery history security
  password passwords passwd passphrase username user pass your their this that with from into over under also just well like such king queen over continue proceed begin start
  unlock enable activate complete connect sent kept held hold held said told given written chosen taken forgotten frozen stolen proven unproven redacted removed
  pflicht pflichtfeld erforderlich nötig notwendig optional freiwillig leer falsch richtig korrekt ungültig gültig abgelaufen unbekannt bekannt geheim vertraulich persönlich privat
  sicher unsicher schwach stark kurz lang einfach komplex schwer leicht einmalig eindeutig gleich anders verschieden weg verloren gestohlen gesperrt chefsache geheimsache sensibel
  alt neu frei wichtig entscheidend siehe bitte kein keine keins nichts etwas alles immer niemals zeichen tresor änderbar zufällig vorhanden verfügbar lesbar sichtbar
  obligatorio obligatoria opcional requerido requerida necesario necesaria incorrecto incorrecta correcto correcta válido válida inválido inválida débil fuerte larga corta segura seguro
  insegura personal privada secreta confidencial única mínimo nueva vieja igual distinta importante vacía conocida pública fácil difícil
  obligatoire facultatif facultative requis requise faux fausse incorrect incorrecte correct correcte valide invalide faible fort forte long longue court courte sûr sûre
  confidentiel confidentielle personnel personnelle secret secrète unique minimum nouveau vieux périmé vide connu connue important importante inconnu inconnue public privé
  obbligatoria obbligatorio errata sbagliata corretta valida scaduta debole forte lunga corta sicura personale segreta facoltativa unica importante vuota nuova
  obrigatória obrigatório pessoal incorreta correta inválida válida fraca forte longa curta secreta opcional única importante nova
  verplicht onjuist juist ongeldig geldig zwak sterk lang kort veilig geheim persoonlijk optioneel uniek leeg nieuw verlopen belangrijk nodig
  wymagane obowiązkowe krytyczne nieprawidłowe
  必須 必要 任意 秘密 ひみつ おなじ そのまま ありません ちがいます ながい みじかい いつも とても`
    .split(/\s+/)
    .filter(Boolean),
);
/** Endings of words for a state or a manner, as "stored", "renewable", "abgelaufen", "protegida". */
const STATE_ENDING =
  /(?:[^aeiou]ed|ied|ted|red|ked|led|ned|ued|sed|ized|able|ible|ing|ous|ful|less|ory|(?<!f)ly|(?<!f)ish|pflichtig|lich|isch|bar|iert|gesetzt|geändert|geschützt|ados?|adas?|id[oa]s?|ível|ável|mente|é|ée|iés?|oire|ata|uta)$/u;

/** "The password is secret" tells nothing, "password: secret" does. */
const SECRET = /^(?:secret|geheim)$/i;

/** A word that says neither in what state nor in what manner a password is. */
const isChosen = (word: string): boolean => {
  const plain = word.toLowerCase();
  return !STATES.has(plain) && !STATE_ENDING.test(plain);
};

export const plainPasswordDetector: PiiDetector = {
  name: 'plain-password',
  mayHold: (text) => /pass|pwd|\bpw\b|kennw|contrase|clave|senha|wachtw|hasło|lösen|パスワ|暗証/i.test(text),
  find(text) {
    const found: PiiMatch[] = [];
    const add = (match: RegExpExecArray, value: string | undefined, isAssigned = false): void => {
      if (value === undefined || !(isChosen(value) || (isAssigned && SECRET.test(value)))) return;
      const start = match.index + match[0].lastIndexOf(value);
      found.push({ type: 'PASSWORD', start, end: start + value.length, confidence: 0.8 });
    };
    for (const match of text.matchAll(ASSIGNED)) if (!isCode(text, match)) add(match, match[2], true);
    for (const pattern of [SAID, OF_A_DEVICE]) {
      for (const match of text.matchAll(pattern)) {
        const lead = before(text, match.index, 48);
        // the Portuguese article is no English one
        if (IN_GENERAL.test(lead) && !(/^senha/i.test(match[0]) && /(?<!\p{L})a $/iu.test(lead))) continue;
        add(match, match[2]);
      }
    }
    for (const pattern of [SET_TO, OF_AN_ACCOUNT])
      for (const match of text.matchAll(pattern)) add(match, match[2]);
    for (const match of text.matchAll(GIVEN)) add(match, match[1] ?? match[2]);
    for (const match of text.matchAll(JAPANESE)) add(match, match[1] ?? match[2] ?? match[3]);
    for (const match of text.matchAll(PHRASE_SAID)) add(match, match[2]);
    return found;
  },
};

/** `connect(host, password=pass, …)` and `password: pass,` name a variable. */
function isCode(text: string, match: RegExpExecArray): boolean {
  if (match[1]) return false;
  const line = before(text, match.index, 80).split('\n').pop() ?? '';
  const behind = text.slice(match.index + match[0].length).match(/^\s{0,2}[^\n]{0,2}/)?.[0] ?? '';
  return /[({]\s*[^)}]*$/.test(line) || /^\s{0,2}(?:[,;]$|;|\))/.test(behind);
}
