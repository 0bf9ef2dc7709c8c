/** What kind of thing a question wants to know. */
export type QuestionShape =
  'number' | 'duration' | 'money' | 'time' | 'person' | 'place' | 'yes-no' | 'reason' | 'way' | 'thing';

const SHAPES: [QuestionShape, RegExp][] = [
  [
    'money',
    /\bhow much (?!time\b)|\bbudgets?\b|\b(what|which) (is the )?(price|cost|amount|salary|fee)\b|\bwie ?viel (geld|kostet|euro)|\bwie teuer\b|\bwas kostet\b|\bcuánto (dinero|cuesta)|\bcombien (coûte|d'argent|d'euros)/iu,
  ],
  [
    'duration',
    /\bhow (long|soon|quickly|fast|early|often|late)\b|\bhow (many|much) (days|weeks|months|years|hours|minutes|time)\b|\bwie ?(lange?\b(?! (muss|darf|soll))|oft|viele (tage|wochen|monate|stunden))|\bcuánt[oa]s? (tiempo|días|semanas|meses|horas)|\bcombien de (temps|jours|semaines|mois|heures)/iu,
  ],
  [
    'number',
    /\bhow (many|much|big|large|high|far|old|tall|deep|heavy)\b|\b(percentage|number of|maximum|minimum|limit)\b|\bwie ?viele?\b|\bwie (hoch|lang|gro(ß|ss)|weit|schwer|alt)\b|\bcuánt[oa]s?\b|\bcombien\b/iu,
  ],
  [
    'time',
    /\bwhens?\b|\b(what|which) (time|date|day|month|year|century|decade)\b|\bdeadline\b|\bwann\b|\bcuándo\b|\bquand\b/iu,
  ],
  ['person', /\bwho(m|se|s)?\b|\bwer\b|\bwem\b|\bwen\b|\bquién(es)?\b|\bqui\b/iu],
  [
    'place',
    /\bwheres?\b|\b(in|at|to|from)? ?(what|which) (city|country|place|room|building|state|region|location|site)\b|\bwo\b|\bwohin\b|\bdónde\b|\boù(?!\p{L})/iu,
  ],
  ['reason', /\bwhy\b|\bwhat (is the )?reason\b|\bwarum\b|\bwieso\b|\bpor qué\b|\bpourquoi\b/iu],
  ['way', /\bhows?\b|\bwie\b|\bcómo\b|\bcomment\b/iu],
  [
    'yes-no',
    /^(and |but |so )?(is|are|was|were|am|do|does|did|can|could|may|must|shall|should|will|would|has|have|had|darf|kann|muss|ist|sind|gibt|puedo|debo|hay|peut-on|puis-je|est-ce|dois-je)\b|[,-] (do|does|can|could|may|must|will|would|is|are) (i|we|you|it|they|that|there|the|somebody|someone|anybody)\b/iu,
  ],
];

export function shapeOf(question: string): QuestionShape {
  return SHAPES.find(([, pattern]) => pattern.test(question))?.[0] ?? 'thing';
}

const DEFINITION =
  /^(what('?s| is| are| was| does)|who('?s| is| are)|explain|tell me about|was (ist|sind|bedeutet)|qué (es|son|significa)|qu'est-ce qu|c'est quoi|que signifie)(?!\p{L})/iu;

/** "What is Project Heron?": it wants to know a thing, and a section named after it tells. */
export const asksWhatItIs = (question: string): boolean => DEFINITION.test(question.trim());

const SEVERAL =
  /\b(compar(e|ed|ison)|differ(s|ence|ences|ent)?|versus|vs|both|all (the|of)|list|which \p{L}+s (are|do|have|can)|what (kinds|types|sorts)|unterschied(e|lich)?|vergleich(e|en)?|beide[rn]?|welche \p{L}+n|alle|diferencias?|compar(a|ar)|ambos|todos|qué tipos|différences?|comparer|tous|toutes|quels types)(?!\p{L})/iu;

/** "What is the difference between a trip and a commute?": it wants more than one thing. */
export const asksForSeveral = (question: string): boolean => SEVERAL.test(question);

const NUMBER =
  /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|thousand|million|half|once|twice|dozen|single|double)\b/iu;
const EVIDENCE: Partial<Record<QuestionShape, RegExp>> = {
  number: NUMBER,
  duration:
    /(\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|few|several)\b)[\d,.\s-]*(business |working |calendar |consecutive |full )?(second|minute|hour|day|week|month|quarter|year|cent|decade|character|letter|digit|word|page|line|metre|meter|mile|foot|feet|inch)|\b(daily|weekly|bi-?weekly|monthly|quarterly|annual|annually|yearly|immediately|every|once|twice|per (day|week|month|year))\b|\d\s*(tage|wochen|monate|stunden|minuten|jahre|días|semanas|meses|horas|jours|semaines|mois|heures)|\d{4}/iu,
  money: /[$€£¥]\s?\d|\d[\d.,]*\s?(usd|eur|gbp|chf|dollars?|euros?|pounds|%|percent|€)/iu,
  time: /\b\d{4}\b|\b\d{1,2}[:.]\d{2}\b|\b\d{1,2} ?(am|pm)\b|\b(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|morning|noon|evening|century|quarter|annually|weekly|monthly|daily|every|once|within|after|before|until|prior|days?|weeks?|months?|years?|hours?|minutes?)\b/iu,
  person:
    /\p{Ll}[\p{L}'’-]*[,;:]? +\p{Lu}\p{Ll}+|@\w|\b([Mm]anager|[Ll]ead|[Tt]eam|[Dd]irector|[Oo]fficer|[Hh]ead of|[Ee]xecutive|VP|CEO|CTO|CFO|HR|[Dd]esk|[Oo]wner|[Ee]ngineer|[Ee]mployee|[Tt]eammate|[Ss]upervisor|[Pp]resident|[Kk]ing|[Ee]mperor|[Dd]epartment|[Cc]ommittee|[Cc]ouncil|[Cc]olleague|[Pp]erson|[Bb]uddy)\b/u,
  place:
    /\b([Ii]n|[Aa]t|[Oo]n|[Nn]ear|[Ff]rom|[Tt]o|[Vv]ia|[Tt]hrough|[Uu]nder|[Ii]nto|[Uu]sing) +(the +)?["#\p{Lu}]|https?:|\.(com|org|io)\b|\b(room|building|floor|site|office|channel|portal|page|folder|shelf|desk|form|app)\b/u,
  reason:
    /\b(because|since|so that|in order to|due to|reason|therefore|as a result|to (avoid|ensure|protect|reduce|prevent|make|help|keep)|allows?|helps?)\b/iu,
};

/** Whether a sentence holds the kind of thing that the question wants; `undefined` where no sign tells. */
export function fitsShape(shape: QuestionShape, sentence: string): boolean | undefined {
  return EVIDENCE[shape]?.test(sentence);
}
