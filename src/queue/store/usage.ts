import type { Executor } from '../../database/index.js'
import type { Usage } from '../limit/limit.js'

export interface KeyUsage extends Usage {
  readonly key: string
}

/** A limit's key, and the length of its window where it has a rate. */
export interface Window {
  readonly key: string
  readonly perMs: number | null
}

/** What takes up the room of each limit, counted from the jobs themselves: so nobody's crash leaves anything behind. */
export function countUsage(
  tx: Executor,
  windows: readonly Window[],
  now: Date | null,
): Promise<readonly KeyUsage[]> {
  const parameters = [windows.map(({ key }) => key), windows.map(({ perMs }) => perMs), now]
  return tx.query<KeyUsage>(COUNT_USAGE, parameters, { prepared: true })
}

const STARTS = /* sql */ `
  SELECT count(*)::int AS starts, min(at) AS "oldestStartAt"
  FROM linehaul.bucket_start
  WHERE bucket_start.key = counted.key AND at > clock.now - counted.per_ms * interval '1 ms'`

const COUNT_USAGE = /* sql */ `
-- count usage: $1 keys, $2 windows in ms or null, $3 now or null
WITH clock AS (SELECT coalesce($3::timestamptz, now()) AS now),
busy AS MATERIALIZED (
  SELECT limit_keys, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'running') AS running
  FROM linehaul.job
  WHERE limit_keys IS NOT NULL AND state IN ('waiting', 'running')
  GROUP BY limit_keys
),
by_key AS (
  SELECT key, sum(waiting) AS waiting, sum(running) AS running FROM busy, unnest(limit_keys) AS key GROUP BY key
)
SELECT counted.key, coalesce(waiting, 0)::int AS "waiting", coalesce(running, 0)::int AS "running",
       started.starts, started."oldestStartAt"
FROM clock, unnest($1::text[], $2::float8[]) AS counted(key, per_ms)
LEFT JOIN by_key USING (key)
CROSS JOIN LATERAL (${STARTS}) AS started`

export interface QueueUsage extends KeyUsage {
  /** Whether a job of it waits that has lost a worker: a claim may take one beyond its quota. */
  readonly hasSuspect: boolean
  /** The instant of the count, after the lock: the jobs claimed now have started then. */
  readonly at: Date
}

/** The same for whole queues; every key is `queue/<name>`. */
export function countQueueUsage(
  tx: Executor,
  windows: readonly Window[],
  now: Date | null,
): Promise<readonly QueueUsage[]> {
  const parameters = [windows.map(({ key }) => key), windows.map(({ perMs }) => perMs), now]
  return tx.query<QueueUsage>(COUNT_QUEUE_USAGE, parameters, { prepared: true })
}

const COUNT_QUEUE_USAGE = /* sql */ `
-- count queue usage: $1 keys, $2 windows in ms or null, $3 now or null
WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', coalesce($3::timestamptz, clock_timestamp())) AS now),
busy AS MATERIALIZED (
  SELECT 'queue/' || queue AS key, count(*) AS running FROM linehaul.job WHERE state = 'running' GROUP BY queue
)
SELECT counted.key, 0 AS "waiting", coalesce(running, 0)::int AS "running", started.starts, started."oldestStartAt",
       EXISTS (
         SELECT FROM linehaul.job WHERE state = 'waiting' AND losses > 0 AND 'queue/' || queue = counted.key
       ) AS "hasSuspect",
       clock.now AS "at"
FROM clock, unnest($1::text[], $2::float8[]) AS counted(key, per_ms)
LEFT JOIN busy USING (key)
CROSS JOIN LATERAL (${STARTS}) AS started`

/** Remembers that so many jobs of a queue have started. */
export async function rememberStarts(
  tx: Executor,
  starts: readonly { key: string; count: number; perMs: number }[],
  at: Date,
): Promise<void> {
  await tx.query(REMEMBER, [
    starts.map(({ key }) => key),
    starts.map(({ count }) => count),
    starts.map(({ perMs }) => perMs),
    at,
  ])
}

const REMEMBER = /* sql */ `
-- remember starts: $1 keys, $2 how many, $3 windows in ms, $4 when
INSERT INTO linehaul.bucket_start (key, at, until)
SELECT key, $4::timestamptz, $4::timestamptz + per_ms * interval '1 ms'
FROM unnest($1::text[], $2::int[], $3::float8[]) AS started(key, count, per_ms), generate_series(1, count)`
