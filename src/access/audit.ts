import { newId, type Executor } from '../database/index.js'
import { insertEntry, selectEntries } from './store/audit.js'

/** Who did what to which object. */
export interface AuditEntry {
  readonly tenantId: string
  /** `user:…`, `api-key:…`, `system:start` */
  readonly actor: string
  /** `object.verb`, as `schedule.pause` */
  readonly action: string
  /** `kind:id` */
  readonly object: string
  /** What changed, as it was and as it is; `null` where there was or is nothing. Never a secret. */
  readonly before: unknown
  readonly after: unknown
  /** Who says who the actor is, where it is not Linehaul itself: `identity-provider:…`. Default `null`. */
  readonly via?: string | null
  readonly requestId: string | null
  /** The caller's network address. */
  readonly address: string | null
}

export type RecordedEntry = Omit<AuditEntry, 'tenantId' | 'via'> & {
  readonly id: string
  readonly at: Date
  readonly via: string | null
}

/** Which entries are meant; everything given must hold. */
export interface AuditFilter {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly object?: string | undefined
  readonly from?: Date | undefined
  readonly until?: Date | undefined
  /** Only entries before the one with this id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Writes down what was done: in the transaction that does it, so that neither is there without the other. */
export function recordAudit(tx: Executor, entry: AuditEntry): Promise<void> {
  return insertEntry(tx, newId(), entry)
}

/** A tenant's audit trail, newest first. */
export function listAudit(
  db: Executor,
  tenantId: string,
  filter: AuditFilter,
): Promise<readonly RecordedEntry[]> {
  return selectEntries(db, tenantId, filter)
}
