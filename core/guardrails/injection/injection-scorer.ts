import { normalise, type Disguise } from '../normalise.js';
import { cutWindows } from '../windows.js';
import type { TextOrigin } from '../screen.js';
import { loadInjectionModels, logit, type InjectionModels } from './classifier.js';
import { createConceptFinder } from './concepts.js';
import { createFeatureExtractor, type FeatureVector } from './features.js';
import { applyInjectionRules } from './rules.js';
import { readTokens } from './topics.js';

/** Windows in which a text is scored; the classifier was measured with these. */
export const WINDOW_SIZE = 400;
export const WINDOW_OVERLAP = 80;

/** How likely a text is an attack on the assistant. */
export interface InjectionScore {
  /** 0 to 1; where the shipped thresholds stand on it: docs/injection-model-card.md. */
  score: number;
  /** Rule ids for the operator, strongest evidence first; empty for a harmless text. */
  reasons: string[];
  /** The window (of the normalised text) that scored highest. */
  worst: string;
}

export interface InjectionScorer {
  readonly version: string;
  /** @param origin whose words they are; a person's, unless it is said. */
  score(text: string, origin?: TextOrigin): InjectionScore;
}

const NAMED_FROM = 0.3;
/** Log odds above which a disguise counts, and what it adds. */
const DISGUISE_FROM = -2.5;
const DISGUISE_BONUS = 2.5;

/** An order to the assistant is one wherever it stands; in a document the model for typed text has to be surer by this. */
const TYPED_MARGIN = 1.2;

/** Log odds of an attack. */
type Judge = (features: FeatureVector) => number;

const isDisguised = ({ spaced, confusable, leet, invisible, entities }: Disguise): boolean =>
  spaced > 0 || confusable > 1 || leet > 1 || invisible > 2 || entities > 8;

/** Makes the scorer; weights are read once here. */
export function createInjectionScorer(models: InjectionModels = loadInjectionModels()): InjectionScorer {
  const finder = createConceptFinder();
  const extractor = createFeatureExtractor(finder);
  const knows = (word: string): boolean => finder.knows(word);

  const scorePlain = (judge: Judge, text: string, disguise?: Disguise): { value: number; worst: string } => {
    let value = -Infinity;
    let worst = '';
    for (const window of cutWindows(text, WINDOW_SIZE, WINDOW_OVERLAP)) {
      const next = judge(extractor.extract(window.text, disguise));
      if (next > value) {
        value = next;
        worst = window.text;
      }
    }
    return { value, worst };
  };

  return {
    version: models.version,
    score(original, origin = 'user') {
      const isTyped = origin === 'user' || origin === 'model';
      const judge: Judge = (features) => {
        const typed = logit(models.typed, features);
        return isTyped ? typed : Math.max(logit(models.read, features), typed - TYPED_MARGIN);
      };
      const read = normalise(original, knows);
      const main = scorePlain(judge, read.text, read.disguise);
      let { value, worst } = main;
      // nobody spells an order out letter by letter or in foreign letters without a reason
      if (isDisguised(read.disguise) && value > DISGUISE_FROM) value += DISGUISE_BONUS;
      const reasons = new Set<string>();
      for (const part of read.decoded) {
        const inner = scorePlain(judge, normalise(part.text, knows).text);
        // hiding an order is itself a sign, so a hidden order weighs more than the same order in the open
        const raised = inner.value > -1 ? inner.value + 1 : inner.value;
        if (raised > -1) reasons.add(`injection.hidden-${part.kind}`);
        if (raised > value) {
          value = raised;
          worst = part.text;
        }
      }
      let score = 1 / (1 + Math.exp(-value));
      const findings = applyInjectionRules(worst, finder.find(readTokens(worst)));
      for (const { floor } of findings) score = Math.max(score, floor * 0.98 + score * 0.02);
      if (score >= NAMED_FROM) {
        for (const { id } of findings) reasons.add(`injection.${id}`);
        for (const [name, count] of Object.entries(read.disguise)) {
          if (count > 2) reasons.add(`injection.disguise-${name}`);
        }
        if (reasons.size === 0) reasons.add('injection.classifier');
      }
      return { score, reasons: score >= NAMED_FROM ? [...reasons] : [], worst };
    },
  };
}
