import type { Executor } from '../../database/index.js'

/** What a pause is on; `''` is any. Never a queue and a definition at once. */
export interface PauseRow {
  readonly tenantId: string
  readonly queue: string
  readonly name: string
}

export interface StandingPause extends PauseRow {
  readonly by: string
  readonly reason: string
  readonly at: Date
}

/** Pauses all of `rows`; one that is paused already stays as it is. @returns how many were not */
export async function insertPauses(
  db: Executor,
  rows: readonly PauseRow[],
  { by, reason, now }: { by: string; reason: string; now: Date | null },
): Promise<number> {
  const inserted = await db.query(INSERT, [...columns(rows), by, reason, now])
  return inserted.length
}

const INSERT = /* sql */ `
-- insert pauses: $1 tenants, $2 queues, $3 names ('' is any), $4 by whom, $5 reason, $6 now or null
INSERT INTO linehaul.pause (tenant_id, queue, name, paused_by, reason, paused_at)
SELECT tenant_id, queue, name, $4, $5, coalesce($6::timestamptz, now())
FROM unnest($1::text[], $2::text[], $3::text[]) AS paused(tenant_id, queue, name)
ON CONFLICT DO NOTHING
RETURNING 1`

/** A definition's name of today, and one it had before. */
export interface Renaming {
  readonly name: string
  readonly former: string
}

/** Pauses under their names of today what is paused under a former one, with what was said of it then. */
export async function carryPausesOver(db: Executor, renamings: readonly Renaming[]): Promise<void> {
  await db.query(CARRY_OVER, [renamings.map(({ name }) => name), renamings.map(({ former }) => former)])
}

// Under a lock, so that what somebody resumes at this very moment is not paused anew.
const CARRY_OVER = /* sql */ `
-- carry pauses over: $1 names, $2 a former name of each
INSERT INTO linehaul.pause (tenant_id, queue, name, paused_by, reason, paused_at)
SELECT pause.tenant_id, pause.queue, renamed.name, pause.paused_by, pause.reason, pause.paused_at
FROM linehaul.pause JOIN unnest($1::text[], $2::text[]) AS renamed(name, former) ON renamed.former = pause.name
ORDER BY pause.paused_at
FOR SHARE OF pause
ON CONFLICT DO NOTHING`

/** Ends pauses, and remembers them as one that `by` ended: of what the first of `rows` names. @returns those that stood, in the order of `rows` */
export async function deletePauses(
  db: Executor,
  rows: readonly PauseRow[],
  { by, now }: { by: string; now: Date | null },
): Promise<readonly StandingPause[]> {
  return db.query<StandingPause>(DELETE, [...columns(rows), by, now])
}

const DELETE = /* sql */ `
-- delete pauses: $1 tenants, $2 queues, $3 names ('' is any), $4 by whom, $5 now or null
WITH gone AS (
  DELETE FROM linehaul.pause
  USING unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS resumed(tenant_id, queue, name, position)
  WHERE (pause.tenant_id, pause.queue, pause.name) = (resumed.tenant_id, resumed.queue, resumed.name)
  RETURNING pause.*, position
),
remembered AS (
  INSERT INTO linehaul.pause_history (tenant_id, queue, name, paused_by, reason, paused_at, resumed_by, resumed_at)
  SELECT tenant_id, queue, ($3::text[])[1], paused_by, reason, paused_at, $4, coalesce($5::timestamptz, now())
  FROM gone
  ORDER BY position
  LIMIT 1
)
SELECT tenant_id AS "tenantId", queue, name, paused_by AS "by", reason, paused_at AS "at"
FROM gone
ORDER BY position`

/** The pauses of all tenants, the oldest first. */
export function listPauses(db: Executor): Promise<readonly StandingPause[]> {
  return db.query<StandingPause>(LIST)
}

const LIST = /* sql */ `
-- list pauses
SELECT tenant_id AS "tenantId", queue, name, paused_by AS "by", reason, paused_at AS "at"
FROM linehaul.pause
ORDER BY paused_at, tenant_id, queue, name`

function columns(rows: readonly PauseRow[]): readonly (readonly string[])[] {
  return [rows.map(({ tenantId }) => tenantId), rows.map(({ queue }) => queue), rows.map(({ name }) => name)]
}
