import type { Executor } from '../../database/index.js'

export const ALERT_KINDS = [
  'failure-rate',
  'oldest-waiting',
  'dead-growth',
  'late-schedule',
  'no-worker',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** Something that is, or was, wrong with a tenant's queue. */
export interface Alert {
  /** Later ones have greater ids. */
  readonly id: string
  readonly tenantId: string
  readonly queue: string
  readonly kind: AlertKind
  /** What was measured when it was raised: per cent, jobs or minutes. */
  readonly value: number
  /** From which value on it is raised. */
  readonly threshold: number
  readonly raisedAt: Date
  /** `null`: it is open. */
  readonly clearedAt: Date | null
}

export type NewAlert = Omit<Alert, 'raisedAt' | 'clearedAt'>

const COLUMNS = /* sql */ `
id::text AS "id", tenant_id AS "tenantId", queue, kind, value, threshold, raised_at AS "raisedAt", cleared_at AS "clearedAt"`

/** Those of all tenants. */
export function listOpenAlerts(db: Executor): Promise<readonly Alert[]> {
  return db.query<Alert>(LIST_OPEN, [], { prepared: true })
}

const LIST_OPEN = /* sql */ `
-- list open alerts
SELECT ${COLUMNS} FROM linehaul.alert WHERE cleared_at IS NULL`

/** How many are open, over all tenants. */
export function countOpenAlerts(
  db: Executor,
): Promise<readonly (Pick<Alert, 'queue' | 'kind'> & { readonly count: number })[]> {
  return db.query(COUNT_OPEN)
}

const COUNT_OPEN = /* sql */ `
-- count open alerts
SELECT queue, kind, count(*)::int AS "count" FROM linehaul.alert WHERE cleared_at IS NULL
GROUP BY queue, kind
ORDER BY queue, kind`

/**
 * Raises and clears; of two processes that find the same at the same time, one does.
 * @returns those that this call raised or cleared
 */
export function changeAlerts(
  db: Executor,
  { raise, clear, now }: { raise: readonly NewAlert[]; clear: readonly string[]; now: Date | null },
): Promise<readonly Alert[]> {
  return db.query<Alert>(CHANGE, [
    raise.map(({ id }) => id),
    raise.map(({ tenantId }) => tenantId),
    raise.map(({ queue }) => queue),
    raise.map(({ kind }) => kind),
    raise.map(({ value }) => value),
    raise.map(({ threshold }) => threshold),
    clear,
    now,
  ])
}

const CHANGE = /* sql */ `
-- change alerts: arrays of $1 ids, $2 tenants, $3 queues, $4 kinds, $5 values, $6 thresholds; $7 ids to clear, $8 now or null
WITH raised AS (
  INSERT INTO linehaul.alert (id, tenant_id, queue, kind, value, threshold, raised_at)
  SELECT given.*, coalesce($8::timestamptz, now())
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[]) AS given
  ON CONFLICT (tenant_id, queue, kind) WHERE cleared_at IS NULL DO NOTHING
  RETURNING *
),
cleared AS (
  UPDATE linehaul.alert SET cleared_at = coalesce($8::timestamptz, now())
  WHERE id = ANY ($7::uuid[]) AND cleared_at IS NULL
  RETURNING *
)
SELECT ${COLUMNS} FROM (SELECT * FROM raised UNION ALL SELECT * FROM cleared) AS changed
ORDER BY changed.id`

export interface AlertSelection {
  readonly isOpen?: boolean | undefined
  readonly queue?: string | undefined
  /** Only alerts raised before the one with this id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** A tenant's, the last raised first. */
export function listAlerts(
  db: Executor,
  tenantId: string,
  { isOpen, queue, after, limit }: AlertSelection,
): Promise<readonly Alert[]> {
  return db.query<Alert>(LIST, [tenantId, isOpen ?? null, queue ?? null, after ?? null, limit])
}

const LIST = /* sql */ `
-- list alerts: $1 tenant, $2 whether open, $3 queue and $4 id of the one before the first, each null for any; $5 limit
SELECT ${COLUMNS} FROM linehaul.alert
WHERE tenant_id = $1 AND ($2::boolean IS NULL OR (cleared_at IS NULL) = $2)
  AND ($3::text IS NULL OR queue = $3) AND ($4::uuid IS NULL OR alert.id < $4)
ORDER BY alert.id DESC
LIMIT $5`
