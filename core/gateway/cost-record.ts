import type { CallOrigin } from './model.js';

/** One call to a model, for reports and bills. */
export interface CostRecord {
  id: string;
  origin: CallOrigin;
  at: Date;
  /** `provider/model`; absent when no endpoint answered. */
  model?: string;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  /** False when the tokens were counted by us. */
  reported: boolean;
  costMicroUsd: number;
  latencyMs: number;
  /** ms until the first piece of a streamed reply. */
  firstTokenMs?: number;
  cached: boolean;
  fellBackFrom: string[];
  /** `name@version` of the shorter prompts that it was told besides that of its origin. */
  besides?: string[];
  /** The fault's code when the call failed. */
  fault?: string;
}

export interface CostTotal {
  /** Value of the field that was grouped by. */
  name: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  costMicroUsd: number;
}

/** Calls of one tenant. Implemented by `storage/mongo/cost-repository.ts`. */
export interface CostLog {
  add(record: CostRecord): Promise<void>;
  /** Sums from `from` on, dearest first. */
  totals(
    by: 'model' | 'personId' | 'agent' | 'project' | 'purpose' | 'prompt',
    from: Date,
  ): Promise<CostTotal[]>;
  ofRun(runId: string): Promise<CostRecord[]>;
}
