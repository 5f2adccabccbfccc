import type { Database } from '../../src/database/index.js'
import { Engine, request } from '../../src/queue/index.js'
import { hostJob } from './job.js'

const TENANTS = 10

/** Makes `count` jobs as the engine does, and keeps them as a stamp to make backlogs with. */
export async function makeStamp(database: Database, count: number): Promise<void> {
  const { client } = new Engine({ database, jobs: [hostJob], needs: {} })
  await client.enqueueMany(
    Array.from({ length: count }, (_, n) =>
      request(hostJob, { ms: 0 }, { tenantId: `tenant-${n % TENANTS}` }),
    ),
  )
  await database.query('CREATE UNLOGGED TABLE stamp AS TABLE linehaul.job')
  await database.query('ALTER TABLE stamp DROP COLUMN seq')
  await empty(database)
}

/** All jobs are gone, those that run as well: every cell begins with the same tables. */
export async function empty(database: Database): Promise<void> {
  // One by one: together they could wait for a finish that waits for them. What ran ends nowhere any more.
  await database.query('TRUNCATE linehaul.job')
  await database.query('TRUNCATE linehaul.job_archive')
}

/** A backlog that is there all at once; one that is still half there and of the same jobs will do. */
export async function stampBacklog(
  database: Database,
  { count, jobMs }: { count: number; jobMs: number },
): Promise<void> {
  if ((await countLeft(database, jobMs)) > count / 2) return
  await empty(database)
  const columns = await database.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = 'stamp'::regclass AND attnum > 0 AND NOT attisdropped`,
  )
  const names = columns.map(({ name }) => name)
  const values = names.map((name) => (name === 'payload' ? `jsonb_build_object('ms', $1::int)` : name))
  await database.query(
    `INSERT INTO linehaul.job (${names.join(', ')}) SELECT ${values.join(', ')} FROM stamp ORDER BY id`,
    [jobMs],
  )
  await database.query('ANALYZE linehaul.job')
}

export async function countLeft(database: Database, jobMs?: number): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM linehaul.job WHERE $1::int IS NULL OR payload = jsonb_build_object('ms', $1::int)`,
    [jobMs],
  )
  return row?.n ?? 0
}

/**
 * @returns how many jobs began more than once
 * @throws when of the `count` that were put in one is lost, or kept twice
 */
export async function verifyBacklog(database: Database, count: number): Promise<number> {
  const [row] = await database.query<{ there: number; kept: number; ids: number; again: number }>(`
    SELECT (SELECT count(*)::int FROM linehaul.job) AS there, count(*)::int AS kept, count(DISTINCT id)::int AS ids,
           (count(*) FILTER (WHERE attempt > 1 OR losses > 0))::int AS again
    FROM linehaul.job_archive`)
  const { there = NaN, kept = NaN, ids = NaN, again = NaN } = row ?? {}
  if (kept !== ids) throw new Error(`${kept - ids} of ${count} jobs ended twice`)
  if (there + kept !== count) throw new Error(`of ${count} jobs ${there} wait or run and ${kept} have ended`)
  return again
}
