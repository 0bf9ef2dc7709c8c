import { cardContent } from '../../cards/data.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Texts } from '../texts.js';

export interface Form {
  title: string;
  /** Why the form is shown. */
  text?: string;
  /** JSON Schema of an object; its properties become inputs. */
  schema: JsonObject;
  values?: JsonObject;
  /** What is wrong, by property. */
  errors?: Record<string, string>;
  /** Comes back with `form.submit` and `form.cancel`, beside the inputs. */
  reference: JsonObject;
}

/** Asks for values; the inputs are made from a schema. */
export function formContent(texts: Texts, locale: string, form: Form): OutboundContent {
  return {
    text: form.text ?? form.title,
    card: cardContent('form', {
      locale,
      title: form.title,
      text: form.text,
      schema: form.schema,
      values: form.values,
      errors: form.errors,
      labels: {
        submit: texts.text('form.submit', locale),
        cancel: texts.text('form.cancel', locale),
        required: texts.text('form.required', locale, { field: '{field}' }),
        invalid: texts.text('form.pattern', locale, { field: '{field}' }),
      },
      reference: form.reference,
    }),
  };
}
