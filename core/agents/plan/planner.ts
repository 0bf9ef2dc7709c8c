import { z } from 'zod';
import type { CallOrigin } from '../../gateway/model.js';
import { askByPrompt, type PromptedModel } from '../../gateway/prompts/ask-by-prompt.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import { draftPlan, type DraftedMilestone } from '../abilities/draft-plan.js';

export interface PlanRequest {
  goal: string;
  now: Date;
  locale: string;
  origin: CallOrigin;
  /** Same key, same call. */
  key: string;
  signal?: AbortSignal;
}

export interface DraftedPlan {
  milestones: DraftedMilestone[];
  /** False when a model wrote it. */
  isOffline: boolean;
}

/** Splits a goal into milestones with dates and, where it names them, owners. */
export type Planner = (request: PlanRequest) => Promise<DraftedPlan>;

export const offlinePlanner: Planner = ({ goal, now, locale }) =>
  Promise.resolve({ milestones: draftPlan(goal, now, locale), isOffline: true });

const planSchema = z.object({
  milestones: z
    .array(
      z.object({
        text: z.string().trim().min(3).max(200),
        due: z.iso.date(),
        owner: z.string().trim().max(80).optional(),
      }),
    )
    .min(1)
    .max(20),
});

/** A planner with a model; dates that lie behind, and replies that are no plan, are replaced by the planner without one. */
export function createModelPlanner(mind: PromptedModel, logger: Logger): Planner {
  return async (request) => {
    const { goal, now, locale, origin, key, signal } = request;
    try {
      const written = await askByPrompt(
        mind,
        {
          prompt: 'plan',
          variables: { today: now.toISOString().slice(0, 10), locale },
          user: goal,
          tier: 'standard',
          origin,
          callKey: key,
          signal,
        },
        planSchema,
      );
      if (!written.ok) return await offlinePlanner(request);
      const milestones = written.value.milestones
        .map(({ text, due, owner }) => ({ name: text, due: new Date(due), owner }))
        .sort((a, b) => a.due.getTime() - b.due.getTime());
      const isPast = milestones.some(({ due }) => due.getTime() < now.getTime() - DAY_MS);
      return isPast ? await offlinePlanner(request) : { milestones, isOffline: false };
    } catch (error) {
      if (!(error instanceof StewardError) || signal?.aborted) throw error;
      logger.warn({ error: describeError(error) }, 'A plan is drafted without a model.');
      return offlinePlanner(request);
    }
  };
}

const DAY_MS = 86_400_000;
