import type { Executor } from '../../database/index.js'

/** What a pause of a definition, or of a tenant's part of it, is on. */
const PAUSED_BY_NAME = /* sql */ `
EXISTS (SELECT FROM linehaul.pause WHERE pause.name = job.name AND pause.tenant_id IN ('', job.tenant_id))`

const KNOWN = /* sql */ `
(name = ANY ($1::text[]) OR EXISTS (SELECT FROM linehaul.worker WHERE names IS NULL OR job.name = ANY (names)))`

/**
 * Takes up to `most` jobs out of the ready index whose definition is paused, or its tenant's part: claims would have to
 * step over them. Reads all that waits, for a job may lie in another queue than its definition's.
 */
export async function setAside(db: Executor, { most }: { most: number }): Promise<number> {
  return (await db.query(SET_ASIDE, [most])).length
}

// Names first: with them alone most are passed over, by any plan.
const SET_ASIDE = /* sql */ `
-- set aside: $1 most
WITH paused AS MATERIALIZED (
  SELECT id FROM linehaul.job
  WHERE state = 'waiting' AND losses = 0 AND name = ANY (ARRAY(SELECT name FROM linehaul.pause)) AND ${PAUSED_BY_NAME}
  LIMIT $1
  FOR UPDATE SKIP LOCKED
)
UPDATE linehaul.job SET state = 'held' FROM paused WHERE job.id = paused.id RETURNING 1`

/**
 * The same with the jobs at the head of each line that no worker knows, neither this one, which knows `names`, nor any that
 * said what it knows: a definition that was retired, or one that only a newer version has.
 */
export async function setAsideUnknown(
  db: Executor,
  { names, most }: { names: readonly string[]; most: number },
): Promise<number> {
  return (await db.query(SET_ASIDE_UNKNOWN, [names, most], { prepared: true })).length
}

// One probe for each tenant of each queue, as long as what stands first there is known.
const SET_ASIDE_UNKNOWN = /* sql */ `
-- set aside unknown: $1 names that are known, $2 most
WITH RECURSIVE known AS MATERIALIZED (
  SELECT ARRAY(SELECT unnest($1::text[]) UNION SELECT unnest(names) FROM linehaul.worker) AS names,
         EXISTS (SELECT FROM linehaul.worker WHERE names IS NULL) AS are_others
),
line (queue, tenant_id) AS (
  (SELECT queue, tenant_id FROM linehaul.job
   WHERE state = 'waiting' AND losses = 0 AND NOT (SELECT are_others FROM known)
   ORDER BY queue, tenant_id LIMIT 1)
  UNION ALL
  SELECT next.queue, next.tenant_id
  FROM line CROSS JOIN LATERAL (
    SELECT queue, tenant_id FROM linehaul.job
    WHERE state = 'waiting' AND losses = 0 AND (queue, tenant_id) > (line.queue, line.tenant_id)
    ORDER BY queue, tenant_id LIMIT 1
  ) AS next
),
head AS MATERIALIZED (
  SELECT line.*
  FROM line CROSS JOIN LATERAL (
    SELECT name FROM linehaul.job
    WHERE state = 'waiting' AND losses = 0 AND queue = line.queue AND tenant_id = line.tenant_id
    ORDER BY priority, run_at, seq LIMIT 1
  ) AS first
  WHERE first.name <> ALL ((SELECT names FROM known)::text[])
),
unknown AS MATERIALIZED (
  SELECT job.id
  FROM head CROSS JOIN LATERAL (
    SELECT id FROM linehaul.job
    WHERE state = 'waiting' AND losses = 0 AND queue = head.queue AND tenant_id = head.tenant_id
      AND name <> ALL ((SELECT names FROM known)::text[])
    ORDER BY priority, run_at, seq
    LIMIT $2
    FOR UPDATE SKIP LOCKED
  ) AS job
  LIMIT $2
)
UPDATE linehaul.job SET state = 'held' FROM unknown WHERE job.id = unknown.id RETURNING 1`

/** Gives back the room that admitted jobs take up while their queue, tenant or definition is paused. */
export async function sendBack(db: Executor): Promise<number> {
  return (await db.query(SEND_BACK)).length
}

const SEND_BACK = /* sql */ `
-- send back
WITH paused AS MATERIALIZED (
  SELECT id FROM linehaul.job
  WHERE limit_keys IS NOT NULL AND state IN ('waiting', 'running') AND state = 'waiting'
    AND EXISTS (
      SELECT FROM linehaul.pause
      WHERE pause.tenant_id IN ('', job.tenant_id) AND pause.queue IN ('', job.queue) AND pause.name IN ('', job.name)
    )
  FOR UPDATE SKIP LOCKED
)
UPDATE linehaul.job SET state = 'held' FROM paused WHERE job.id = paused.id RETURNING 1`

/**
 * Puts up to `most` jobs back in line that were set aside, are not paused any more and known to a worker; this one knows
 * `names`. The most urgent of each tenant come first.
 */
export async function takeBack(
  db: Executor,
  { names, most }: { names: readonly string[]; most: number },
): Promise<number> {
  return (await db.query(TAKE_BACK, [names, most], { prepared: true })).length
}

// Rows are compared so that no index but the one of what is set aside applies: see the lines of limits.
const TAKE_BACK = /* sql */ `
-- take back: $1 names that are known, $2 most
WITH RECURSIVE line (name, tenant_id) AS (
  SELECT '', ''
  UNION ALL
  SELECT next.name, next.tenant_id
  FROM line CROSS JOIN LATERAL (
    SELECT name, tenant_id
    FROM linehaul.job
    WHERE state = 'held' AND limit_keys IS NULL AND (name, tenant_id) > (line.name, line.tenant_id)
    ORDER BY name, tenant_id
    LIMIT 1
  ) AS next
),
free AS MATERIALIZED (
  SELECT held.id
  FROM (SELECT * FROM line AS job WHERE NOT ${PAUSED_BY_NAME} AND ${KNOWN}) AS resumed CROSS JOIN LATERAL (
    SELECT id
    FROM linehaul.job
    WHERE state = 'held' AND limit_keys IS NULL
      AND (name, tenant_id) >= (resumed.name, resumed.tenant_id)
      AND (name, tenant_id) <= (resumed.name, resumed.tenant_id)
    ORDER BY name, tenant_id, priority, run_at, seq
    LIMIT $2
    FOR UPDATE SKIP LOCKED
  ) AS held
  LIMIT $2
)
UPDATE linehaul.job SET state = 'waiting' FROM free WHERE job.id = free.id RETURNING 1`
