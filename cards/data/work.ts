import { z } from 'zod';
import { badge } from './approvals.js';
import { fact, locale, markdown, plain, raw, reference, step, tone } from './fields.js';

const line = z.object({ who: plain, at: plain, text: plain });

/** A conversation handed to a person, with all that this person needs to go on. */
export const escalation = z.object({
  locale,
  title: markdown,
  badge,
  /** Why a person is needed. */
  reason: markdown,
  facts: z.array(fact).max(20),
  conversationTitle: markdown,
  conversation: z.array(line).max(20),
  stepsTitle: markdown,
  steps: z.array(step).max(30),
  acknowledge: raw.optional(),
  unacknowledge: raw.optional(),
  answer: z.object({ title: raw, label: raw, error: raw, send: raw }).optional(),
  resume: raw.optional(),
  end: raw.optional(),
  reference,
});

/** The same for the person who waits, and for operators when it is over. */
export const escalationStatus = z.object({
  locale,
  title: markdown,
  badge,
  text: markdown,
  facts: z.array(fact).max(20).default([]),
  conversation: z.array(line).max(20).default([]),
});

/** How an answer came about, step by step; a click opens a step. */
export const trace = z.object({
  locale,
  title: markdown,
  total: markdown,
  steps: z.array(z.object({ text: plain, meta: plain, detail: plain, state: step.shape.state })).max(60),
});

export const milestonePlan = z.object({
  locale,
  title: plain,
  progress: markdown,
  /** 0 to 1 */
  share: z.number().min(0).max(1),
  milestones: z
    .array(
      z.object({
        text: plain,
        state: step.shape.state,
        due: plain.optional(),
        isLate: z.boolean().default(false),
        owner: plain.optional(),
        items: z.array(step).max(20).default([]),
      }),
    )
    .max(20),
  /** Lets a reader say that a milestone is reached. */
  done: z
    .object({
      label: raw,
      button: raw,
      milestones: z
        .array(z.object({ id: raw, text: raw }))
        .min(1)
        .max(20),
      reference,
    })
    .optional(),
});

export const budgetWarning = z.object({
  locale,
  title: markdown,
  text: markdown,
  tone: tone.default('warning'),
  /** 0 to 1; more than 1 shows a full bar. */
  share: z.number().min(0),
  facts: z.array(fact).max(10),
});

export const digest = z.object({
  locale,
  title: markdown,
  date: markdown,
  sections: z
    .array(
      z.object({
        title: markdown,
        items: z.array(z.object({ text: plain, meta: plain.optional() })).max(15),
      }),
    )
    .max(8),
  /** Said when all sections are empty. */
  empty: markdown,
});

export const teamPicker = z.object({
  locale,
  title: markdown,
  text: markdown,
  teams: z
    .array(z.object({ id: raw, name: raw, description: raw }))
    .min(1)
    .max(40),
  chosen: raw.optional(),
  teamLabel: raw,
  goal: z.object({ label: raw, error: raw }),
  start: raw,
  reference,
});
