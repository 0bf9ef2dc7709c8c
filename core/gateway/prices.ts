import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { describeError, InvalidInput } from '../kernel/errors.js';
import { shippedFile } from '../kernel/package-root.js';
import { readYaml } from '../kernel/read-yaml.js';
import type { TokenUsage } from './model.js';

const amount = z.number().nonnegative();
const entries = z
  .array(
    z.strictObject({
      from: z.iso.date('is not a day such as 2026-01-31'),
      input: amount,
      cachedInput: amount,
      output: amount,
    }),
  )
  .min(1);
const tableSchema = z.strictObject({
  currency: z.literal('USD'),
  models: z.record(z.string(), entries),
  unknown: entries,
  unknownEmbedding: entries.default([{ from: '2024-01-01', input: 0.13, cachedInput: 0.13, output: 0 }]),
});

type Entry = z.infer<typeof entries>[number];

export interface PriceTable {
  /** Micro-dollars of a call, rounded up. */
  price(
    model: string,
    usage: Pick<TokenUsage, 'inputTokens' | 'outputTokens' | 'cachedInputTokens'>,
    at: Date,
    kind?: 'chat' | 'embedding',
  ): number;
  /** False when the table does not know the model and counts it at the price for unknown ones. */
  knows(model: string): boolean;
}

/** @throws InvalidInput that names the line and what is wrong there. */
export function parsePrices(yaml: string, file = 'prices.yaml'): PriceTable {
  const { value: table } = readYaml(yaml, file, tableSchema, 'gateway.prices');
  const names = Object.keys(table.models).sort((a, b) => b.length - a.length);
  const nameOf = (model: string): string | undefined =>
    names.find((name) => model === name || model.startsWith(`${name}-`));
  return {
    knows: (model) => nameOf(model) !== undefined,
    price(model, { inputTokens, outputTokens, cachedInputTokens }, at, kind = 'chat') {
      const name = nameOf(model);
      const { input, cachedInput, output } = current(
        (name === undefined ? undefined : table.models[name]) ??
          (kind === 'embedding' ? table.unknownEmbedding : table.unknown),
        at,
      );
      const cached = Math.min(cachedInputTokens, inputTokens);
      // a dollar per million tokens is a micro-dollar per token
      return Math.ceil((inputTokens - cached) * input + cached * cachedInput + outputTokens * output);
    },
  };
}

/** The shipped table, or the operator's own. */
export function loadPrices(file = shippedFile('core', 'gateway', 'prices.yaml')): PriceTable {
  let yaml: string;
  try {
    yaml = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInput('gateway.prices', `The price table cannot be read: ${describeError(error)}`);
  }
  return parsePrices(yaml, basename(file));
}

function current(list: Entry[], at: Date): Entry {
  const day = at.toISOString().slice(0, 10);
  const sorted = [...list].sort((a, b) => (a.from < b.from ? -1 : 1));
  return (sorted.findLast(({ from }) => from <= day) ?? sorted[0]) as Entry;
}
