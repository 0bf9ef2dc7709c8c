import { z } from 'zod';
import { readYaml } from '../kernel/read-yaml.js';
import type { ModelTier } from './model.js';

const dollars = z
  .number()
  .positive()
  .transform((amount) => Math.round(amount * 1_000_000));
const seconds = z.number().positive().max(3_600);
const share = z.number().min(0).max(1);

const tier = z.enum(['light', 'standard', 'heavy']) satisfies z.ZodType<ModelTier>;
const budgets = z.strictObject({
  session: dollars.optional(),
  personDay: dollars.optional(),
  projectMonth: dollars.optional(),
  tenantMonth: dollars.optional(),
});

/** What `STEWARD_MODELS` may say; see docs/models.md. Limits are dollars in the file and micro-dollars inside. */
export const modelsFileSchema = z.strictObject({
  /** Asked in this order. Without the list, the endpoint of the environment variables alone is used. */
  providers: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'is not a short name in small letters'),
        /** A tier without a name takes the nearest that has one; without any the endpoint is asked what it has. */
        models: z
          .strictObject({
            light: z.string().optional(),
            standard: z.string().optional(),
            heavy: z.string().optional(),
          })
          .default({}),
        /** Seconds. */
        timeouts: z
          .strictObject({
            connect: seconds.optional(),
            firstToken: seconds.optional(),
            idle: seconds.optional(),
            total: seconds.optional(),
          })
          .default({}),
        deployments: z
          .array(
            z.strictObject({
              baseUrl: z.url({ protocol: /^https?$/ }).optional(),
              azure: z
                .strictObject({
                  endpoint: z.url({ protocol: /^https?$/ }),
                  apiVersion: z.string().default('2024-10-21'),
                  deployment: z.string().optional(),
                  /** Without a key: a registered application, or the machine's managed identity without a secret. */
                  entra: z
                    .strictObject({
                      tenantId: z.string().optional(),
                      clientId: z.string().optional(),
                      clientSecret: z.string().optional(),
                    })
                    .optional(),
                })
                .optional(),
              apiKey: z.string().optional(),
              weight: z.number().positive().default(1),
            }),
          )
          .min(1),
      }),
    )
    .min(1)
    .optional(),
  budgets: budgets.default({}),
  router: z
    .strictObject({
      mode: z.enum(['route', 'observe']).optional(),
      /** No task is given a higher tier. */
      highest: tier.optional(),
      standardFrom: share.optional(),
      heavyFrom: share.optional(),
      weights: z
        .strictObject({
          length: share.optional(),
          reasoning: share.optional(),
          asks: share.optional(),
          tools: share.optional(),
          code: share.optional(),
          history: share.optional(),
        })
        .default({}),
    })
    .default({ weights: {} }),
  /** What holds for one tenant in place of the rest. */
  tenants: z
    .record(z.string(), z.strictObject({ highest: tier.optional(), budgets: budgets.default({}) }))
    .default({}),
  /** Path of a price table beside the shipped one. */
  prices: z.string().optional(),
  /** Seconds that an answer to a repeated request is kept; only requests that allow it. */
  cacheSeconds: z.number().positive().optional(),
});
export type ModelsFile = z.output<typeof modelsFileSchema>;

/** @throws InvalidInput that names the line and what is wrong there. */
export function parseModelsFile(yaml: string): ModelsFile {
  const given = yaml.trim() === '' ? '{}' : yaml;
  return readYaml(given, 'STEWARD_MODELS', modelsFileSchema, 'gateway.models-file').value;
}
