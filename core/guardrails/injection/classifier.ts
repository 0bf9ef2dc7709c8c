import { readFileSync } from 'node:fs';
import { Defect } from '../../kernel/errors.js';
import { shippedFile } from '../../kernel/package-root.js';
import type { FeatureVector } from './features.js';
import { FEATURE_SLOTS } from './hashing.js';

/** A trained linear model: a 16-bit number per slot, scaled, and two numbers that turn the sum into a probability. */
export interface InjectionModel {
  version: string;
  weights: Int16Array;
  scale: number;
  bias: number;
}

interface ModelDescription {
  version: string;
  slots: number;
  scale: number;
  bias: number;
}

/**
 * Reads the shipped weights.
 * @throws Defect when the file does not fit the feature space this code was built with.
 */
export function loadInjectionModel(): InjectionModel {
  const describe = shippedFile('core', 'guardrails', 'weights', 'injection.json');
  const description = JSON.parse(readFileSync(describe, 'utf8')) as ModelDescription;
  const bytes = readFileSync(shippedFile('core', 'guardrails', 'weights', 'injection.bin'));
  if (description.slots !== FEATURE_SLOTS || bytes.length !== FEATURE_SLOTS * 2) {
    throw new Defect(
      'guardrails.weights-mismatch',
      `The injection weights have ${bytes.length} bytes, the code expects ${FEATURE_SLOTS * 2}. Train them anew with npm run train:injection.`,
    );
  }
  return {
    version: description.version,
    weights: Int16Array.from({ length: FEATURE_SLOTS }, (_, slot) => bytes.readInt16LE(slot * 2)),
    scale: description.scale,
    bias: description.bias,
  };
}

/** Log odds of an attack. */
export function logit(model: InjectionModel, { slots, values }: FeatureVector): number {
  let sum = 0;
  for (let position = 0; position < slots.length; position += 1) {
    sum += (model.weights[slots[position] ?? 0] ?? 0) * (values[position] ?? 0);
  }
  return sum * model.scale + model.bias;
}
