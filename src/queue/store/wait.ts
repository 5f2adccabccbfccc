import type { Executor } from '../../database/index.js'
import type { FinalState } from '../state.js'

/** One job waits for another. */
export interface Wait {
  readonly waiterId: string
  readonly awaitedId: string
  /** Its place among all that the waiter waits for. */
  readonly position: number
  /** Whether the awaited one has ended already. */
  readonly hasEnded: boolean
}

/** An awaited job that is over; `'gone'`: deleted, or forgotten after its time. */
export interface Awaited {
  readonly id: string
  readonly name: string | null
  readonly state: FinalState | 'gone'
}

/** Writes down who waits for whom. Waiting once more for the same job keeps its first position. */
export async function insertWaits(tx: Executor, waits: readonly Wait[], now: Date | null): Promise<void> {
  await tx.query(INSERT_WAITS, [
    waits.map(({ waiterId }) => waiterId),
    waits.map(({ awaitedId }) => awaitedId),
    waits.map(({ position }) => position),
    waits.map(({ hasEnded }) => hasEnded),
    now,
  ])
}

const INSERT_WAITS = /* sql */ `
-- insert waits: arrays of $1 waiters, $2 awaited ones, $3 positions, $4 whether ended; $5 now or null
INSERT INTO linehaul.job_wait (waiter_id, awaited_id, position, ended_at)
SELECT waiter_id, awaited_id, position, CASE WHEN has_ended THEN coalesce($5::timestamptz, now()) END
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::boolean[]) AS new(waiter_id, awaited_id, position, has_ended)
ON CONFLICT (waiter_id, awaited_id) DO UPDATE SET ended_at = EXCLUDED.ended_at`

/** Those of `ids` that are open jobs of the tenant. They cannot end before this transaction does, and then tell their waiters. */
export async function lockAwaited(
  tx: Executor,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const open = await tx.query<{ id: string }>(LOCK_AWAITED, [ids, tenantId])
  return new Set(open.map(({ id }) => id))
}

const LOCK_AWAITED = /* sql */ `
-- lock awaited: $1 ids, $2 tenant
WITH standing AS MATERIALIZED (
  SELECT id, has_waiters FROM linehaul.job WHERE id = ANY($1::uuid[]) AND tenant_id = $2
  ORDER BY id
  FOR NO KEY UPDATE
), flagged AS (
  UPDATE linehaul.job SET has_waiters = true FROM standing WHERE job.id = standing.id AND NOT standing.has_waiters
)
SELECT id::text AS "id" FROM standing`

/** Those of `ids` that are finished jobs of the tenant and still known. */
export function findFinished(
  db: Executor,
  tenantId: string,
  ids: readonly string[],
): Promise<readonly Awaited[]> {
  return db.query<Awaited>(FIND_FINISHED, [ids, tenantId])
}

const FIND_FINISHED = /* sql */ `
-- find finished: $1 ids, $2 tenant
SELECT id::text AS "id", name, state FROM linehaul.job_archive WHERE id = ANY($1::uuid[]) AND tenant_id = $2`

/** Whether one of `awaitedIds` waits for `waiterId`, itself or by way of others. Until the transaction ends nobody else can ask. */
export async function wouldWaitForItself(
  tx: Executor,
  waiterId: string,
  awaitedIds: readonly string[],
): Promise<boolean> {
  // Two that look at the same time would each miss the other's half of a circle.
  await tx.query('-- lock circles\nSELECT pg_advisory_xact_lock(7263404)')
  return (await tx.query(FIND_CIRCLE, [waiterId, awaitedIds])).length > 0
}

const FIND_CIRCLE = /* sql */ `
-- find circle: $1 waiter, $2 ids it would wait for
WITH RECURSIVE reached (id) AS (
  SELECT unnest($2::uuid[])
  UNION
  SELECT awaited_id FROM reached JOIN linehaul.job_wait ON waiter_id = reached.id AND ended_at IS NULL
)
SELECT id::text AS "id" FROM reached WHERE id = $1`
