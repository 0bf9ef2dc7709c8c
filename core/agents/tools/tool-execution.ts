import type { ToolRunResult } from '../../approvals/tool-desk.js';

/** The record of one use of a tool: written before it begins, completed when it ended. */
export interface ToolExecution {
  /** The idempotency key. */
  id: string;
  tool: string;
  /** SHA-256 of the parameters: the same key with others is a mistake. */
  parametersDigest: string;
  attempts: number;
  startedAt: Date;
  completedAt?: Date;
  result?: ToolRunResult;
}

/** Executions of one tenant. Implemented by `storage/mongo/tool-execution-repository.ts`. */
export interface ToolExecutionRepository {
  /** Writes the record, or tells of the one that is there. */
  begin(
    execution: Pick<ToolExecution, 'id' | 'tool' | 'parametersDigest' | 'startedAt'>,
  ): Promise<{ kind: 'begun' } | { kind: 'known'; execution: ToolExecution }>;
  /** Counts one more attempt on an interrupted one. */
  again(id: string): Promise<void>;
  /** The first result counts. @returns what stands. */
  complete(id: string, result: ToolRunResult, at: Date): Promise<ToolRunResult>;
  get(id: string): Promise<ToolExecution | undefined>;
}
