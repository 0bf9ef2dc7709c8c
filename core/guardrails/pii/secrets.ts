import { before, type PiiDetector, type PiiMatch } from './detector.js';

/** Key formats as their issuers document them. */
const KEYS: [type: string, pattern: RegExp][] = [
  ['AWS_ACCESS_KEY', /(?<![A-Z0-9])(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z2-7]{16}(?![A-Z0-9])/g],
  ['API_KEY', /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,251}\b/g],
  ['API_KEY', /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g],
  ['API_KEY', /\bglpat-[\w-]{20,64}/g],
  ['API_KEY', /\bkey-[0-9a-z]{32}\b/g],
  ['API_KEY', /\bxox[abeoprs]-[\w-]{10,250}/g],
  ['API_KEY', /\bxapp-\d-[\w-]{10,250}/g],
  ['API_KEY', /\bsk-(?:proj-|ant-|svcacct-|or-)?[\w-]{20,250}/g],
  ['API_KEY', /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,200}\b/g],
  ['API_KEY', /\bwhsec_[A-Za-z0-9]{24,200}\b/g],
  ['API_KEY', /\bAIza[\w-]{35}(?![\w-])/g],
  ['API_KEY', /\bya29\.[\w-]{20,400}/g],
  ['API_KEY', /\bhf_[A-Za-z0-9]{30,60}\b/g],
  ['API_KEY', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['API_KEY', /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/g],
  ['API_KEY', /\bdop_v1_[a-f0-9]{64}\b/g],
  ['API_KEY', /\bpypi-[\w-]{40,250}/g],
  ['API_KEY', /\bAC[a-f0-9]{32}\b|\bSK[a-f0-9]{32}\b/g],
  ['API_KEY', /(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])/g],
  ['API_KEY', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g],
  ['API_KEY', /(?<![\w-])[a-f0-9]{32}-us\d{1,2}(?![\w-])/g],
  ['API_KEY', /(?<=\bAccountKey=)[A-Za-z0-9+/]{86}==/g],
  [
    'API_KEY',
    /\b(?:key-[a-f0-9]{32}|EAA[A-Za-z0-9]{60,250}|GOCSPX-[\w-]{28}|AGE-SECRET-KEY-1[A-Z0-9]{58})(?![\w-])/g,
  ],
  [
    'API_KEY',
    /\b(?:gsk|r8|nvapi|pplx|xai|tvly|lin_api|secret|ntn|figd|dapi|dckr_pat|rubygems|sntrys|glsa|hvs|atlasv1|ATATT3|PMAK|NRAK|rnd|fly|vercel|sbp|pscale_tkn|phc|doo_v1|sq0atp|sq0csp|shippo_live|lsv2_pt|ops)[_-](?=[\w.-]{0,40}\d)[\w.=-]{20,250}/g,
  ],
  ['API_KEY', /https:\/\/hooks\.slack\.com\/services\/T\w{6,14}\/B\w{6,14}\/\w{16,40}/g],
  ['API_KEY', /(?<![\w-])(?:[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,45}|mfa\.[\w-]{80,90})(?![\w-])/g],
  ['JWT', /\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{10,2000}/g],
  [
    'PRIVATE_KEY',
    /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\:,.-]{0,8000}?-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)?/g,
  ],
  [
    'CRYPTO_ADDRESS',
    /\b(?=[13][a-km-zA-HJ-NP-Z1-9]{25,34}\b)(?<=\b(?:bitcoin|btc|wallet)\b[^\n]{0,20})[13]\w{25,34}/gi,
  ],
  ['CRYPTO_ADDRESS', /(?<![A-Za-z0-9])(?:bc1[ac-hj-np-z02-9]{25,59}|0x[a-fA-F0-9]{40})(?![A-Za-z0-9])/g],
];

/** `user bob and password qwerty99`: letters and digits right behind the word, beside a user's name. */
const ALONGSIDE =
  /\b(?:user(?:name)?|login|benutzer(?:name)?|usuario|utilisateur)\b[^\n]{1,60}?\b(?:password|passwort|kennwort|contraseña|mot de passe|pwd) ((?=[^\s]{0,40}\d)(?=[^\s]{0,40}\p{L})[^\s"'`,;<>()]{5,40}[^\s"'`,;<>().!?])/giu;
/** `https://user:password@host` and connection strings. */
const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"]{1,80}:([^\s/@'"]{1,120})@[^\s'"]{1,200}/gi;

/** `Authorization: Bearer …`, and a bearer token anywhere. */
const AUTHORIZATION =
  /\b(?:authorization["']?\s{0,2}[:=]\s{0,2}["']?(?:bearer|basic|token|apikey)|bearer)\s{1,2}((?=[\w.~+/-]{0,60}\d)[\w.~+/-]{12,2000}={0,2})/gi;
/** `password="several words"`. */
const PHRASE =
  /(?<![a-z])(?:password|passwd|passwort|kennwort|passphrase|pwd|pw|contraseña|clave|mot de passe)["']?\s{0,2}[:=]\s{0,2}(["'`])([\p{L}\d]{2,20}(?: [\p{L}\d]{2,20}){2,9})\1/giu;
/** Words of what a form or a manual says of a password. */
const SAID_OF_PASSWORDS =
  /(?<!\p{L})(?:pass(?:word|wort|phrase)|kennwort|contraseña|clave|your|the|an?|must|is|are|be|has|enter|type|required|please|at|least|characters|and|or|to|for|with|forgot|not|new|here|confirm|ihre?|das|der|die|ist|bitte|muss|mindestens|zeichen|und|oder|su|la|el|una?|debe|es|votre|le|de|doit|est)(?!\p{L})/iu;

const NAMED =
  /(?:password|passwd|passwort|kennwort|wachtwoord|senha|hasło|lösenord|passphrase|passcode|pwd|(?<![a-z])pw|secret|api[ _-]?key|access[ _-]?key|secret[ _-]?key|client[ _-]?secret|auth[ _-]?token|access[ _-]?token|bearer|token|contrase(?:ñ|n)a|clave|mot de passe|pin(?: ?code)?|パスワード|暗証番号)["']?(?:\s{0,2}[:=：]\s{0,2}|\s{0,2}(?:は|が)\s{0,2}|\s(?:is|was|ist|lautet|war|es|est|é)\s{1,2}|\s(?=["'`]))(?:(?:now|still|jetzt|always)\s)?["'`]?([^\s"'`,;<>()[\]{}。、]{4,120})/gi;

/** Words that follow "password is" in ordinary sentences. */
const ORDINARY =
  /^(?:not|the|a|an|too|very|wrong|incorrect|correct|required|expired|invalid|valid|stored|kept|encrypted|hashed|known|lost|needed|optional|shared|managed|set|sent|used|being|long|weak|strong|short|empty|missing|never|always|only|your|my|our|for|in|on|at|to|by|from|with|that|this|what|of|and|or|if|when|generated|provided|available|revoked|rotated|changed|reset|protected|case|at least|nicht|falsch|abgelaufen|none|null|undefined|true|false|string|required\.|process|env|secret|password|token|key|redacted|changeme\b)$/i;

const PLACEHOLDER =
  /^(?:[*•x.…_-]{3,}|<.*|\$\{?.*|%.*%|\{\{.*|YOUR[_-].*|\[.*|EXAMPLE.*|xxx.*|\d{1,3}文字.*)$/i;

/** Endings of long words that say how a password is, unlike words run together. */
const DESCRIBES =
  /(?:lich|ig|isch|bar|los|end|ier|en|er|es|e[mt]|[eir]t|voll|haft|sam|iv|konform|weise|ed|[ai]ble|ing|al|ive|ous|ful|less|[ao]ry|[ea]nt|i[ck]|ly|[ai]d[oa]|mente|ée?)$/u;

/** Whether a value looks like something chosen or generated, not like a word of a sentence. */
function looksSecret(value: string, assigned: boolean): boolean {
  const plain = value.replace(/[.!?:,]+$/, '');
  if (plain.length < 4 || PLACEHOLDER.test(plain) || ORDINARY.test(plain)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(plain)).length;
  if (/^https?:/i.test(plain)) return false;
  const mixed = /\d/.test(plain) && (/\p{L}/u.test(plain) || plain.length >= 4);
  const odd = /[^\p{L}\d_.\-/]/u.test(plain) && kinds >= 2;
  const camel = /[a-z][A-Z]/.test(plain) && plain.length >= 8;
  const joined = !assigned && /^\p{Ll}{14,40}$/u.test(plain) && !DESCRIBES.test(plain);
  const phrase = /^\p{Ll}{3,12}(?:[-_]\p{Ll}{3,12}){2,6}$/u.test(plain);
  return mixed || odd || phrase || joined || (assigned && kinds >= 2 && camel);
}

/** A sentence may end behind the value; a sign of the password itself stays when it has no other. */
function trimSentence(raw: string, assigned: boolean): string {
  const value = raw.replace(/(?:[.:?]|。|です|でした)+$/u, '');
  return assigned || !/[^\p{L}\d]/u.test(value.replace(/!+$/, '')) ? value : value.replace(/!+$/, '');
}

/** Shannon entropy in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const GENERIC = /(?<![\w+/=.-])[A-Za-z0-9+/_=-]{24,128}(?![\w+/=-])/g;
const GENERIC_CONTEXT =
  /\b(?:key|token|secret|credential|bearer|authorization|auth|apikey)s?\b["']?[^\n]{0,16}$/i;

export const secretDetector: PiiDetector = {
  name: 'secrets',
  mayHold: () => true,
  find(text) {
    const found: PiiMatch[] = [];
    for (const [type, pattern] of KEYS) {
      for (const match of text.matchAll(pattern)) {
        found.push({ type, start: match.index, end: match.index + match[0].length, confidence: 0.99 });
      }
    }
    for (const match of text.matchAll(URL_PASSWORD)) {
      const value = match[1] ?? '';
      if (PLACEHOLDER.test(value)) continue;
      const start = match.index + match[0].indexOf(`:${value}@`) + 1;
      found.push({ type: 'PASSWORD', start, end: start + value.length, confidence: 0.995 });
    }
    for (const match of text.matchAll(NAMED)) {
      const raw = match[1] ?? '';
      const assigned = /[:=]\s{0,2}["'`]?$/.test(match[0].slice(0, match[0].length - raw.length));
      // a sentence may end behind the value; an assignment seldom does
      const value = trimSentence(raw, assigned);
      // `token = getToken()` names a function
      const isCall = text.charAt(match.index + match[0].length) === '(' && /^[\p{L}_$.]+$/u.test(value);
      if (isCall || !looksSecret(value, assigned)) continue;
      const start = match.index + match[0].length - (match[1] ?? '').length;
      const type = /pass|kenn|pwd|^pw|contra|clave|mot de|pin|パス/i.test(match[0].slice(0, 14))
        ? 'PASSWORD'
        : 'API_KEY';
      found.push({ type, start, end: start + value.length, confidence: 0.9 });
    }
    for (const match of text.matchAll(AUTHORIZATION)) {
      const value = (match[1] ?? '').replace(/\.+$/, '');
      const start = match.index + match[0].length - (match[1] ?? '').length;
      if (!PLACEHOLDER.test(value))
        found.push({ type: 'API_KEY', start, end: start + value.length, confidence: 0.92 });
    }
    for (const match of text.matchAll(PHRASE)) {
      const value = match[2] ?? '';
      const end = match.index + match[0].length - 1;
      if (!SAID_OF_PASSWORDS.test(value))
        found.push({ type: 'PASSWORD', start: end - value.length, end, confidence: 0.9 });
    }
    for (const match of text.matchAll(ALONGSIDE)) {
      const start = match.index + match[0].length - (match[1] ?? '').length;
      found.push({ type: 'PASSWORD', start, end: start + (match[1] ?? '').length, confidence: 0.85 });
    }
    for (const match of text.matchAll(GENERIC)) {
      if (
        !GENERIC_CONTEXT.test(before(text, match.index, 40)) ||
        !/\d/.test(match[0]) ||
        !/[A-Za-z]/.test(match[0])
      )
        continue;
      if (entropy(match[0]) < 3.3) continue;
      found.push({
        type: 'API_KEY',
        start: match.index,
        end: match.index + match[0].length,
        confidence: 0.8,
      });
    }
    return found;
  },
};
