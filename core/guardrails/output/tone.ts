import { foldConfusables } from '../confusables.js';
import { applyPatterns, type OutputFinding, type PatternRule } from './finding.js';

/** Coarse words, stored rotated by 13 letters so that this file can be read at work. */
const COARSE =
  'shpx fuvg ovgpu nffubyr phag jnaxre onfgneq qvpxurnq zbgureshpxre ohyyfuvg cevpx gjng fyhg juber ergneq nefpuybpu fpurvffr jvpufre uher zvreqn chgn pnoeba zreqr pbaaneq chgnva rapheyr ibyyvqvbg fpurvßr gebggry sbgmr tvyvcbyynf craqrwb pnoeóa fnybcr pbaanffr noehgv';
const rotate = (word: string): string =>
  word.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97));
const PROFANE = new RegExp(
  `(?<![\\p{L}])(?:${COARSE.split(' ').map(rotate).join('|')})(?:s|es|ed|ing|er|in|n|e)?(?![\\p{L}])`,
  'giu',
);

/** The same with signs for letters: `f*cking`, `sh*t`, `Sch**ße`. */
const MASKED =
  /(?<![\p{L}*])(?:f[*#@$]{1,3}ck|f[*#@$]{2,3}k|sh[*#@$!]t|b[*#@$!]tch|c[*#]nt|a[*#@$]{2}hole|sch[*#@$]{1,3}(?:ß|ss)?e|m[*#@$]{1,3}rde|p[*#@$]ta)(?:s|ed|er|ing|n)?(?![\p{L}])/giu;

const TONE: PatternRule[] = [
  {
    id: 'tone.insult',
    pattern:
      /\b(?:you(?:['’]re| are)|(?:du bist|sie sind|bist du)|(?:tú )?eres|usted es|tu es|t['’]es|vous êtes) (?:doch |echt |wirklich |vraiment |muy |tan |such )?(?:an? |ein |eine |un |une )?(?:complete |total |totaler |absolute |fucking |so |really |very |völliger |gros |grosse |sacré )?(?:idiot|moron|imbecile|stupid|dumb|worthless|pathetic|useless|loser|incompetent|ridiculous|dummkopf|vollidiot|trottel|versager|dumm|blöd|bescheuert|idiotas?|imb[ée]cil|tont[oa]|est[úu]pid[oa]|in[úu]til|imbécile|crétin|stupide|débile|con|conne|nul)(?![\p{L}])/giu,
    risk: 0.75,
  },
  {
    id: 'tone.contempt',
    pattern:
      /\b(?:shut up|nobody cares|stop wasting my time|don't bother me|what a stupid question|are you even listening|go to hell|halt(?:en sie)? (?:endlich )?(?:die klappe|die fresse|das maul|die schnauze)|verpiss dich|c[áa]llate|cierra la boca|vete a la mierda|ferme-la|ferme ta (?:gueule|bouche)|ta gueule|va te faire)(?![\p{L}])/giu,
    risk: 0.7,
  },
  {
    id: 'tone.threat',
    pattern:
      /\b(?:I(?:['’]ll| will| am going to|['’]m going to) (?:(?:find|get|catch|come for) you and )?(?:hurt|kill|destroy|ruin|fire|report) you|I(?:['’]ll| will) hunt you down|ich (?:werde|will) (?:dich|sie) (?:finden und )?(?:umbringen|töten|fertigmachen|verletzen|zerstören)|ich (?:bringe dich um|mache dich fertig)|te voy a (?:matar|destruir|hacer daño)|voy a (?:matarte|destruirte)|je vais (?:te|vous) (?:tuer|détruire|frapper|faire du mal)|you (?:will|are going to) (?:regret|pay for) this|or else you(?:['’]ll| will))(?![\p{L}])/giu,
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
  const coarse = [...readable.matchAll(PROFANE), ...text.matchAll(MASKED)];
  const profane = coarse.map((match) => ({
    id: 'tone.profanity',
    start: match.index,
    end: match.index + match[0].length,
    risk: 0.6,
  }));
  return [...profane, ...applyPatterns(TONE, text)];
}
