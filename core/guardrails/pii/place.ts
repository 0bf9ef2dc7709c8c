import type { PiiDetector, PiiMatch } from './detector.js';

const NAME = "\\p{Lu}[\\p{L}.'’-]{0,30}";
const WORDS = `${NAME}(?: (?:${NAME}|de|la|du|des|del|von|der|van|the|of)){0,5}`;
const KIND =
  'Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Place|Pl|Terrace|Way|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Alley|Crescent|Close|Row|Turnpike|Trail|Str|Streets';
const UNIT = '(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Room|Wohnung|Whg|Box)\\.? ?#?[\\p{L}\\d-]{1,6}';
const TAIL = `(?:,? ?\\n? ?${UNIT})?(?:,? ?\\n? ?${NAME}(?:[ -]${NAME}){0,3},? (?:[A-Z]{2} \\d{5}(?:-\\d{4})?|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}|[A-Z]{2} [A-Z]\\d[A-Z] ?\\d[A-Z]\\d|[A-Z]{2,3} \\d{4}))?`;

/** `221B Baker Street, Apt. 4, Springfield, IL 62701` */
const NUMBER_FIRST = new RegExp(
  `(?<![\\p{L}\\d-])\\d{1,6}[A-Z]?(?: \\d{1,5})? ${WORDS} (?:${KIND})(?![\\p{L}])\\.?(?: (?:N|S|E|W|NE|NW|SE|SW)(?![\\p{L}\\d])\\.?)?${TAIL}`,
  'gu',
);
/** `Hauptstraße 12a, 10115 Berlin`, `Lindenweg 3`, `Bahnhofstr. 7` */
const GERMAN =
  /(?<![\p{L}\d-])(?:\p{Lu}[\p{L}.-]{1,30}[ -]){0,2}\p{Lu}\p{L}{2,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ufer|damm|ring) \d{1,4} ?[a-z]?(?![\p{L}\d])(?:,? ?\n?(?:[A-Z]-?)?\d{4,5} \p{Lu}[\p{L}-]{2,30})?/gu;
/** `Am Markt 3, 04109 Leipzig`, `Sonnenhalde 12, 78462 Konstanz`: any name, where number, code and town follow. */
const WITH_CODE =
  /(?<![\p{L}\d-])(?:(?:Am|An|Auf|Im|In|Zum|Zur|Unter|Hinter|Bei|Vor)(?: (?:der|dem|den))? )?\p{Lu}[\p{L}-]{2,30}(?: \p{Lu}[\p{L}-]{2,30})? \d{1,3} ?[a-z]?, (?:D-)?\d{5} \p{Lu}[\p{Ll}-]{2,30}(?! ?\p{Ll})/gu;
/** `12 rue de la Paix, 75002 Paris`, `Calle Mayor 5`, `Via Roma 3`, `ul. Grochowa 80` */
const ROMANCE = new RegExp(
  `(?<![\\p{L}\\d-])(?:\\d{1,5},? )?(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Qq]uai|[Pp]lace|Calle|Avda\\.?|Avenida|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|ul\\.|Rúa)(?: (?:de la|de l'|de los|de las|du|des|de|del|della|do|da))? ?${WORDS}(?:,? (?:n[°º] ?)?(?:\\d{1,3}(?!\\d)|\\d{4,5}(?!\\d| ${NAME})))?(?:,? ?\\n?\\d{4,5} ${NAME})?`,
  'gu',
);
/** `〒105-0011 東京都港区芝公園4-2-8` */
const JAPANESE =
  /(?:〒\s?\d{3}-\d{4}\s?)?(?:東京都|北海道|(?:大阪|京都)府|\p{Script=Han}{2,3}県)[\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}ー々]{1,24}(?:\d{1,4}(?:丁目|番地?|号|[-－ー]){0,2}){1,4}/gu;
const MILITARY =
  /\b(?:PSC|CMR|Unit) \d{1,5},? Box \d{1,5}[\n, ]{1,3}(?:APO|FPO|DPO) (?:AA|AE|AP) \d{5}(?:-\d{4})?/gi;
const BOX = /\bP\.? ?O\.? ?Box \d{1,6}(?:,? \p{Lu}\p{L}{2,30},? [A-Z]{2} \d{5})?/giu;
/** Phrases that announce an address. */
const ANNOUNCEMENT =
  /\b(?:(?:my|his|her|the|billing|shipping|home|mailing|delivery|new|your) address(?: is| with| to|\?|:)|it is|here they are:|address:|lives? (?:at|in|on)|located at|return to|arrived at|(?:send|sent|deliver|ship|mail) (?:it |this |them |a new one |one )?to|moved to|(?:now|once) live[sd]? in|meet (?:me )?at|wohnt (?:in der|am|in)|adresse:|dirección:)\s{1,2}/giu;
/** Numbers, capitalised words and short links between them, over line ends: read from where an announcement stops. */
const PLACE =
  /(?:the corner of )?(?:\d[\p{L}\d/-]{0,8}|\p{Lu}[\p{L}\p{M}.'’-]{0,30})(?:(?:,? |,? {0,3}\n {0,4}|, )(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![\p{L}\d])|\d[\p{L}\d/-]{0,8}|\p{Lu}[\p{L}\p{M}.'’-]{0,30}|de|la|du|des|von|der|van|and|of|no\.|quai|rue|ul\.)){1,16}/uy;

export const addressDetector: PiiDetector = {
  name: 'address',
  mayHold: (text) => /\d/.test(text),
  find(text) {
    const found: PiiMatch[] = [];
    for (const [pattern, confidence] of [
      [NUMBER_FIRST, 0.8],
      [GERMAN, 0.8],
      [WITH_CODE, 0.75],
      [ROMANCE, 0.7],
      [JAPANESE, 0.85],
      [MILITARY, 0.95],
      [BOX, 0.85],
    ] as const) {
      for (const match of text.matchAll(pattern)) {
        if (pattern === ROMANCE && !/\d/.test(match[0])) continue;
        found.push({ type: 'ADDRESS', start: match.index, end: match.index + match[0].length, confidence });
      }
    }
    for (const match of text.matchAll(ANNOUNCEMENT)) {
      const start = match.index + match[0].length;
      PLACE.lastIndex = start;
      const place = (PLACE.exec(text)?.[0] ?? '').replace(/(?:[ ,.\n]| and| of| de)+$/, '');
      if (
        !/\d/.test(place) ||
        !/\p{Lu}\p{L}{2}/u.test(place) ||
        !/^\d{1,6} |[ \n]\d{1,5}[a-z]?(?:[ ,\n]|$)/iu.test(place)
      )
        continue;
      found.push({ type: 'ADDRESS', start, end: start + place.length, confidence: 0.9 });
    }
    return found;
  },
};
