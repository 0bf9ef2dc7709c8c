import type { OutputFinding } from './finding.js';

/** Topics a company may not want its assistant to speak on. */
export type TopicName = 'financial-advice' | 'medical-advice' | 'legal-advice' | 'competitors';

interface TopicRule {
  /** Words of the field. */
  field: RegExp;
  /** Words by which a statement becomes advice to the reader. */
  advice: RegExp;
}

const ADVISES =
  /\b(?:you should|you(?:'d| had) better|I (?:recommend|advise|suggest)|we recommend|my advice|you (?:must|need to|ought to|can safely)|(?:buy|sell|invest|take|stop taking|sue|sign|plead)\b|is (?:safe|guaranteed|a good|the best)|will (?:rise|double|go up|cure)|du solltest|sie sollten|ich empfehle|deberías|recomiendo|tu devrais|vous devriez|je recommande)/i;

const RULES: Record<Exclude<TopicName, 'competitors'>, TopicRule> = {
  'financial-advice': {
    field:
      /\b(?:stocks?|shares?|bonds?|crypto(?:currenc(?:y|ies))?|bitcoin|ethereum|etfs?|mutual funds?|portfolio|invest(?:ing|ments?)?|day.?trading|options trading|mortgage|401k|aktien?|anlegen|geldanlage|acciones|inversi[oó]n|actions en bourse|placement)\b/i,
    advice: ADVISES,
  },
  'medical-advice': {
    field:
      /\b(?:diagnos\w{1,6}|symptoms?|dos(?:e|age)|milligrams?|\d{1,4} ?mg|ibuprofen|paracetamol|aspirin|antibiotics?|antidepressants?|insulin|medication|medicine|prescription|treatment|therapy|cancer|diabetes|blood pressure|infection|medikament\w{0,4}|arznei|tabletten|s[ií]ntomas?|medicamentos?|m[ée]dicaments?)\b/i,
    advice: ADVISES,
  },
  'legal-advice': {
    field:
      /\b(?:lawsuit|sue|court|liable|liability|plead|attorney|legal claim|breach of contract|statute of limitations|divorce|custody|criminal charges?|evidence act|klage|gericht|rechtlich|anwalt|demanda|juicio|tribunal|avocat|procès)\b/i,
    advice: ADVISES,
  },
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
      const { field, advice } = RULES[topic];
      if (field.test(match[0]) && advice.test(match[0])) {
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
