import type { Database, Executor } from '../../database/index.js'

/** Names of the archive's partitions by day (`job_archive_20261122`), the default one not among them. */
export async function listDays(db: Executor): Promise<readonly string[]> {
  const rows = await db.query<{ day: string }>(LIST_DAYS)
  return rows.map(({ day }) => day)
}

const LIST_DAYS = /* sql */ `
-- list archive days
SELECT right(relid::text, 8) AS day
FROM pg_partition_tree('linehaul.job_archive')
WHERE level = 1 AND relid::text ~ '_\\d{8}$'
ORDER BY day`

/**
 * Making and dropping a day needs the archive for itself for a moment. Whoever waits for it makes everybody else who wants
 * to finish a job wait behind him, so he gives up soon and tries again later.
 */
const GIVE_UP = `-- give up soon\nSET LOCAL lock_timeout = '250ms'`

/**
 * Makes the partition of one day, moving into it what the default partition holds of that day.
 * @param day eight digits, `YYYYMMDD`
 * @throws an error for which `isLockTimeout` holds when the archive is read or written for too long.
 */
export function addDay(db: Database, day: string): Promise<void> {
  const table = tableOf(day)
  return db.transaction(async (tx) => {
    await tx.query(GIVE_UP)
    await tx.query('-- lock partitions\nSELECT pg_advisory_xact_lock(7263402)')
    if ((await listDays(tx)).includes(day)) return
    await tx.query(`CREATE TABLE ${table} (LIKE linehaul.job_archive INCLUDING ALL)`)
    // Else a job that finishes meanwhile goes to the default partition, where its row is no longer allowed.
    await tx.query('-- lock archive\nLOCK TABLE ONLY linehaul.job_archive IN ACCESS EXCLUSIVE MODE')
    await tx.query(
      `-- move into day: $1 day
       WITH moved AS (DELETE FROM linehaul.job_archive_default WHERE expires_on = $1::date RETURNING *)
       INSERT INTO ${table} SELECT * FROM moved`,
      [day],
    )
    await tx.query(
      `ALTER TABLE linehaul.job_archive ATTACH PARTITION ${table} FOR VALUES FROM ('${day}') TO (date '${day}' + 1)`,
    )
  })
}

/** Whether more than `count` finished jobs lie in no partition of a day. */
export async function hasMoreWithoutDay(db: Executor, count: number): Promise<boolean> {
  return (await db.query(HAS_MORE, [count])).length > 0
}

const HAS_MORE = /* sql */ `
-- has more without day: $1 count
SELECT FROM linehaul.job_archive_default OFFSET $1 LIMIT 1`

/** @throws an error for which `isLockTimeout` holds when the archive is read or written for too long. */
export async function dropDay(db: Database, day: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(GIVE_UP)
    await tx.query(`-- drop day\nDROP TABLE IF EXISTS ${tableOf(day)}`)
  })
}

/** Deletes up to `limit` expired rows that have no partition of their own, for no upkeep ran in time. @returns how many. */
export async function deleteExpired(db: Executor, today: string, limit: number): Promise<number> {
  return (await db.query(DELETE_EXPIRED, [today, limit])).length
}

const DELETE_EXPIRED = /* sql */ `
-- delete expired: $1 today, $2 limit
DELETE FROM linehaul.job_archive_default
WHERE id IN (SELECT id FROM linehaul.job_archive_default WHERE expires_on <= $1::date LIMIT $2)
RETURNING id`

/** The database's own day, in UTC, as `YYYYMMDD`. */
export async function getToday(db: Executor, now: Date | null): Promise<string> {
  const [row] = await db.query<{ day: string }>(
    `-- get today: $1 now or null\nSELECT to_char(coalesce($1::timestamptz, now()) AT TIME ZONE 'UTC', 'YYYYMMDD') AS day`,
    [now],
  )
  return row?.day ?? ''
}

/** DDL takes no parameters, so the name is built from nothing but eight digits. */
function tableOf(day: string): string {
  if (!/^\d{8}$/.test(day)) throw new RangeError(`"${day}" is not a day written YYYYMMDD`)
  return `linehaul.job_archive_${day}`
}
