import type { Executor } from '../../database/index.js'
import type { AuditEntry, AuditFilter, RecordedEntry } from '../audit.js'

export async function insertEntry(db: Executor, id: string, entry: AuditEntry): Promise<void> {
  const { tenantId, actor, action, object, before, after, via = null, requestId, address } = entry
  const values = [tenantId, actor, action, object, toJson(before), toJson(after), requestId, address, via]
  await db.query(INSERT, [id, ...values])
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

const INSERT = /* sql */ `
-- insert audit entry: $1 id, $2 tenant, $3 actor, $4 action, $5 object, $6 before, $7 after, $8 request, $9 address, $10 via
INSERT INTO linehaul.audit_entry (id, tenant_id, actor, action, object, before, after, request_id, address, via)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10)`

export function selectEntries(
  db: Executor,
  tenantId: string,
  { actor, action, object, from, until, after, limit }: AuditFilter,
): Promise<RecordedEntry[]> {
  const values = [actor, action, object, from, until, after].map((value) => value ?? null)
  return db.query<RecordedEntry>(SELECT, [tenantId, ...values, limit])
}

const SELECT = /* sql */ `
-- select audit entries, newest first: $1 tenant, $2 actor, $3 action, $4 object, $5 from, $6 until, $7 after id, $8 limit
SELECT id::text AS "id", at, actor, via, action, object, before, after, request_id AS "requestId", address
FROM linehaul.audit_entry
WHERE tenant_id = $1
  AND ($2::text IS NULL OR actor = $2)
  AND ($3::text IS NULL OR action = $3)
  AND ($4::text IS NULL OR object = $4)
  AND ($5::timestamptz IS NULL OR at >= $5)
  AND ($6::timestamptz IS NULL OR at < $6)
  AND ($7::uuid IS NULL OR id < $7)
ORDER BY audit_entry.id DESC
LIMIT $8`
