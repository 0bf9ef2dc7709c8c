import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { Defect } from '../../kernel/errors.js';
import { shippedFile } from '../../kernel/package-root.js';
import type { FeatureVector } from './features.js';
import { FEATURE_SLOTS } from './hashing.js';

/** A trained linear model: a 16-bit number per slot, scaled, and two numbers that turn the sum into a probability. */
export interface InjectionModel {
  weights: Int16Array;
  scale: number;
  bias: number;
}

/**
 * Two models of the same features. What a person types is judged by `typed`; what stands in a document, a mail, a page or a
 * tool's result by `read`, which also takes questions and tasks that do not belong there for attacks.
 */
export interface InjectionModels {
  version: string;
  typed: InjectionModel;
  read: InjectionModel;
}

interface ModelDescription {
  version: string;
  slots: number;
  models: Record<'typed' | 'read', { scale: number; bias: number }>;
}

/**
 * Reads the shipped weights.
 * @throws Defect when the files do not fit the feature space this code was built with.
 */
export function loadInjectionModels(): InjectionModels {
  const describe = shippedFile('core', 'guardrails', 'weights', 'injection.json');
  const { version, slots, models } = JSON.parse(readFileSync(describe, 'utf8')) as ModelDescription;
  const load = (kind: 'typed' | 'read'): InjectionModel => {
    const bytes = readFileSync(shippedFile('core', 'guardrails', 'weights', `injection-${kind}.bin`));
    if (slots !== FEATURE_SLOTS || bytes.length !== FEATURE_SLOTS * 2) {
      throw new Defect(
        'guardrails.weights-mismatch',
        `The injection weights have ${bytes.length} bytes, the code expects ${FEATURE_SLOTS * 2}. Train them anew with npm run train:injection.`,
      );
    }
    // the file is little-endian, as nearly every machine is
    if (endianness() === 'BE') bytes.swap16();
    const weights = new Int16Array(FEATURE_SLOTS);
    bytes.copy(Buffer.from(weights.buffer));
    return { weights, ...models[kind] };
  };
  return { version, typed: load('typed'), read: load('read') };
}

/** Log odds of an attack. */
export function logit(model: InjectionModel, { slots, values }: FeatureVector): number {
  let sum = 0;
  for (let position = 0; position < slots.length; position += 1) {
    sum += (model.weights[slots[position] ?? 0] ?? 0) * (values[position] ?? 0);
  }
  return sum * model.scale + model.bias;
}
