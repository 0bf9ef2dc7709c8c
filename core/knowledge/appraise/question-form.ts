/** How English questions ask, each whether it does; several may hold. */
const FORMS: RegExp[] = [
  /^(can|could|may|do|does|did|is|are|am|will|would|should|must|have|has|was|were)\b/iu,
  /\bhow (many|much|big|large|high|far|old|heavy)\b/iu,
  /\bhow (long|soon|quickly|fast|early|late)\b/iu,
  /\bhow often\b/iu,
  /^how (do|can|should|to|is|are|does)\b|\bhow (do|to) i?\b/iu,
  /\bwhere\b/iu,
  /\bwho(m|se|'s|s)?\b/iu,
  /\bwhen(s|'s)?\b|\bwhat time\b|\bwhat day\b|\bby when\b/iu,
  /\bwhich\b/iu,
  /\bwhat('s|s)?\b/iu,
  /\bwhy\b/iu,
  /\bif\b/iu,
  /\?\s*$/u,
  /\b(i|my|me|i'm|im|we|our)\b/iu,
];

/** What an English text shows by its look. */
const SHOWN: RegExp[] = [
  /\d/u,
  /[$€£¥]\s?\d|\d[\d.,]*\s?(k\b|usd|eur|gbp|chf|dollars?|euros?|pounds?|pence|cents?)|\bfree\b/iu,
  /\b(second|minute|hour|day|week|month|year)s?\b/iu,
  /\d{1,2}[:.]\d{2}|\b\d{1,2} ?(am|pm)\b|\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b|\b(january|february|march|april|may|june|july|august|september|october|november|december)\b/iu,
  /\b(every|each|daily|weekly|monthly|quarterly|yearly|annual|annually|once|twice|per)\b/iu,
  /@|https?:|\bext(ension|\.)?\b|\b\d{3,}[\d -]*\b|#\w|portal|\bform\b/iu,
  /(?<=[a-z,;:] )[A-Z][a-z]+(?: [A-Z][a-z]+)?/u,
  /\b(room|floor|building|office|desk|basement|reception|behind|next to|in the|at the|locker|cupboard|shelf|drawer)\b/iu,
  /\b(manager|lead|team|director|officer|head|desk|owner|nurse|supervisor|assistant|committee|department|partner|coordinator|captain)\b/iu,
  /\b(not|no|never|only|must not|cannot|without|except|unless)\b/iu,
  /\b(may|can|allowed|permitted|welcome|must|should)\b/iu,
];

const marks = (patterns: RegExp[], text: string): number[] =>
  patterns.map((pattern) => Number(pattern.test(text)));

/** How a question asks: zeros and ones, one for each form. */
export const formOf = (question: string): number[] => marks(FORMS, question);

/** What a text shows: figures, sums, durations, times, frequencies, contacts, names, places, roles, refusals, permissions. */
export const shownIn = (text: string): number[] => marks(SHOWN, text);
