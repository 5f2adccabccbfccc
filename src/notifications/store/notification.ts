import type { Executor, Transaction } from '../../database/index.js'
import type { Notice, Priority, Target } from '../notice.js'

/** What people see of a notice. */
export interface ShownNotice {
  readonly id: string
  readonly eventType: string
  readonly priority: Priority
  readonly title: string
  readonly message: string
  readonly data: unknown
  readonly relatedEntities: NonNullable<Notice['relatedEntities']>
  readonly actions: NonNullable<Notice['actions']>
  readonly tags: readonly string[]
  readonly source: string
  readonly jobId: string | null
  readonly correlationId: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
}

/** The columns of {@link ShownNotice}. */
export const SHOWN = /* sql */ `
  notice.id::text, notice.event_type AS "eventType", notice.priority, notice.title, notice.message, notice.data,
  notice.related_entities AS "relatedEntities", notice.actions, notice.tags, notice.source, notice.job_id AS "jobId",
  notice.correlation_id AS "correlationId", notice.created_at AS "createdAt", notice.expires_at AS "expiresAt"`

/** A notice as it lies in the database, for whoever spreads or sends it. */
export interface StoredNotice extends ShownNotice {
  readonly tenantId: string
  readonly cause: string
  readonly target: Target
}

/** @returns whether it is new: not when its cause was told before */
export async function insertNotification(
  tx: Transaction,
  id: string,
  notice: Notice,
  now: Date | null,
): Promise<boolean> {
  const rows = await tx.query(INSERT, [
    id,
    notice.tenantId,
    notice.cause,
    notice.eventType,
    notice.priority,
    JSON.stringify(notice.target),
    notice.title,
    notice.message,
    notice.data === undefined ? null : JSON.stringify(notice.data),
    JSON.stringify(notice.relatedEntities ?? []),
    JSON.stringify(notice.actions ?? []),
    notice.tags ?? [],
    notice.source,
    notice.jobId ?? null,
    notice.correlationId ?? null,
    notice.expiresAt ?? null,
    now,
  ])
  return rows.length > 0
}

const INSERT = /* sql */ `
-- insert notification: $1 id, $2 tenant, $3 cause, $4 event type, $5 priority, $6 target, $7 title, $8 message, $9 data or null, $10 entities, $11 actions, $12 tags, $13 source, $14 job or null, $15 correlation or null, $16 expires at or null, $17 now or null
INSERT INTO linehaul.notification (id, tenant_id, cause, event_type, priority, target, title, message, data,
  related_entities, actions, tags, source, job_id, correlation_id, expires_at, created_at, settled_at)
VALUES ($1::uuid, $2, $3, $4, $5, $6::jsonb, $7, $8, $9::jsonb, $10::jsonb, $11::jsonb, $12::text[], $13, $14, $15, $16,
  coalesce($17::timestamptz, now()), CASE WHEN $5 <> 'critical' THEN coalesce($17::timestamptz, now()) END)
ON CONFLICT (tenant_id, cause) DO NOTHING
RETURNING 1`

export async function findNotification(
  db: Executor,
  tenantId: string,
  id: string,
): Promise<StoredNotice | undefined> {
  const [notice] = await db.query<StoredNotice>(SELECT, [tenantId, id])
  return notice
}

const SELECT = /* sql */ `
-- find notification: $1 tenant, $2 id
SELECT ${SHOWN}, notice.tenant_id AS "tenantId", notice.cause, notice.target
FROM linehaul.notification AS notice
WHERE notice.tenant_id = $1 AND notice.id = $2::uuid`

/** Until the transaction ends nobody else acknowledges it: two who did so at once would each take the other for missing. */
export async function lockNotification(tx: Transaction, id: string): Promise<void> {
  await tx.query(LOCK, [id])
}

const LOCK = /* sql */ `
-- lock notification: $1 id
SELECT FROM linehaul.notification WHERE id = $1::uuid FOR NO KEY UPDATE`

/** Counts whom it was for, and says why it could not be told to anybody. */
export async function closeSpread(
  tx: Transaction,
  id: string,
  { recipients, problem, now }: { recipients: number; problem: string | null; now: Date | null },
): Promise<void> {
  await lockNotification(tx, id)
  await tx.query(CLOSE, [id, recipients, problem])
  await settleIfAcknowledged(tx, id, now)
}

const CLOSE = /* sql */ `
-- close spread: $1 notification, $2 recipients, $3 problem or null
UPDATE linehaul.notification
SET recipients = $2, problem = $3
WHERE id = $1::uuid`

/** Lets its time run out once all who were told have acknowledged it; the caller has locked it. */
export async function settleIfAcknowledged(tx: Transaction, id: string, now: Date | null): Promise<void> {
  await tx.query(SETTLE, [id, now])
}

const SETTLE = /* sql */ `
-- settle notification: $1 id, $2 now or null
UPDATE linehaul.notification
SET settled_at = coalesce($2::timestamptz, now())
WHERE id = $1::uuid AND settled_at IS NULL AND recipients IS NOT NULL
  AND NOT EXISTS (SELECT FROM linehaul.inbox_item WHERE notification_id = $1::uuid AND acknowledged_at IS NULL)`

/** A notice that nobody got. */
export interface UnreachedNotice extends ShownNotice {
  readonly target: Target
  readonly problem: string
}

/** Newest first. */
export function selectUnreached(
  db: Executor,
  tenantId: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<UnreachedNotice[]> {
  return db.query<UnreachedNotice>(SELECT_UNREACHED, [tenantId, after ?? null, limit])
}

const SELECT_UNREACHED = /* sql */ `
-- select unreached notices: $1 tenant, $2 after or null, $3 limit
SELECT ${SHOWN}, notice.target, notice.problem
FROM linehaul.notification AS notice
WHERE notice.tenant_id = $1 AND notice.problem IS NOT NULL AND ($2::uuid IS NULL OR notice.id < $2)
ORDER BY notice.id DESC
LIMIT $3`
