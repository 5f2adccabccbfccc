import type { Executor } from '../../database/index.js'
import type { Guard } from '../enqueue/prepare.js'
import { InvalidOptionError } from '../errors.js'
import type { NewJob } from './new-jobs.js'

/** A job to insert whose clashes the insert itself cannot see. */
export interface GuardedJob {
  readonly row: NewJob
  readonly guard: Guard
}

/**
 * For each of `jobs` the id of the job that stands in its way, or `null`: one of the same id, one whose window is still open, or
 * one of its unique key that is running and keeps the key. Whoever asks for the same waits until this transaction ends.
 */
export async function findStanding(
  tx: Executor,
  jobs: readonly GuardedJob[],
  now: Date | null,
): Promise<readonly (string | null)[]> {
  const keys = jobs.flatMap(({ row, guard }) => [
    ...(guard.ownId ? [`id ${row.id}`] : []),
    ...(row.uniqueKey === null ? [] : [`key ${JSON.stringify([row.tenantId, row.name, row.uniqueKey])}`]),
  ])
  await lockKeys(tx, [...new Set(keys)].sort())
  const rows = jobs.map(({ row }) => row)
  const named = [
    rows.map(({ tenantId }) => tenantId),
    rows.map(({ name }) => name),
    rows.map(({ uniqueKey }) => uniqueKey),
  ]
  const running = await holdExclusive(tx, named)
  const ids = jobs.map(({ row, guard }) => (guard.ownId ? row.id : null))
  const standing = await tx.query<Standing>(FIND_STANDING, [...named, ids, now])
  const taken = standing.findIndex(({ isTaken }) => isTaken)
  if (taken !== -1)
    throw new InvalidOptionError('id', `${ids[taken]} is of a job that is not yours: make another`)
  return standing.map(({ id }, i) => id ?? running.get(i + 1) ?? null)
}

interface Standing {
  readonly id: string | null
  /** Whether another tenant's job has the id. */
  readonly isTaken: boolean
}

/** The server keeps a table of all locks, which is shared by all its users and soon full. */
const MOST_LOCKS = 1_000

/** Those who ask for few keys wait for one another only where these are the same; who asks for many, for everybody. */
async function lockKeys(tx: Executor, keys: readonly string[]): Promise<void> {
  if (keys.length > MOST_LOCKS) await tx.query(LOCK_ALL)
  else await tx.query(LOCK_KEYS, [keys])
}

interface Holder {
  /** Of the wish, from 1. */
  readonly position: number
  readonly id: string
  readonly isRunning: boolean
  readonly isLocked: boolean
}

/**
 * Keeps the jobs that hold these keys from being started before the insert, which may replace them. Those that run are left
 * alone: a lock would hold up their end, and with it those of all that are recorded with them, until this transaction ends.
 * @returns the running ones, by the position of the wish
 */
async function holdExclusive(
  tx: Executor,
  named: readonly (readonly (string | null)[])[],
): Promise<ReadonlyMap<number, string>> {
  for (;;) {
    const holders = await tx.query<Holder>(HOLD_EXCLUSIVE, named)
    // One that is neither began or ended between the look and the lock.
    if (holders.every(({ isRunning, isLocked }) => isRunning || isLocked))
      return new Map(holders.filter(({ isRunning }) => isRunning).map(({ position, id }) => [position, id]))
  }
}

const LOCK_KEYS = /* sql */ `
-- lock keys: $1 keys, sorted
SELECT pg_advisory_xact_lock_shared(7263404), pg_advisory_xact_lock(hashtextextended(key, 7263403))
FROM unnest($1::text[]) AS key`

const LOCK_ALL = `-- lock all keys\nSELECT pg_advisory_xact_lock(7263404)`

const HOLD_EXCLUSIVE = /* sql */ `
-- hold exclusive: $1 tenants, $2 names, $3 unique keys or null
WITH holder AS MATERIALIZED (
  SELECT position, job.id, state = 'running' AS is_running
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS wish(tenant_id, name, unique_key, position)
  JOIN linehaul.job USING (tenant_id, name, unique_key)
  WHERE job.exclusive AND job.unique_key IS NOT NULL
),
locked AS MATERIALIZED (
  SELECT id
  FROM linehaul.job
  WHERE id IN (SELECT id FROM holder WHERE NOT is_running) AND state <> 'running'
  ORDER BY id
  FOR UPDATE
)
SELECT position::int, id::text, is_running AS "isRunning", id IN (SELECT id FROM locked) AS "isLocked"
FROM holder`

const FIND_STANDING = /* sql */ `
-- find standing: $1 tenants, $2 names, $3 unique keys or null, $4 ids or null, $5 now or null
SELECT (
  SELECT coalesce(
    own.id,
    (SELECT job_id FROM linehaul.job_window AS open
     WHERE (tenant_id, name, unique_key) = (wish.tenant_id, wish.name, wish.unique_key)
       AND until > coalesce($5::timestamptz, now())
       -- One that has not started is found by the insert, which may replace it.
       AND NOT EXISTS (SELECT FROM linehaul.job WHERE job.id = open.job_id AND job.state <> 'running' AND job.unique_key IS NOT NULL))
  )
)::text AS "id",
coalesce(own.tenant_id <> wish.tenant_id, false) AS "isTaken"
FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) WITH ORDINALITY AS wish(tenant_id, name, unique_key, id, position)
LEFT JOIN LATERAL (
  SELECT id, tenant_id FROM linehaul.job WHERE id = wish.id
  UNION ALL
  SELECT id, tenant_id FROM linehaul.job_archive WHERE id = wish.id
  LIMIT 1
) AS own ON true
ORDER BY position`

/** Keeps the unique keys of `jobs` taken for their windows, counted from now. */
export async function openWindows(
  tx: Executor,
  jobs: readonly GuardedJob[],
  now: Date | null,
): Promise<void> {
  await tx.query(OPEN_WINDOWS, [
    jobs.map(({ row }) => row.tenantId),
    jobs.map(({ row }) => row.name),
    jobs.map(({ row }) => row.uniqueKey),
    jobs.map(({ row }) => row.id),
    jobs.map(({ guard }) => guard.windowMs),
    now,
  ])
}

const OPEN_WINDOWS = /* sql */ `
-- open windows: $1 tenants, $2 names, $3 unique keys, $4 job ids, $5 lengths in ms, $6 now or null
INSERT INTO linehaul.job_window (tenant_id, name, unique_key, job_id, until)
SELECT tenant_id, name, unique_key, job_id, coalesce($6::timestamptz, now()) + length_ms * interval '1 ms'
FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::float8[])
  AS opened(tenant_id, name, unique_key, job_id, length_ms)
ON CONFLICT (tenant_id, name, unique_key) DO UPDATE SET job_id = EXCLUDED.job_id, until = EXCLUDED.until`
