import type { PiiDetector, PiiMatch } from './detector.js';

const CAPITALISED = "\\p{Lu}[\\p{Ll}\\p{M}]{0,20}(?:['’-]?\\p{Lu}[\\p{Ll}\\p{M}]{0,20}){0,3}";
/** A word of a name; a full stop belongs to it only after an initial. */
const PART = `(?:\\p{Lu}\\.|${CAPITALISED})`;
const LINK =
  "(?:van der|van den|van de|van|von der|von|de la|de los|de|del|della|di|da|dos|bin|ibn|al|el|le|la|O[’'])";
const NAME = `${PART}(?: (?:${LINK} )?${PART}){0,3}`;

/** [pattern with the name in group 1, confidence]: only where the words around give a person away. */
const CONTEXTS: [RegExp, number][] = [
  [
    new RegExp(
      `(?<![\\p{L}])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Herrn?|Frau|Señora?|Sra?|Don|Doña|Monsieur|Madame|Mme)\\.? (?:Dr\\. )?(${NAME})`,
      'gu',
    ),
    0.85,
  ],
  [
    new RegExp(
      `(?<![\\p{L}])(?:[Mm]y|[Hh]er|[Hh]is|[Tt]he patient's|[Tt]heir) (?:full |first |last |maiden |real )?name(?: is|'s|:) (${NAME})`,
      'gu',
    ),
    0.95,
  ],
  [
    new RegExp(
      `(?<![\\p{L}])(?:[Ii] am|[Ii]'m|[Tt]his is|[Cc]all me|calls me|[Ii]ch bin|[Ii]ch heiße|[Mm]ein Name ist|[Mm]e llamo|[Mm]i nombre es|[Jj]e m'appelle|[Jj]e suis|[Mm]on nom est) (${NAME})(?![\\p{L}\\p{M}])(?! (?:for|of|to|at|on|with|by|the|not)\\b)`,
      'gu',
    ),
    0.7,
  ],
  [
    new RegExp(
      `(?<![\\p{L}])(?:[Pp]atient|[Cc]ustomer|[Ee]mployee|[Aa]pplicant|[Cc]andidate|[Cc]ardholder|[Aa]ccount holder|[Kk]unde|[Mm]itarbeiter|[Cc]liente|[Nn]ame|[Ss]igned|[Aa]nsprechpartner|[Cc]ontact|[Aa]ttn|[Aa]ttention|[Nn]ombre|[Nn]om|[Cc]ontacto)(?: (?:name|person))?: ?(?:(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau)\\.? )?(${NAME})`,
      'gu',
    ),
    0.85,
  ],
  [
    new RegExp(
      `(?<![\\p{L}])(?:[Ss]igned(?: by)?|[Ss]incerely|[Uu]nterschrieben von),? (${PART} ${PART})`,
      'gu',
    ),
    0.75,
  ],
  [
    new RegExp(
      `(?:^|\\n)(?:Dear|Hi|Hello|Hallo|Liebe|Lieber|Hola|Bonjour|Estimad[oa]) (${PART}(?: ${PART}){0,2})(?=[,!\\n])`,
      'gu',
    ),
    0.75,
  ],
  [
    new RegExp(
      `(?:^|\\n)(?:Best|Regards|Best regards|Kind regards|Cheers|Thanks|Sincerely|Viele Grüße|Mit freundlichen Grüßen|Saludos|Cordialement),? ?\\n\\s{0,4}(${NAME})`,
      'gu',
    ),
    0.85,
  ],
  [
    new RegExp(
      `(?:^|[\\n.!?] {0,3})(?:Best|(?:Best |Kind |Warm )?[Rr]egards|Cheers|Many thanks|Thanks|Sincerely|(?:Viele|Liebe|Beste) Grüße|Mit freundlichen Grüßen|Saludos|Un saludo|Cordialement),? (?!\\p{L}+ (?:Team|Department|Desk|Office|Group|Support|Operations|Services|Resources|Inc|GmbH)(?!\\p{L}))(${CAPITALISED} ${CAPITALISED})(?=\\s{0,3}(?:$|\\n))`,
      'gu',
    ),
    0.75,
  ],
  [
    /(?:名前は|氏名は?[:：]?|担当者?は?[:：])\s?((?:\p{Script=Han}{2,6}|\p{Script=Katakana}{2,10}))(?=です|と申|と言|[、。\s]|$)/gu,
    0.85,
  ],
];

/** `my name is anna kern`, as people type it. */
const TYPED =
  /\bmy (?:full )?name is ([\p{Ll}'’-]{2,20}(?: [\p{Ll}'’-]{2,20}){1,2})(?=\s{0,2}(?:[.,!?;\n]|and\b|$))/giu;
const TYPED_NOT = /\b(?:not|on|in|the|a|an|of|for|too|very|wrong|spelled|written|missing|my|and|is)\b/i;
/** Phrases that follow a name. */
const AFTERWARDS =
  /,? (?:lives (?:at|in|on)|was born (?:on|in)|\(born)|['’]s (?:phone|e-mail|email|address|birthday|passport|salary)/gu;
const NAME_BEFORE = new RegExp(`(?<![\\p{L}])(${NAME})$`, 'u');
/** Longer names than this are not looked for before a phrase. */
const NAME_REACH = 60;
const TRIGGER =
  /\b(?:m(?:r|rs|s|iss|x)|dr|prof|sir|madam|herrn?|frau|se[ñn]ora?|sra?|don|doña|monsieur|madame|mme|name|i am|i'm|this is|calls? me|ich bin|ich heiße|me llamo|mi nombre|je m'appelle|je suis|patient|customer|employee|applicant|candidate|cardholder|holder|kunde|mitarbeiter|cliente|signed|ansprechpartner|contacto?|att(?:n|ention)|nombre|nom|unterschrieben|dear|hi|hello|hallo|liebe|lieber|hola|bonjour|estimad[oa]|best|regards|cheers|thanks|sincerely|grüße|grüßen|saludos|cordialement|lives|born|'s)\b|名前|氏名|担当/i;

/** Capitalised words that follow the same phrases and name nobody. */
const NOBODY =
  /^(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau|Sie|Ihnen|Euch|Dich|Vous|Ustedes|I|She|He|They|We|You|Her|His|My|Your|Our|Who|Which|Since|Build|Software|Engineer|Senior|The|A|An|Not|Sorry|Here|There|This|That|It|All|Team|Everyone|Everybody|Folks|Colleagues|Sir|Madam|Customer|Support|HR|IT|CEO|CTO|CFO|Slack|Teams|GitHub|Google|Steward|ChatGPT|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|English|German|French|Spanish|American|British|Happy|Sure|Just|Also|Please|Only|In|On|At|For|With|What|When|Where|Who|Why|How|OK|Okay|Yes|No|Now|Still|Very|So|New|Old|DAN|AI|AWS|SQL|API|VPN|US|UK|EU|Inc|Damen|Herren|Zusammen|Kollegen|Tous|Todos|Hiring|Manager|Recruiter|Reader|Friend|Friends|Both|Each|Product|Engineering|Sales|Marketing|Security|Design|Customer|Account|Project|Sourcegraph|Cody|President|Chairman|Chair|Minister|Speaker|Chancellor|Secretary|Ambassador|Judge)$/;

/** What forms and people say instead of a name; as a surname each of them may stand behind another word. */
const SAYS_WHAT =
  /^(?:Pflichtfeld|Pflichtangabe|Freiwillig|Obligatorio|Obligatoire|Facultatif|Opcional|Important|Urgent|Confidential|Critical|Awesome|Great|Required|Optional|Unknown|None|Human|Enterprise|Premium|Standard|Basic|Full|Part|Pending|Active|Admin|Kunde|Kundin|(?:Teilnehmer|Mitarbeiter|Student|Praktikant|Entwickler|Administrator|Teamleiter)(?:in)?)$/;

const acceptable = (name: string): boolean => {
  const first = name.split(' ')[0] ?? '';
  const bare = first.replace(/[.'’-]+$/, '');
  return (
    bare.length >= 2 &&
    !NOBODY.test(bare) &&
    !SAYS_WHAT.test(bare) &&
    !/^\p{Lu}{2,}$/u.test(bare) &&
    !/['’]s$/.test(first)
  );
};

export const personDetector: PiiDetector = {
  name: 'person',
  mayHold: (text) => TRIGGER.test(text),
  find(text) {
    const found: PiiMatch[] = [];
    for (const [pattern, confidence] of CONTEXTS) {
      for (const match of text.matchAll(pattern)) {
        const name = trimName(match[1] ?? '');
        if (!acceptable(name)) continue;
        const start = match.index + match[0].indexOf(match[1] ?? '', 0);
        found.push({ type: 'PERSON', start, end: start + name.length, confidence });
      }
    }
    for (const match of text.matchAll(TYPED)) {
      const name = match[1] ?? '';
      const end = match.index + match[0].length;
      if (!TYPED_NOT.test(name))
        found.push({ type: 'PERSON', start: end - name.length, end, confidence: 0.65 });
    }
    for (const { index } of text.matchAll(AFTERWARDS)) {
      const name = NAME_BEFORE.exec(text.slice(Math.max(0, index - NAME_REACH), index))?.[1];
      if (name && acceptable(name))
        found.push({ type: 'PERSON', start: index - name.length, end: index, confidence: 0.75 });
    }
    return found;
  },
};

/** Cuts what cannot belong to a name: a possessive, a full stop at the end of the sentence, trailing common words. */
function trimName(name: string): string {
  const parts = name.replace(/['’]s$/, '').split(' ');
  while (parts.length > 1 && NOBODY.test((parts.at(-1) ?? '').replace(/\.$/, ''))) parts.pop();
  const last = parts.at(-1) ?? '';
  if (/\p{L}{2,}\.$/u.test(last)) parts[parts.length - 1] = last.slice(0, -1);
  return parts.join(' ').replace(/['’-]$/, '');
}
