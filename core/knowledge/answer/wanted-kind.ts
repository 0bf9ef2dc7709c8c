/** What a question wants to be told that a sentence shows by its look, also where it says so in a word only ("gym money"). */
type WantedKind = 'money' | 'time' | 'number' | 'person';

const WANTED: [WantedKind, RegExp][] = [
  [
    'money',
    /\bhow much (?!time\b)|\b(costs?|prices?|fees?|salary|budget|pay|paid|amount|allowance|stipend|money|earn)\b/iu,
  ],
  [
    'time',
    /\bhow (long|soon|quickly|fast|early|often|late|far ahead)\b|\bhow (many|much) (days|weeks|months|years|hours|minutes|time)\b|\bwhens?\b|\b(by|until|since|from) when\b|\bdeadline\b|\b(which|what) (day|month|time)\b|\b(hours|times?|dates?)\b/iu,
  ],
  [
    'number',
    /\bhow (many|big|large|high|far|old)\b|\b(percentage|number of|maximum|limit)\b|\bwhat share\b/iu,
  ],
  ['person', /\bwho(m|se|'s|s)?\b/iu],
];

const SHOWN: Record<WantedKind, RegExp> = {
  money:
    /[$€£¥]\s?\d|\d[\d.,]*\s?(k\b|usd|eur|gbp|chf|dollars?|euros?|pounds?|pence|cents?|%|per ?cent)|\bfree\b|\bno charge\b/iu,
  time: /\d{1,2}[:.]\d{2}|\b\d{1,2} ?(am|pm)\b|\b(january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:mon|tues|wednes|thurs|fri|satur|sun)days|daily|weekly|monthly|annual|annually|yearly|quarter|once|twice|immediately|noon|midnight)\b|(\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty))[\p{L}\p{N}_ -]{0,14}(second|minute|hour|day|week|month|year|character|letter|digit|word|page|line|metre|meter|mile|foot|feet|inch)(es|s)?\b/iu,
  number: /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|half|once|twice)\b/iu,
  person:
    /\p{Ll}[,;:]? +\p{Lu}\p{Ll}+|@\p{L}|\b(manager|lead|team|director|officer|head|desk|owner|nurse|supervisor|assistant|committee|governors?|department)\b/u,
};

/** Whether an English question wants a kind of thing that a sentence does not show. */
export function lacksWantedKind(question: string, sentence: string): boolean {
  const wanted = WANTED.find(([, asks]) => asks.test(question))?.[0];
  return wanted !== undefined && !SHOWN[wanted].test(sentence);
}
