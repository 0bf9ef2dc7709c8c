import type { AuditEvent } from '../../kernel/audit-event.js';
import type { AuditEntry, ChainFault } from './chain.js';

/** Events that belong to one piece of work; `id` makes appending them twice the same as once. */
export interface AuditBatch {
  id: string;
  events: AuditEvent[];
}

export interface AuditFilter {
  resource?: string;
  action?: string;
  actorId?: string;
  from?: Date;
  until?: Date;
}

/** The append-only audit chains, one per tenant. Implemented by `storage/mongo/audit-log.ts`. */
export interface AuditLog {
  /** Appends in the order given; batches that are there already, whole or in part, are completed and not repeated. */
  append(tenantId: string, batches: AuditBatch[]): Promise<void>;
  /** Walks the whole chain. */
  verify(tenantId: string): Promise<{ entries: number; faults: ChainFault[] }>;
  /** Entries in order. */
  read(tenantId: string, filter?: AuditFilter): AsyncIterable<AuditEntry>;
  tenants(): Promise<string[]>;
}
