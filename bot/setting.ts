import { z } from 'zod';

/** One setting: where it may come from, what it may be, and how to mend a mistake. */
export interface Setting {
  /** Dotted path in the YAML file and in `Config`. */
  path: string;
  variable: string;
  schema: z.ZodType;
  /** One sentence for `.env.example` and `steward doctor`. */
  about: string;
  fix: string;
  secret?: boolean;
  example?: string;
}

export const text = z.string().trim().min(1);
export const url = z.url({ protocol: /^https?$/ });
export const port = z.coerce.number().int().min(0).max(65_535);
const items = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
export const list = z.union([z.array(text), z.string().transform(items)]);
/** "a.example=one, b.example=two" as a record; in the YAML file a mapping. */
export const pairs = z.union([
  z.record(text, text),
  z.string().transform((value, context) => {
    const found: Record<string, string> = {};
    for (const item of items(value)) {
      const [, name, own] = /^([^=\s]+)=(\S+)$/.exec(item) ?? [];
      if (name === undefined || own === undefined) context.addIssue('is not a list of name=value');
      else found[name] = own;
    }
    return found;
  }),
]);
export const flag = z.union([
  z.boolean(),
  z
    .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off'])
    .transform((value) => ['1', 'true', 'yes', 'on'].includes(value)),
]);
export const secretKey = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32, 'is not 32 bytes in base64');

export const setting = (
  path: string,
  variable: string,
  schema: z.ZodType,
  about: string,
  fix: string,
  more: Partial<Setting> = {},
): Setting => ({ path, variable, schema, about, fix, ...more });

export const HTTP = 'Give an http or https address.';
export const TEXT = 'Give a text, or remove the variable.';
