import { setTimeout as pause } from 'node:timers/promises'

import type { Database } from '../../src/database/index.js'

/** What the server has counted since it began. */
export interface Counters {
  readonly transactions: number
  readonly walBytes: number
  /** Entries of the index on what waits that were read. */
  readonly readyRead: number
  readonly claims: number
  readonly claimed: number
  readonly claimMs: number
  readonly finishes: number
  /** Written into the archive: a finish answers with one row for all. */
  readonly finished: number
  readonly finishMs: number
}

const COUNTERS = /* sql */ `
WITH said AS (
  SELECT substring(query FROM '^\\s*-- (\\w+):') AS verb, calls, rows, total_exec_time AS ms FROM pg_stat_statements
)
SELECT (SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database())::float8 AS "transactions",
       (pg_current_wal_insert_lsn() - '0/0')::float8 AS "walBytes",
       coalesce((SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'job_ready'), 0)::float8 AS "readyRead",
       coalesce(sum(calls) FILTER (WHERE verb = 'claim'), 0)::float8 AS "claims",
       coalesce(sum(rows) FILTER (WHERE verb = 'claim'), 0)::float8 AS "claimed",
       coalesce(sum(ms) FILTER (WHERE verb = 'claim'), 0)::float8 AS "claimMs",
       coalesce(sum(calls) FILTER (WHERE verb = 'finish'), 0)::float8 AS "finishes",
       coalesce((SELECT sum(n_tup_ins) FROM pg_stat_user_tables WHERE relname LIKE 'job_archive%'), 0)::float8 AS "finished",
       coalesce(sum(ms) FILTER (WHERE verb = 'finish'), 0)::float8 AS "finishMs"
FROM said`

export async function readCounters(db: Database): Promise<Counters> {
  const [counters] = await db.query<Counters>(COUNTERS)
  return counters as Counters
}

export function difference(after: Counters, before: Counters): Counters {
  const names = Object.keys(after) as (keyof Counters)[]
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Counters
}

const SESSIONS = /* sql */ `
SELECT count(*)::int AS "n",
       CASE WHEN state <> 'active' THEN 'idle' ELSE coalesce(
         wait_event_type || ':' || wait_event ||
           CASE WHEN wait_event_type = 'Lock' THEN coalesce(substring(query FROM '^\\s*--( [a-z ]+)'), '') ELSE '' END,
         'runs'
       ) END AS "doing"
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
GROUP BY 2`

const LOOK_EVERY_MS = 50

/** What sessions did, as many looks told. */
export interface Watched {
  /** Each is a transaction of its own. */
  readonly looks: number
  /** How many sessions did each on average, most of all first. */
  readonly doing: ReadonlyMap<string, number>
}

export async function watchSessions(db: Database, forMs: number): Promise<Watched> {
  const untilMs = performance.now() + forMs
  const seen = new Map<string, number>()
  let looks = 0
  for (; performance.now() < untilMs; looks++) {
    for (const { doing, n } of await db.query<{ doing: string; n: number }>(SESSIONS))
      seen.set(doing, (seen.get(doing) ?? 0) + n)
    await pause(Math.min(LOOK_EVERY_MS, Math.max(0, untilMs - performance.now())))
  }
  const means = [...seen].map(([doing, n]) => [doing, n / looks] as const)
  return { looks, doing: new Map(means.sort(([, a], [, b]) => b - a)) }
}

const CALLS = /* sql */ `
SELECT substring(query FROM '^\\s*-- ([a-z ]+)') AS "verb", sum(calls)::float8 AS "calls",
       (sum(total_exec_time) / sum(calls))::float8 AS "ms"
FROM pg_stat_statements
WHERE query ~ '^\\s*-- [a-z]'
GROUP BY 1 ORDER BY 2 DESC LIMIT 12`

/** The statements that were asked most often since the last reset. */
export function mostAsked(db: Database): Promise<readonly { verb: string; calls: number; ms: number }[]> {
  return db.query(CALLS)
}
