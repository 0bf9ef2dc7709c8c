const LONG_SENTENCE = 20;
/** Office words and what people say instead. */
const PLAIN: Record<string, string> = {
  utilise: 'use',
  utilize: 'use',
  utilisation: 'use',
  utilization: 'use',
  commence: 'start',
  terminate: 'end',
  facilitate: 'help',
  aforementioned: 'this',
  mandatory: 'needed',
  prior: 'before',
  subsequent: 'next',
  'please be advised that': '(leave it out)',
  'in order to': 'to',
  'due to the fact that': 'because',
  'in the event that': 'if',
  endeavour: 'try',
  remuneration: 'pay',
};
const PASSIVE = /\b(?:is|are|was|were|be|been|being)\s+\w+(?:ed|en)\b/gi;
const VAGUE_BUTTON = /\b(?:click here|read more|submit)\b/gi;

/** What makes a text hard, worst first, with the Flesch reading ease (Flesch 1948; 60 and above is plain English). */
export function reviewText(text: string): string[] {
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => /\p{L}/u.test(sentence));
  const words = text.match(/\p{L}+(?:['’-]\p{L}+)*/gu) ?? [];
  if (words.length === 0) return ['There is no text to review.'];
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const ease = 206.835 - (1.015 * words.length) / sentences.length - (84.6 * syllables) / words.length;
  const long = sentences.filter((sentence) => sentence.split(/\s+/).length > LONG_SENTENCE);
  const passive = text.match(PASSIVE) ?? [];
  const vague = text.match(VAGUE_BUTTON) ?? [];
  const office = Object.entries(PLAIN).filter(([word]) => new RegExp(`\\b${word}\\b`, 'i').test(text));
  return [
    `Reading ease ${Math.round(ease)} of 100 (60 and above is plain), ${words.length} words in ${sentences.length} sentences.`,
    ...long.map((sentence) => `- Split this sentence: "${sentence.slice(0, 80)}…"`),
    ...office.map(([word, plain]) => `- "${word}" → ${plain}`),
    ...passive.map((phrase) => `- Say who does it instead of "${phrase}"`),
    ...vague.map((phrase) => `- Name what happens instead of "${phrase}"`),
    ...(long.length + office.length + passive.length + vague.length === 0
      ? ['- I find nothing to change.']
      : []),
  ];
}

/** Groups of vowels, without a silent e at the end; right for most English words. */
function syllablesOf(word: string): number {
  const groups = word
    .toLowerCase()
    .replace(/e$/, '')
    .match(/[aeiouyäöüéè]+/gu);
  return Math.max(1, groups?.length ?? 0);
}
