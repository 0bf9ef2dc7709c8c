import { tokenise } from '../../kernel/tokens.js';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Words for what opens something: asked for by attackers, and talked about by everybody. */
const CREDENTIAL =
  /^(?:passwords?|passwort\p{L}*|kennwort\p{L}*|passcodes?|passphrases?|passkeys?|credentials?|zugangsdaten|tokens?|api|apikeys?|keys?|logins?|pin|contrasenas?|claves?|mots?|cles?|senhas?|password|wachtwoord|haslo|hasło|пароль|пароля|losenord|adgangskode|passordet|heslo)$/u;
/** What makes a credential the topic of a rule, and not a thing to be handed over. */
const TOPIC = words(
  'policy policies rule rules rotation expiry expiration requirement requirements length strength complexity reset resets manager ' +
    'guideline guidelines standard standards training hygiene lifetime format change changes santa procedure process steps ' +
    'richtlinie richtlinien regel regeln vorgabe vorgaben politica politicas norma normas requisitos regla reglas restablecimiento ' +
    'politique politiques regles regle exigences consignes reinitialisation renouvellement',
);
/** What people do with their own credentials, and may ask how to. */
const CARE = words(
  'store storing protect protecting rotate rotating reset resetting secure securing renew renewing forgot forgotten lost ' +
    'zurucksetzen zurucksetze andern wechseln vergessen restablecer restablezco cambiar cambio recuperar recupero olvide ' +
    'reinitialiser reinitialise changer change recuperer oublie reimpostare reimposto cambiare recuperare redefinir redefino mudar mudo ' +
    'resetten herstel wijzig wijzigen zresetowac zmienic odzyskac сбросить сменить восстановить aterstaller byter nulstiller tilbakestiller obnovim zmenim',
);
/** A compound of German says in one word what English says in two. */
const COMPOUND_TOPIC = /(?:richtlinien?|regeln?|vorgaben?|wechsel|manager|rotation)$/;
/** Words that may stand between a rule and what it is about. */
const LINK = words(
  'for on about of the a our an my your their admin administrator administrators root user users service de des du la las los les le l der die das den fur zu uber von para sobre pour sur dell dello della il lo la di do da dos o os as mi mia mon ma meu minha mijn het de moje moj min mitt svoje mio',
);
/** Words that may stand between a credential and its rule: "API key rotation policy". */
const AFTER = words(
  'key keys code codes access api rotation reset expiry change strength length safety de passe',
);
const REACH = 4;

/** Stands for a credential that is only talked about. */
const SUBJECT = 'subject';

/** The tokens of a text, with credentials that are only the topic of a rule made harmless. */
export function readTokens(text: string): string[] {
  const tokens = tokenise(text);
  return tokens.map((token, at) => (isRuleAbout(tokens, at) ? SUBJECT : token));
}

/** Whether the credential at a token is the topic of a rule: "the admin password policy", "requirements for the root password". */
function isRuleAbout(tokens: readonly string[], at: number): boolean {
  const word = tokens[at] ?? '';
  if (word === 'secret') return tokens[at + 1] === 'santa';
  if (!CREDENTIAL.test(word)) return false;
  if (COMPOUND_TOPIC.test(word)) return true;
  for (let next = at + 1; next <= at + REACH && next < tokens.length; next += 1) {
    const following = tokens[next] ?? '';
    if (TOPIC.has(following)) return true;
    if (!AFTER.has(following)) break;
  }
  for (let before = at - 1; before >= at - REACH && before >= 0; before -= 1) {
    const leading = tokens[before] ?? '';
    if (TOPIC.has(leading) || CARE.has(leading)) return true;
    if (!LINK.has(leading)) break;
  }
  return false;
}
