import type { Executor } from '../../database/index.js'

export interface Bucket {
  readonly key: string
  /** The tenant served last. */
  readonly cursor: string
  readonly usedAt: Date | null
}

export async function ensureBuckets(db: Executor, keys: readonly string[]): Promise<void> {
  await db.query(ENSURE, [keys])
}

// In order, and before any is locked, so that two callers cannot block one another for ever.
const ENSURE = /* sql */ `
-- ensure buckets: $1 keys
INSERT INTO linehaul.bucket (key)
SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (SELECT FROM linehaul.bucket WHERE bucket.key = key.key)
ORDER BY key
ON CONFLICT (key) DO NOTHING`

/**
 * Those of `keys` that are there, locked until the transaction ends: nobody else lets jobs of theirs in meanwhile.
 * @param unsynced whether the commit may be lost in a crash of the server; then what was let in is simply held again
 */
export function lockBuckets(
  tx: Executor,
  keys: readonly string[],
  unsynced: boolean,
): Promise<readonly Bucket[]> {
  return tx.query<Bucket>(LOCK, [keys, unsynced], { prepared: true })
}

const LOCK = /* sql */ `
-- lock buckets: $1 keys, $2 whether the commit need not be synced
WITH mode AS MATERIALIZED (
  -- No plan from the time of an empty table may read a full one from end to end while the lock is held.
  SELECT set_config('enable_seqscan', 'off', true),
         CASE WHEN $2::boolean THEN set_config('synchronous_commit', 'off', true) END
)
SELECT key, cursor, used_at AS "usedAt"
FROM mode, linehaul.bucket
WHERE key = ANY ($1::text[])
ORDER BY key
FOR UPDATE OF bucket`

export interface BucketUse {
  readonly key: string
  readonly cursor: string
  /** Length of the window of its rate; `null`: it has none. */
  readonly perMs: number | null
}

/** Notes that jobs were let in; from now on starts are remembered for as long as the windows last. */
export async function useBuckets(tx: Executor, uses: readonly BucketUse[], now: Date | null): Promise<void> {
  const parameters = [
    uses.map(({ key }) => key),
    uses.map(({ cursor }) => cursor),
    uses.map(({ perMs }) => perMs),
    now,
  ]
  await tx.query(USE, parameters, { prepared: true })
}

const USE = /* sql */ `
-- use buckets: $1 keys, $2 tenants served last, $3 windows in ms or null, $4 now or null
UPDATE linehaul.bucket
SET cursor = used.cursor, per = used.per_ms * interval '1 ms', used_at = coalesce($4::timestamptz, now())
FROM unnest($1::text[], $2::text[], $3::float8[]) AS used(key, cursor, per_ms)
WHERE bucket.key = used.key`

/** Forgets starts that no window sees any more, then limits that nobody uses. */
export async function pruneBuckets(
  db: Executor,
  idleMs: number,
  now: Date | null,
): Promise<{ starts: number; buckets: number }> {
  let starts = 0
  for (let batch = BATCH; batch === BATCH; starts += batch)
    batch = (await db.query(PRUNE_STARTS, [now, BATCH], { prepared: true })).length
  const buckets = await db.query(PRUNE_BUCKETS, [idleMs, now], { prepared: true })
  return { starts, buckets: buckets.length }
}

/** Rows of one statement. */
const BATCH = 5_000

const PRUNE_STARTS = /* sql */ `
-- prune starts: $1 now or null, $2 limit
DELETE FROM linehaul.bucket_start
WHERE ctid = ANY (ARRAY(SELECT ctid FROM linehaul.bucket_start WHERE until <= coalesce($1::timestamptz, now()) LIMIT $2))
RETURNING 1`

// One that is used at this very moment is looked at again once its user has committed, and is no longer idle then.
const PRUNE_BUCKETS = /* sql */ `
-- prune buckets: $1 idle for so many ms, $2 now or null
DELETE FROM linehaul.bucket
WHERE key NOT LIKE 'queue/%'
  AND (used_at IS NULL OR used_at < coalesce($2::timestamptz, now()) - $1::float8 * interval '1 ms')
  AND NOT EXISTS (SELECT FROM linehaul.bucket_start WHERE bucket_start.key = bucket.key)
  AND key NOT IN (
    SELECT unnest(limit_keys) FROM linehaul.job WHERE limit_keys IS NOT NULL AND state IN ('waiting', 'running')
  )
RETURNING 1`
