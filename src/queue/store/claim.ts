import type { Executor } from '../../database/index.js'
import type { OwnRetry } from '../attempt/retry.js'

export interface ClaimedJob {
  readonly id: string
  readonly seq: number
  readonly tenantId: string
  readonly queue: string
  /** Lower runs first. */
  readonly priority: number
  /** Milliseconds since 1970, as are the others: a `Date` is made of them where one is asked for. */
  readonly runAtMs: number
  readonly createdAtMs: number
  readonly name: string
  readonly payload: unknown
  /** 1 on the first run. */
  readonly attempt: number
  readonly maxAttempts: number
  readonly losses: number
  /** Where its request says otherwise than its definition. */
  readonly retry: OwnRetry | null
  readonly actor: string | null
  readonly correlationId: string | null
  readonly subject: string | null
  readonly context: Readonly<Record<string, string>> | null
  readonly limitKeys: readonly string[] | null
  readonly fence: string
  readonly claimedAtMs: number
  /** Whether this claim's round of the queue's tenants ended with its tenant. */
  readonly endsRound: boolean
}

/** An instant of a claimed job. What the database counts in whole milliseconds may come a hair below them. */
export function toDate(ms: number): Date {
  return new Date(Math.round(ms * 1_000) / 1_000)
}

/** How many jobs to take from one queue. */
export interface QueueWish {
  readonly queue: string
  readonly quota: number
  /** The tenant served last: the round goes on with the next one. */
  readonly cursor: string
}

export interface Claim {
  readonly workerId: string
  /** In this order, until `limit` jobs are taken. */
  readonly wishes: readonly QueueWish[]
  /** Names of the definitions that this worker can run; rows of others are left alone. */
  readonly names: readonly string[]
  readonly limit: number
  /** Those among them that have lost a worker, any of which could be what kills workers. */
  readonly suspects: {
    /** Most that have lost one. */
    readonly together: number
    /** Whether one that has lost more may be taken, and then instead of these. */
    readonly alone: boolean
  }
  /** Most slots one tenant may hold while others wait, and what those tenants hold that come near it. */
  readonly perTenant: { readonly most: number; readonly holding: ReadonlyMap<string, number> }
  /** A fresh UUID: whoever ends these attempts must name it. */
  readonly fence: string
  /** Whether the commit may be lost in a crash of the server; then the jobs are simply claimable again. */
  readonly unsynced: boolean
  readonly now: Date | null
}

/**
 * Takes up to `limit` waiting jobs and marks them running: queue by queue, inside a queue from tenant to tenant, inside a
 * tenant the most urgent first. Jobs that another worker is claiming at this moment are skipped, not waited for.
 */
export async function claim(db: Executor, wish: Claim): Promise<readonly ClaimedJob[]> {
  const { wishes, names, limit, workerId, fence, suspects, perTenant, unsynced, now } = wish
  const parameters = [
    wishes.map(({ queue }) => queue),
    wishes.map(({ quota }) => quota),
    wishes.map(({ cursor }) => cursor),
    names,
    limit,
    workerId,
    fence,
    now,
    suspects.together,
    perTenant.most,
    [...perTenant.holding.keys()],
    [...perTenant.holding.values()],
    unsynced,
    suspects.alone,
  ]
  const jobs = await db.query<ClaimedJob & { fence: string }>(CLAIM, parameters, { prepared: true })
  for (const job of jobs) job.fence = fence
  return jobs.sort(byUrgency)
}

/** RETURNING promises no order. */
function byUrgency(a: ClaimedJob, b: ClaimedJob): number {
  return a.priority - b.priority || a.runAtMs - b.runAtMs || a.seq - b.seq
}

/** What an index holds by queue, tenant and urgency. */
const READY = /* sql */ `state = 'waiting' AND losses = 0 AND name = ANY ((SELECT names FROM runnable)::text[])`

/**
 * The first tenant after another that has one ready in the wish's queue. Its bounds are such that an index by queue and tenant begins at the
 * first and ends at the last: an upper bound of both columns together would be looked at row by row, for all of the queue.
 */
const tenantAfter = (tenant: string) => /* sql */ `(
          SELECT tenant_id FROM linehaul.job
          WHERE ${READY} AND (queue, tenant_id) > (wish.queue, ${tenant}) AND queue <= wish.queue
          ORDER BY queue, tenant_id LIMIT 1
        )`

/** Jobs that so many workers died of, or beside. */
const suspects = (losses: string, may: string, most: string) => /* sql */ `
  SELECT ctid
  FROM linehaul.job
  WHERE ${may} AND state = 'waiting' AND ${losses} AND queue IN (SELECT queue FROM wish)
    AND name = ANY ((SELECT names FROM runnable)::text[])
    AND NOT EXISTS (
      SELECT FROM linehaul.pause
      WHERE pause.tenant_id = job.tenant_id AND pause.queue IN ('', job.queue) AND pause.name IN ('', job.name)
    )
  ORDER BY priority, run_at, seq
  LIMIT ${most}
  FOR UPDATE SKIP LOCKED`

// `round` walks the index from tenant to tenant, beginning after the cursor and going round once, so that a backlog of
// any size costs one probe. A probe compares the queue as a range: told that it is one queue, the planner takes any index by
// tenant for good enough, and then a queue with nothing to do reads the backlogs of all others (beside half a million jobs
// 200 to 1,000 ms a claim). Each tenant gets an equal part of the quota first (pass 1); what is left is lent in turn, up
// to the most that one tenant may hold (pass 2), and beyond it where nobody else waits (pass 3). A pass repeats what the
// ones before it took and skips it: rows that this statement has locked itself come again in the same order. The update
// goes by the rows' places: joined by id, the planner reads the whole table where it takes it for small (28 ms a claim).
const CLAIM = /* sql */ `
-- claim: $1 queues in order, $2 their quotas, $3 their tenant cursors, $4 names, $5 limit, $6 worker id, $7 fence,
--   $8 now or null, $9 most with one loss, $10 most slots for one tenant, $11 tenants near it, $12 slots they hold,
--   $13 whether the commit need not be synced, $14 whether one with more losses may be taken instead of those
WITH mode AS MATERIALIZED (
  SELECT CASE WHEN $13::boolean THEN set_config('synchronous_commit', 'off', true) END
),
runnable AS MATERIALIZED (
  SELECT ARRAY(
    SELECT unnest($4::text[]) EXCEPT SELECT name FROM linehaul.pause WHERE tenant_id = '' AND name <> ''
  ) AS names,
  EXISTS (SELECT FROM linehaul.pause WHERE tenant_id <> '' AND name <> '') AS has_paused_pairs
  FROM mode
),
wish AS MATERIALIZED (
  SELECT queue, quota, cursor,
         ARRAY(
           SELECT tenant_id FROM linehaul.pause
           WHERE tenant_id <> '' AND name = '' AND pause.queue IN ('', given.queue)
         ) AS paused
  FROM unnest($1::text[], $2::int[], $3::text[]) AS given(queue, quota, cursor)
  WHERE NOT EXISTS (SELECT FROM linehaul.pause WHERE tenant_id = '' AND pause.queue = given.queue)
),
alone AS MATERIALIZED (${suspects('losses > 1', '$14::boolean', '1')}
),
together AS MATERIALIZED (${suspects('losses = 1', '$9::int > 0 AND NOT EXISTS (SELECT FROM alone)', '$9::int')}
),
suspect AS MATERIALIZED (SELECT ctid FROM alone UNION ALL SELECT ctid FROM together),
picked AS MATERIALIZED (
  SELECT taken.ctid, wish.queue, taken.tenant_id, taken.turn
  FROM wish CROSS JOIN LATERAL (
    WITH RECURSIVE round (tenant_id, wrapped, turn) AS (
      SELECT wish.cursor, false, 0
      UNION ALL
      SELECT next.tenant_id, next.wrapped, turn + (next.tenant_id <> ALL (wish.paused))::int
      FROM round CROSS JOIN LATERAL (
        SELECT tenant_id, round.wrapped
        FROM ${tenantAfter('round.tenant_id')} AS further
        WHERE NOT round.wrapped OR tenant_id <= wish.cursor
        UNION ALL
        SELECT tenant_id, true
        FROM ${tenantAfter("''")} AS first
        WHERE NOT round.wrapped AND tenant_id <= wish.cursor
        LIMIT 1
      ) AS next
      WHERE turn < wish.quota
    ),
    tenant AS MATERIALIZED (
      SELECT tenant_id, turn,
             CASE WHEN count(*) OVER () = 1 THEN wish.quota ELSE greatest(0, $10::int - coalesce(held, 0)) END AS room,
             greatest(1, wish.quota / count(*) OVER ())::int AS share
      FROM round LEFT JOIN unnest($11::text[], $12::int[]) AS holding(tenant_id, held) USING (tenant_id)
      WHERE turn > 0 AND tenant_id <> ALL (wish.paused)
    ),
    pass AS (
      SELECT 1 AS number, tenant_id, turn, 0 AS skip, least(share, room) AS most FROM tenant
      UNION ALL
      SELECT 2, tenant_id, turn, least(share, room), room - least(share, room) FROM tenant WHERE share < room
      UNION ALL
      SELECT 3, tenant_id, turn, room, wish.quota FROM tenant WHERE room < wish.quota
      ORDER BY number, turn
    )
    SELECT job.ctid, pass.tenant_id, pass.turn
    FROM pass CROSS JOIN LATERAL (
      SELECT ctid
      FROM linehaul.job
      WHERE ${READY} AND queue = wish.queue AND tenant_id = pass.tenant_id
        AND NOT ((SELECT has_paused_pairs FROM runnable) AND EXISTS (
          SELECT FROM linehaul.pause WHERE pause.tenant_id = job.tenant_id AND pause.name = job.name
        ))
      ORDER BY priority, run_at, seq
      OFFSET pass.skip LIMIT pass.most
      FOR UPDATE SKIP LOCKED
    ) AS job
    LIMIT wish.quota
  ) AS taken
  LIMIT $5 - (SELECT count(*) FROM suspect)
),
round_end AS MATERIALIZED (
  SELECT DISTINCT ON (queue) queue, tenant_id FROM picked ORDER BY queue, turn DESC
)
UPDATE linehaul.job
SET state = 'running',
    attempt = attempt + 1,
    worker_id = $6,
    fence = $7,
    claimed_at = coalesce($8::timestamptz, now()),
    debounce_until = NULL
WHERE ctid = ANY (ARRAY(SELECT ctid FROM suspect UNION ALL SELECT ctid FROM picked))
RETURNING id::text AS "id", seq::float8 AS "seq", tenant_id AS "tenantId", queue, name, payload, priority::int AS "priority",
          date_part('epoch', run_at) * 1000 AS "runAtMs", date_part('epoch', created_at) * 1000 AS "createdAtMs",
          attempt, max_attempts AS "maxAttempts", losses::int AS "losses", retry, actor, correlation_id AS "correlationId",
          subject, context, limit_keys AS "limitKeys",
          date_part('epoch', claimed_at) * 1000 AS "claimedAtMs",
          (queue, tenant_id) IN (SELECT queue, tenant_id FROM round_end) AS "endsRound"`
