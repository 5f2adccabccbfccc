import type { Executor } from '../../../../database/index.js'

/** Calendar days of one tenant, both included. */
export interface Period {
  readonly tenantId: string
  readonly timeZone: string
  readonly from: string
  readonly until: string
}

export interface DayCounts {
  readonly day: string
  readonly created: number
  readonly accepted: number
  readonly rejected: number
  /** Of those nobody decided about in time. */
  readonly expired: number
  /** Lanes that no longer qualified, or that a dedicated lane took. */
  readonly withdrawn: number
}

export interface CustomerDecisions {
  readonly customer: { readonly id: string; readonly name: string }
  readonly accepted: number
  readonly rejected: number
  readonly expired: number
}

/** In milliseconds; `null` where there was no analysis. */
export interface AnalysisTimes {
  readonly runs: number
  readonly meanMs: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly maxMs: number | null
}

/** Instants of the period: its first midnight, and the one after its last day. */
const BOUNDS = `
bounds AS (
  SELECT $3::date::timestamp AT TIME ZONE $2 AS first, ($4::date + 1)::timestamp AT TIME ZONE $2 AS after_last
)`

export function selectDays(
  db: Executor,
  { tenantId, timeZone, from, until, lapsed }: Period & { lapsed: string },
): Promise<DayCounts[]> {
  return db.query<DayCounts>(DAYS, [tenantId, timeZone, from, until, lapsed])
}

const DAYS = /* sql */ `
-- count suggestions by day: $1 tenant, $2 time zone, $3 first day, $4 last day, $5 reason of those that were not decided in time
WITH ${BOUNDS},
happened AS (
  SELECT (created_at AT TIME ZONE $2)::date AS day, 'created' AS what
  FROM linehaul.lane_suggestion, bounds
  WHERE tenant_id = $1 AND created_at >= first AND created_at < after_last
  UNION ALL
  SELECT (decided_at AT TIME ZONE $2)::date,
         CASE WHEN status = 'expired' AND reason IS DISTINCT FROM $5 THEN 'withdrawn' ELSE status END
  FROM linehaul.lane_suggestion, bounds
  WHERE tenant_id = $1 AND status <> 'pending' AND decided_at >= first AND decided_at < after_last
)
SELECT to_char(each, 'YYYY-MM-DD') AS "day",
       (count(*) FILTER (WHERE what = 'created'))::int AS "created",
       (count(*) FILTER (WHERE what = 'accepted'))::int AS "accepted",
       (count(*) FILTER (WHERE what = 'rejected'))::int AS "rejected",
       (count(*) FILTER (WHERE what = 'expired'))::int AS "expired",
       (count(*) FILTER (WHERE what = 'withdrawn'))::int AS "withdrawn"
FROM generate_series($3::date::timestamp, $4::date::timestamp, interval '1 day') AS each
LEFT JOIN happened ON happened.day = each::date
GROUP BY each
ORDER BY each`

export function selectAcceptance(
  db: Executor,
  { tenantId, timeZone, from, until, limit }: Period & { limit: number },
): Promise<CustomerDecisions[]> {
  return db.query<CustomerDecisions>(ACCEPTANCE, [tenantId, timeZone, from, until, limit])
}

const ACCEPTANCE = /* sql */ `
-- count decisions by customer: $1 tenant, $2 time zone, $3 first day, $4 last day, $5 limit
WITH ${BOUNDS}
SELECT jsonb_build_object('id', customer.id, 'name', customer.name) AS "customer",
       (count(*) FILTER (WHERE status = 'accepted'))::int AS "accepted",
       (count(*) FILTER (WHERE status = 'rejected'))::int AS "rejected",
       (count(*) FILTER (WHERE status = 'expired'))::int AS "expired"
FROM bounds, linehaul.lane_suggestion AS stored
JOIN linehaul.customer ON customer.tenant_id = $1 AND customer.id = stored.customer_id
WHERE stored.tenant_id = $1 AND status <> 'pending' AND decided_at >= first AND decided_at < after_last
GROUP BY customer.id, customer.name
ORDER BY count(*) FILTER (WHERE status <> 'expired') DESC, count(*) DESC, customer.id
LIMIT $5`

export async function measureAnalyses(
  db: Executor,
  { tenantId, timeZone, from, until }: Period,
): Promise<AnalysisTimes> {
  const [times] = await db.query<AnalysisTimes>(ANALYSES, [tenantId, timeZone, from, until])
  return times as AnalysisTimes
}

const ANALYSES = /* sql */ `
-- measure analyses: $1 tenant, $2 time zone, $3 first day, $4 last day
WITH ${BOUNDS}
SELECT count(*)::int AS "runs",
       round(avg(took_ms))::int AS "meanMs",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms))::int AS "p50Ms",
       round(percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms))::int AS "p95Ms",
       max(took_ms) AS "maxMs"
FROM linehaul.pattern_analysis, bounds
WHERE tenant_id = $1 AND at >= first AND at < after_last`
