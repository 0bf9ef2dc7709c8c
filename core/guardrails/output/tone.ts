import { foldConfusables } from '../confusables.js';
import { applyPatterns, type OutputFinding, type PatternRule } from './finding.js';

/** Coarse words, stored rotated by 13 letters so that this file can be read at work. */
const COARSE =
  'shpx fuvg ovgpu nffubyr phag jnaxre onfgneq qvpxurnq zbgureshpxre ohyyfuvg cevpx gjng fyhg juber ergneq nefpuybpu fpurvffr jvpufre uher zvreqn chgn pnoeba zreqr pbaaneq chgnva rapheyr';
const rotate = (word: string): string =>
  word.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97));
const PROFANE = new RegExp(
  `(?<![\\p{L}])(?:${COARSE.split(' ').map(rotate).join('|')})(?:s|es|ed|ing|er|in|n|e)?(?![\\p{L}])`,
  'giu',
);

const TONE: PatternRule[] = [
  {
    id: 'tone.insult',
    pattern:
      /\b(?:you(?:'re| are)|du bist|eres|tu es|vous êtes) (?:such )?(?:an? |ein |eine |un |une )?(?:complete |total |absolute |fucking |so |really |very |völliger )?(?:idiot|moron|imbecile|stupid|dumb|worthless|pathetic|useless|loser|incompetent|ridiculous|dummkopf|dumm|estúpido|inútil|imbécile|nul)\b/giu,
    risk: 0.75,
  },
  {
    id: 'tone.contempt',
    pattern:
      /\b(?:shut up|nobody cares|stop wasting my time|don't bother me|what a stupid question|are you even listening|go to hell|halt die klappe|cállate|ferme-la)\b/giu,
    risk: 0.7,
  },
  {
    id: 'tone.threat',
    pattern:
      /\b(?:I(?:'ll| will) (?:hurt|kill|destroy|ruin|fire|report) you|you (?:will|are going to) (?:regret|pay for) this|or else you(?:'ll| will))\b/gi,
    risk: 0.8,
  },
  {
    id: 'tone.hate',
    pattern:
      /\b(?:I hate|all|those|these) (?:women|men|foreigners|immigrants|muslims|jews|christians|gays|blacks|whites|mexicans|asians)\b(?: are (?:stupid|criminals|inferior|animals|lazy|dirty|evil))?/gi,
    risk: 0.8,
  },
];

/** Profanity, insults, threats and contempt. */
export function findToneProblems(text: string): OutputFinding[] {
  const readable = foldConfusables(text).text;
  const profane = Array.from(readable.matchAll(PROFANE), (match) => ({
    id: 'tone.profanity',
    start: match.index,
    end: match.index + match[0].length,
    risk: 0.6,
  }));
  return [...profane, ...applyPatterns(TONE, text)];
}
