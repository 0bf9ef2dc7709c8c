/** What a text takes for granted, found by its words alone. */
export interface Examined {
  /** Sentences that allow no exception. */
  absolutes: string[];
  /** Sentences with figures or dates. */
  figures: string[];
  /** Sentences that say why. */
  causes: string[];
  /** Sentences that hope. */
  hedges: string[];
  /** Names and roles in it. */
  people: string[];
}

const ABSOLUTE =
  /\b(?:always|never|every(?:one|body|thing)?|all|none|nobody|only|must|cannot|impossible|guaranteed?|obviously|clearly|certainly|immer|nie(?:mals)?|alle[ns]?|niemand|nur|muss|unmöglich|siempre|nunca|todos?|nadie|sólo|solo|toujours|jamais|tous|personne|seulement)\b/iu;
const CAUSE =
  /\b(?:because|since|therefore|so that|leads? to|results? in|due to|causes?|will (?:reduce|increase|save|improve)|weil|deshalb|führt zu|dadurch|porque|por eso|parce que|donc|grâce à)\b/iu;
const HEDGE =
  /\b(?:should|hope(?:fully)?|expect|assume|probably|likely|plan to|easy|simple|quick(?:ly)?|just|sollte|hoffentlich|vermutlich|einfach|debería|probablemente|fácil|devrait|probablement|facile)\b/iu;
const FIGURE = /\d/;
const MOST = 6;
const LONGEST = 240;
const PEOPLE =
  /\b(?:the )?(?:team|department|customers?|users?|employees?|managers?|suppliers?|landlord|works council|board|auditors?|[A-Z][\p{L}]+ team)\b/gu;

/** Sorts a text's sentences by how they could be wrong. */
export function examine(text: string): Examined {
  const sentences = text
    .split(/(?<=[.!?。])\s+|\n+/u)
    .map((sentence) => sentence.trim().slice(0, LONGEST))
    .filter((sentence) => sentence.length > 3);
  const that = (pattern: RegExp): string[] =>
    sentences.filter((sentence) => pattern.test(sentence)).slice(0, MOST);
  return {
    absolutes: that(ABSOLUTE),
    figures: that(FIGURE),
    causes: that(CAUSE),
    hedges: that(HEDGE),
    people: [...new Set([...text.matchAll(PEOPLE)].map(([name]) => name.toLowerCase()))].slice(0, MOST),
  };
}
