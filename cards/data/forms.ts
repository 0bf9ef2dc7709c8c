import { z } from 'zod';
import { locale, markdown, raw, reference } from './fields.js';

/** A form whose inputs are made from a JSON Schema; `{field}` in the labels stands for an input's own label. */
export const form = z.object({
  locale,
  title: markdown,
  text: markdown.optional(),
  schema: reference,
  values: reference.optional(),
  /** What is wrong, by property. */
  errors: z.record(z.string(), markdown).optional(),
  labels: z.object({ submit: raw, cancel: raw, required: raw, invalid: raw }),
  reference,
});
