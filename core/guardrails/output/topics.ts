import type { OutputFinding } from './finding.js';

/** Topics a company may not want its assistant to speak on. */
export type TopicName = 'financial-advice' | 'medical-advice' | 'legal-advice' | 'competitors';

/** Words by which a statement becomes advice to the reader. */
const ADVISES =
  /\b(?:you should|you(?:'d| had) better|I (?:recommend|advise|suggest)|we recommend|my advice|you (?:must|need to|ought to|can safely)|you (?:can|could|may) (?:take|stop taking|sue|plead)|(?:time|moment|chance) to (?:buy|sell|invest)\b|is (?:safe|guaranteed|a good|the best)|will (?:rise|double|go up|cure)|du solltest|sie sollten|man sollte|du musst|sie müssen|ich (?:empfehle|rate)|deber[íi]as?|le aconsejo|te aconsejo|recomiendo|tu devrais|vous devriez|il faut|je (?:vous |te )?(?:recommande|conseille))/i;

/** Orders to the reader, where a sentence or a clause begins: "Take 400 mg.", "If it hurts, take two." */
const ORDERS =
  /(?:^[\s"'“*_>\d.-]*|[,;:]\s|\b(?:then|please|dann|bitte|entonces|por favor|alors|puis)\s)(?:please |just |bitte |por favor )?(?:buy|sell|invest|take|stop taking|sue|sign|plead|(?:nehmen|kaufen|verkaufen|investieren|verklagen|unterschreiben) sie|nimm|kaufe?|verkaufe?|investiere?|verklage?|compr[ae]|vend[ae]|inviert[ae]|tom[ae]|deje de tomar|deja de tomar|demand[ae]|achet(?:ez|e)|achète|vend(?:ez|s)|investi(?:ssez|s)|pren(?:ez|ds)|arrêtez de prendre|poursuivez)(?![\p{L}])/iu;

/** Whether a sentence tells its reader what to do. */
const advises = (sentence: string): boolean => ADVISES.test(sentence) || ORDERS.test(sentence);

/** Words of the fields. */
const FIELDS: Record<Exclude<TopicName, 'competitors'>, RegExp> = {
  'financial-advice':
    /\b(?:stocks?|shares?|bonds?|crypto(?:currenc(?:y|ies))?|bitcoin|ethereum|etfs?|mutual funds?|portfolio|invest(?:ing|ments?)?|day.?trading|options trading|mortgage|401k|aktien?|anlegen|geldanlage|acciones|inversi[oó]n|actions en bourse|(?:des|vos|les) actions|bourse|placement)\b/i,
  'medical-advice':
    /\b(?:diagnos\w{1,6}|symptoms?|dos(?:e|age)|milligrams?|\d{1,4} ?mg|ibuprof(?:en|eno|ène)|paracetamol|paracétamol|aspirina?|antibiotics?|antidepressants?|insulin|medication|medicine|prescription|treatment|therapy|cancer|diabetes|blood pressure|infection|medikament\w{0,4}|arznei|tabletten|s[ií]ntomas?|medicamentos?|m[ée]dicaments?)\b/i,
  'legal-advice':
    /\b(?:lawsuit|sue|court|liable|liability|plead|attorney|legal claim|breach of contract|statute of limitations|divorce|custody|criminal charges?|evidence act|klage|gericht|rechtlich|anwalt|demanda|juicio|tribunal|avocat|procès)\b/i,
};

const SENTENCE = /[^.!?\n]{1,600}[.!?\n]?/g;

export interface TopicPolicy {
  /** Topics that are findings. */
  topics: readonly TopicName[];
  /** Names of competitors, for `competitors`. */
  competitors: readonly string[];
}

const escape = (word: string): string => word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Sentences that give advice on a topic, or speak of a competitor, where the tenant does not want it. */
export function findTopics(text: string, { topics, competitors }: TopicPolicy): OutputFinding[] {
  const found: OutputFinding[] = [];
  const wanted = topics.filter((topic) => topic !== 'competitors');
  for (const match of wanted.length > 0 ? text.matchAll(SENTENCE) : []) {
    for (const topic of wanted) {
      if (FIELDS[topic].test(match[0]) && advises(match[0])) {
        found.push({
          id: `topic.${topic}`,
          start: match.index,
          end: match.index + match[0].trimEnd().length,
          risk: 0.6,
        });
      }
    }
  }
  if (topics.includes('competitors') && competitors.length > 0) {
    const names = new RegExp(
      `(?<![\\p{L}\\p{N}])(?:${competitors.map(escape).join('|')})(?![\\p{L}\\p{N}])`,
      'giu',
    );
    for (const match of text.matchAll(names)) {
      found.push({
        id: 'topic.competitors',
        start: match.index,
        end: match.index + match[0].length,
        risk: 0.55,
      });
    }
  }
  return found;
}
