import type { Executor } from '../../database/index.js'
import type { Keep } from '../keep.js'

/** Deletes up to `limit` rows of a table whose time is up. @returns how many */
export async function deleteOld(
  db: Executor,
  { table, column }: Keep,
  { keepMs, limit, now }: { keepMs: number; limit: number; now: Date | null },
): Promise<number> {
  // Names of tables cannot be parameters: these are declared in code, and checked when the engine is made.
  const [row] = await db.query<{ deleted: number }>(
    /* sql */ `
-- delete old: $1 keep in ms, $2 limit, $3 now or null
WITH gone AS (
  DELETE FROM linehaul.${table}
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM linehaul.${table}
    WHERE ${column} < coalesce($3::timestamptz, now()) - $1::float8 * interval '1 ms'
    LIMIT $2
  ))
  RETURNING 1
)
SELECT count(*)::int AS "deleted" FROM gone`,
    [keepMs, limit, now],
  )
  return row?.deleted ?? 0
}
