import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broadAttackRules } from './attacks-broad.mjs';
import { disguisedAttackRules } from './attacks-disguised.mjs';
import { attackRules } from './attacks-english.mjs';
import { indirectRules } from './attacks-indirect.mjs';
import { jailbreakRules } from './attacks-jailbreak.mjs';
import { languageAttackRules } from './attacks-languages.mjs';
import { benignRules } from './benign.mjs';
import { broadBenignRules } from './benign-broad.mjs';
import { workRules } from './benign-work.mjs';
import { createRandom, expand } from './expand.mjs';
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
];

/** Our own sentences, made by grammar; the same seed makes the same list. */
export function makeOwnRows(seed = 20261121) {
  const random = createRandom(seed);
  const attackGrammar = {
    ...attackRules,
    ...jailbreakRules,
    ...indirectRules,
    ...broadAttackRules,
    ...disguisedAttackRules,
  };
  const benignGrammar = {
    ...indirectRules,
    ...workRules,
    ...benignRules,
    ...broadBenignRules,
    ...broadLanguageBenign,
  };
  const languageGrammar = { ...languageAttackRules, ...broadLanguageAttacks };
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
  return rows;
}

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
  return varied;
}
