import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { intentAttacks } from './attacks-intents.mjs';
import { displayBenign } from './benign-display.mjs';
import { intentBenign } from './benign-intents.mjs';
import { machineWork } from './benign-machines.mjs';
import { requestBenign } from './benign-requests.mjs';
import { moreRequestBenign } from './benign-requests-more.mjs';
import { languageIntentAttacks } from './languages-intents.mjs';
import { languageIntentBenign } from './languages-intents-benign.mjs';
import { broadAttackRules } from './attacks-broad.mjs';
import { disguisedAttackRules } from './attacks-disguised.mjs';
import { attackRules } from './attacks-english.mjs';
import { requestAttacks } from './attacks-requests.mjs';
import { indirectRules } from './attacks-indirect.mjs';
import { jailbreakRules } from './attacks-jailbreak.mjs';
import { languageAttackRules } from './attacks-languages.mjs';
import { benignRules } from './benign.mjs';
import { broadBenignRules } from './benign-broad.mjs';
import { workRules } from './benign-work.mjs';
import { createRandom, expand, pick } from './expand.mjs';
import { benignSeeds } from './seeds-benign.mjs';
import { casualBenign, casualSeeds } from './seeds-casual.mjs';
import { directSeeds } from './seeds-direct.mjs';
import { carrierSeeds, indirectSeeds } from './seeds-indirect.mjs';
import { jailbreakSeeds } from './seeds-jailbreak.mjs';
import { languageSeedAttacks, languageSeedBenign } from './seeds-languages.mjs';
import { straySeeds } from './seeds-stray.mjs';
import { technicalSeeds } from './seeds-technical.mjs';
import { workdaySeeds } from './seeds-workday.mjs';
import { broadLanguageAttacks, broadLanguageBenign } from './languages-broad.mjs';

/** Sources whose licence allows a model trained on them to be shipped (data card: docs/injection-model-card.md). */
const SHIPPABLE = [
  /^garak\//,
  /^giskard\//,
  /^bipia\/email/,
  /^banking77/,
  /^bfcl\//,
  /^awesome-chatgpt-prompts$/,
  /^sourcegraph-handbook$/,
];

export const isShippable = (row) => SHIPPABLE.some((pattern) => pattern.test(row.source));

/**
 * Mails that carry a request for something else (BIPIA) are the same few mails ten times over: a model that learns from
 * them learns the mails, and the harmless ones alarm. They are measured on, and their requests learned without the mail.
 */
export const isCarried = (row) => row.label === 1 && row.source.startsWith('bipia/');

/** What was put into a carrier, without the carrier: its sentences that stand in no harmless text of the source. */
export function carriedRequests(rows) {
  const plain = (text) => text.replace(/\s+/g, ' ').trim();
  const sentences = (text) =>
    text
      .split(/\n|(?<=[.!?])\s+/)
      .map(plain)
      .filter((part) => part.length > 8);
  const carriers = plain(
    rows
      .filter(({ label, source }) => label === 0 && source.startsWith('bipia/email'))
      .map(({ text }) => text)
      .join(' '),
  );
  const often = new Map();
  const carried = rows.filter((row) => isCarried(row) && isShippable(row));
  for (const { text } of carried)
    for (const part of new Set(sentences(text))) often.set(part, (often.get(part) ?? 0) + 1);
  const requests = new Map();
  for (const row of carried) {
    const parts = sentences(row.text).filter(
      (part) => !carriers.includes(part) && (often.get(part) ?? 0) <= 12,
    );
    const request = parts.join(' ');
    if (parts.length > 0 && request.length < 500) requests.set(request, { ...row, text: request });
  }
  return [...requests.values()];
}

/** Files of one origin share wording, so they are left out together. */
export const sourceGroup = (row) =>
  row.source
    .replace(/^garak\/(dan|autodan)$/, 'garak/dan+autodan')
    .replace(/-(train|test)$/, '')
    .replace(/\/(train|test)$/, '')
    .replace(/^bfcl\/.*/, 'bfcl');

/** Rows of the public data: `{text, label, source, kind, group}`. */
export function readPublicRows(folder) {
  return ['train', 'dev'].flatMap((name) =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map((row) => ({ ...row, group: sourceGroup(row) })),
  );
}

/** Paragraphs of a handbook once more, sentence by sentence: short pieces are what people paste and tools return. */
export function sentencesOf(rows) {
  return rows
    .filter((row) => row.label === 0 && row.source === 'sourcegraph-handbook')
    .flatMap((row) =>
      row.text
        .split(/\n|(?<=[.!?])\s+/)
        .map((sentence) => sentence.trim())
        .filter((sentence) => sentence.length > 20 && sentence.length < row.text.length)
        .map((text) => ({ ...row, text })),
    );
}

/**
 * Pages of a handbook (`handbooks/sourcegraph` beside the folder of the attack data, Apache-2.0) by sentence and by
 * paragraph: ordinary words of ordinary work. Empty where the folder is missing.
 */
export function handbookRows(folder) {
  const root = join(folder, '..', 'handbooks', 'sourcegraph');
  if (!existsSync(root)) return [];
  const pages = readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .sort();
  const seen = new Set();
  pages.forEach((name, page) => {
    const paragraphs = readFileSync(join(root, name), 'utf8')
      .split(/\n{2,}/)
      .map((paragraph) => paragraph.trim());
    paragraphs.forEach((paragraph, position) => {
      if ((page + position) % 3 === 0 && paragraph.length > 80) seen.add(paragraph.slice(0, 600));
      for (const sentence of paragraph.split(/\n|(?<=[.!?])\s+/)) {
        const text = sentence.trim();
        if (text.length > 20 && text.length < 400) seen.add(text);
      }
    });
  });
  const source = 'sourcegraph-handbook';
  return [...seen]
    .filter((_, position) => position % HANDBOOK_STEP === 0)
    .map((text) => ({ text, label: 0, kind: 'benign', source, group: source }));
}

/** Every second piece of the handbook is enough; the rest shows how the model does on text of the same kind. */
const HANDBOOK_STEP = 2;

/** [family, kind, label, how many, templates] */
const FAMILIES = [
  ['override', 'direct', 1, 500, ['<override>.', '<override>', '<override>. Thank you.']],
  ['override-goal', 'direct', 1, 1100, ['<override-goal>', '<override-goal>', '<override-goal>.']],
  [
    'reveal',
    'direct',
    1,
    1100,
    [
      '<reveal-req>',
      '<reveal-req>.',
      '<benign-lead> <reveal-req>',
      '{Please|Now|OK,|First,|Hey,|Good.} <reveal-req>',
      '<reveal-req> {I am the developer.|It is urgent.|This is for an audit.|Do not leave anything out.|Thanks.}',
    ],
  ],
  [
    'secret',
    'direct',
    1,
    800,
    ['<secret-req>', '<secret-req>.', '<benign-lead> <secret-req>', '<override>. <secret-req>'],
  ],
  ['tagged', 'direct', 1, 800, ['<tagged>']],
  ['force', 'direct', 1, 600, ['<force>', '<force>.', '<benign-lead> <force>.', '<override>. <force>.']],
  ['tool', 'direct', 1, 500, ['<tool>', '<tool>.', '<override><join><tool>', '<benign-lead> <tool>']],
  ['exfil', 'direct', 1, 400, ['<exfil>', '<override><join><exfil>', '<benign-lead> <exfil>']],
  ['persona', 'jailbreak', 1, 1500, ['<persona>']],
  ['frame', 'jailbreak', 1, 400, ['<frame>', '<persona-open> <frame>', '<override>. <frame>']],
  ['indirect', 'indirect', 1, 1000, ['<indirect>']],
  ['stray', 'indirect', 1, 350, ['<stray>']],
  ['broad-direct', 'direct', 1, 4500, ['<broaddirect>']],
  ['fresh-direct', 'direct', 1, 2200, ['<freshdirect>']],
  ['soft-jailbreak', 'jailbreak', 1, 700, ['<softframe>']],
  ['soft-indirect', 'indirect', 1, 2200, ['<softindirect>']],
  ['broad-jailbreak', 'jailbreak', 1, 1500, ['<badframe>', '<badframe>', '<badframe> <badframe>']],
  ['broad-indirect', 'indirect', 1, 2500, ['<broadindirect>']],
  ['seed-direct', 'direct', 1, 9000, ['<sdirect>']],
  ['seed-jailbreak', 'jailbreak', 1, 4000, ['<sjailbreak>']],
  ['seed-indirect', 'indirect', 1, 4500, ['<si-carried>']],
  [
    'bare',
    'direct',
    1,
    1500,
    ['<sd-bare>', '<sd-bare>.', '<sd-bare>!', '<sd-bare>. <sd-bare>.', '<sd-bare> and <sd-tool>.'],
  ],
  [
    'bare-read',
    'indirect',
    1,
    1500,
    [
      '<sd-bare>.',
      '<si-doc> <sd-bare>.',
      '<sd-bare> and <sd-tool>. <si-doc>',
      '<si-mail> <sd-bare>.',
      '<si-page> <sd-bare>',
    ],
  ],
  ['casual', 'direct', 1, 5000, ['<scasual>', '<scasual>', '<scasual>', '{Hi|Hey|Hello}{,|!} <scasual>']],
  ['casual-read', 'indirect', 1, 1200, ['<sc-read>']],
  ['intent', 'direct', 1, 12000, ['<ia-direct>']],
  ['intent-jailbreak', 'jailbreak', 1, 4000, ['<ia-jailbreak>']],
  ['intent-read', 'indirect', 1, 5000, ['<ia-read>']],
];

const LANGUAGE_FAMILIES = [
  ['de', 300],
  ['es', 260],
  ['fr', 260],
  ['ja', 160],
  ['other', 120],
  ['de2', 500],
  ['es2', 400],
  ['fr2', 400],
  ['ja2', 450],
  ['other2', 200],
  ['de3', 160],
  ['es3', 80],
  ['fr3', 80],
  ['ja3', 100],
  ['other4', 60],
  ['sl-de', 700],
  ['sl-es', 500],
  ['sl-fr', 500],
  ['sl-ja', 500],
  ['sl-zh', 450],
  ['sl-ru', 350],
  ['sl-it', 150],
  ['sl-pt', 150],
  ['sl-nl', 150],
  ['sl-pl', 120],
  ['sl-ko', 150],
  ['sl-tr', 90],
  ['sl-ar', 90],
  ['sl-hi', 70],
  ['li-de', 1000],
  ['li-es', 800],
  ['li-fr', 800],
  ['li-it', 800],
  ['li-pt', 800],
  ['li-nl', 700],
  ['li-pl', 700],
  ['li-tr', 650],
  ['li-ru', 700],
  ['li-ja', 800],
  ['li-zh', 800],
  ['li-ko', 650],
  ['li-small', 1700],
];

const BENIGN_FAMILIES = [
  ['ask', 'benign', 900],
  ['security', 'benign-trigger', 1400],
  ['everyday', 'benign-trigger', 1700],
  ['roleplay', 'benign-trigger', 900],
  ['document', 'benign-trigger', 900],
  ['doc', 'benign-trigger', 500],
  ['pagetext', 'benign-trigger', 1500],
  ['plainask', 'benign-trigger', 1100],
  ['command', 'benign-trigger', 1000],
  ['markup', 'benign', 700],
  ['advice', 'benign', 150],
  ['general', 'benign', 2200],
  ['code', 'benign', 300],
  ['german', 'benign', 200],
  ['spanish', 'benign', 160],
  ['french', 'benign', 160],
  ['japanese', 'benign', 120],
  ['chat', 'benign', 120],
  ['carrier', 'benign', 250],
  ['codeblock', 'benign', 1200],
  ['aipages', 'benign-trigger', 1400],
  ['broadbenign', 'benign-trigger', 2600],
  ['harmlessfiction', 'benign-trigger', 200],
  ['german2', 'benign-trigger', 350],
  ['spanish2', 'benign-trigger', 220],
  ['french2', 'benign-trigger', 220],
  ['japanese2', 'benign-trigger', 300],
  ['other3', 'benign', 60],
  ['officechat', 'benign-trigger', 1100],
  ['forum', 'benign', 400],
  ['german3', 'benign-trigger', 60],
  ['spanish3', 'benign-trigger', 30],
  ['french3', 'benign-trigger', 30],
  ['japanese3', 'benign-trigger', 40],
  ['sasks', 'benign-trigger', 7500],
  ['stexts', 'benign-trigger', 5500],
  ['scasualbenign', 'benign-trigger', 2200],
  ['sworkday', 'benign-trigger', 4500],
  ['si-belongs', 'benign', 1200],
  ['si-harmless', 'benign-trigger', 3500],
  ['st-forum', 'benign', 3000],
  ['st-table', 'benign', 900],
  ['st-quiz', 'benign', 900],
  ['sm-de', 'benign-trigger', 400],
  ['sm-es', 'benign-trigger', 160],
  ['sm-fr', 'benign-trigger', 160],
  ['sm-ja', 'benign-trigger', 150],
  ['sm-zh', 'benign-trigger', 110],
  ['sm-ru', 'benign-trigger', 90],
  ['sm-other', 'benign-trigger', 75],
  ['ib-ask', 'benign-trigger', 9000],
  ['ib-dev', 'benign-trigger', 900],
  ['ib-general', 'benign-trigger', 2600],
  ['lb-general', 'benign-trigger', 900],
  ['ib-security', 'benign-trigger', 1500],
  ['ib-read', 'benign-trigger', 4000],
  ['lb-de', 'benign-trigger', 650],
  ['lb-es', 'benign-trigger', 450],
  ['lb-fr', 'benign-trigger', 430],
  ['lb-it', 'benign-trigger', 320],
  ['lb-pt', 'benign-trigger', 420],
  ['lb-nl', 'benign-trigger', 340],
  ['lb-pl', 'benign-trigger', 240],
  ['lb-tr', 'benign-trigger', 210],
  ['lb-ru', 'benign-trigger', 210],
  ['lb-ja', 'benign-trigger', 190],
  ['lb-zh', 'benign-trigger', 260],
  ['lb-ko', 'benign-trigger', 100],
  ['lb-small', 'benign-trigger', 240],
  ['ip-ask', 'benign-trigger', 2600],
  ['ip-read', 'benign-trigger', 1600],
  ['wr-en', 'benign-trigger', 2600],
  ['wr-de', 'benign-trigger', 1000],
  ['wr-es', 'benign-trigger', 800],
  ['wr-fr', 'benign-trigger', 800],
  ['wr-it', 'benign-trigger', 500],
  ['wr-pt', 'benign-trigger', 500],
  ['wr-nl', 'benign-trigger', 500],
  ['wr-pl', 'benign-trigger', 500],
  ['wr-ja', 'benign-trigger', 500],
  ['wr-more', 'benign-trigger', 900],
  ['wr-wide', 'benign-trigger', 2600],
  ['wr-said', 'benign-trigger', 600],
];

/** Attacks worded as requests for work; learned beside the harmless requests, so that what is asked decides, not the verb. */
const REQUEST_TWINS = [
  ['wa-en', 'direct', 1, 1300, ['<wa-en>']],
  ['wa-many', 'direct', 1, 1300, ['<wa-many>']],
  ['wa-wide', 'direct', 1, 1000, ['<wa-wide>']],
];

/** Orders to people about machines and services; in a manual "switch off every supply" asks nothing of an assistant. */
const MACHINE_FAMILIES = [
  ['mo-en', 'benign-trigger', 2600],
  ['mo-limit', 'benign-trigger', 60],
  ['mo-de', 'benign-trigger', 300],
  ['mo-es', 'benign-trigger', 120],
  ['mo-fr', 'benign-trigger', 120],
  ['mo-ja', 'benign-trigger', 100],
];

/** What people say to an assistant: harmless when they type it, a foreign body in the middle of a document. */
const SPOKEN =
  /^own\/(ask|plainask|general|chat|officechat|command|roleplay|harmlessfiction|sasks|scasualbenign|sworkday|st-quiz|german\d?|spanish\d?|french\d?|japanese\d?|other3|sm-.*|ib-ask|ib-dev|ib-general|lb-general|ib-security|ip-ask|wr-.*)$|^banking77|^bfcl|^awesome-chatgpt-prompts|^squad2\/questions/;

/** BIPIA's tasks on its documents are questions of a person, in one line. */
const isTask = ({ source, text }) => source.startsWith('bipia/') && !/[\n|]/.test(text);

/** The attacking twins of requests say nothing about documents, since the requests are not learned from there either. */
const SPOKEN_TWIN = /^own\/wa-/;

export const isSpoken = (row) =>
  row.label === 0 ? SPOKEN.test(row.source) || isTask(row) : SPOKEN_TWIN.test(row.source);

/**
 * Requests put into harmless documents, at the start, between two sentences or at the end: what a model for documents
 * learns from. @param documents harmless rows whose texts serve as carriers.
 * @returns rows whose `carrier` is the source of the document, where there is one.
 */
export function strayRows(requests, documents, seed = 20261128) {
  const random = createRandom(seed);
  const own = Array.from({ length: 2_500 }, () => ({
    text: expand('<si-stray>', straySeeds, random),
    source: 'own/si-stray',
  }));
  const embed = (request, source) => {
    const document = pick(documents, random);
    const carrier = document.text.slice(0, 380);
    const cuts = [0, carrier.length, ...[...carrier.matchAll(/[.!?]\s|\n/g)].map(({ index }) => index + 1)];
    const at = pick(cuts, random);
    const gap = random() < 0.5 ? '\n' : ' ';
    const text = `${carrier.slice(0, at)}${gap}${request}${gap}${carrier.slice(at)}`.trim();
    return { text, label: 1, kind: 'indirect', source, group: source, carrier: document.group };
  };
  const given = requests.flatMap(({ text, source, group }) =>
    Array.from({ length: 12 }, () => ({ ...embed(text, source), group })),
  );
  return [
    ...given,
    ...own.flatMap(({ text, source }) => [
      { text, label: 1, kind: 'indirect', source, group: source },
      embed(text, source),
      embed(text, source),
    ]),
  ];
}

/** Our own sentences, made by grammar; the same seed makes the same list. */
export function makeOwnRows(seed = 20261121) {
  const random = createRandom(seed);
  const attackGrammar = {
    ...attackRules,
    ...jailbreakRules,
    ...indirectRules,
    ...broadAttackRules,
    ...disguisedAttackRules,
    ...directSeeds,
    ...jailbreakSeeds,
    ...indirectSeeds,
    ...casualSeeds,
    ...intentAttacks,
    ...requestAttacks,
  };
  const benignGrammar = {
    ...indirectRules,
    ...workRules,
    ...benignRules,
    ...broadBenignRules,
    ...broadLanguageBenign,
    ...benignSeeds,
    ...carrierSeeds,
    ...languageSeedBenign,
    ...technicalSeeds,
    ...straySeeds,
    ...casualBenign,
    ...workdaySeeds,
    ...intentBenign,
    ...languageIntentBenign,
    ...displayBenign,
    ...requestBenign,
    ...moreRequestBenign,
  };
  const languageGrammar = {
    ...languageAttackRules,
    ...broadLanguageAttacks,
    ...languageSeedAttacks,
    ...languageIntentAttacks,
  };
  const rows = [];
  const add = (family, kind, label, count, templates, rules) => {
    const seen = new Set();
    for (let tries = 0; seen.size < count && tries < count * 4; tries += 1) {
      const made = vary(expand(templates[Math.floor(random() * templates.length)], rules, random), random);
      if (made) seen.add(made);
    }
    for (const text of seen)
      rows.push({ text, label, kind, source: `own/${family}`, group: `own/${family}` });
  };
  for (const [family, kind, label, count, templates] of FAMILIES)
    add(family, kind, label, count, templates, attackGrammar);
  for (const [language, count] of LANGUAGE_FAMILIES)
    add(language, 'direct', 1, count, [`<${language}>`], languageGrammar);
  for (const [family, kind, count] of BENIGN_FAMILIES)
    add(family, kind, 0, count, [`<${family}>`], benignGrammar);
  // last, so that what the families before are made of stays as it was
  for (const [family, kind, label, count, templates] of REQUEST_TWINS)
    add(family, kind, label, count, templates, attackGrammar);
  for (const [family, kind, count] of MACHINE_FAMILIES)
    add(family, kind, 0, count, [`<${family}>`], machineWork);
  return rows;
}

const ENDINGS = ['.example', '.example', '.com', '.com', '.net', '.org', '.io', '.de', '.co.uk'];

/** Case, punctuation and typing mistakes as people make them. */
function vary(text, random) {
  let varied = text;
  const dice = random();
  if (dice < 0.45) varied = varied.charAt(0).toUpperCase() + varied.slice(1);
  else if (dice < 0.5) varied = varied.toUpperCase();
  else if (dice < 0.62) varied = varied.toLowerCase();
  if (random() < 0.08) {
    const at = Math.floor(random() * varied.length);
    varied =
      random() < 0.5
        ? varied.slice(0, at) + varied.slice(at + 1)
        : varied.slice(0, at) + varied.charAt(at) + varied.slice(at);
  }
  if (random() < 0.1) varied = varied.replace(/[.!]$/, '');
  // an address says nothing about intent, so its ending must not either
  varied = varied.replaceAll('.example', () => pick(ENDINGS, random));
  return varied;
}
