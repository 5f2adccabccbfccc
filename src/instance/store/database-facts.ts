import type { Database, Executor } from '../../database/index.js'

export interface ServerFacts {
  readonly version: string
  readonly major: number
  /** Of the whole database on disk. */
  readonly bytes: number
}

export async function getServerFacts(db: Executor): Promise<ServerFacts> {
  const [facts] = await db.query<ServerFacts>(GET_SERVER, [], { prompt: true })
  return facts as ServerFacts
}

const GET_SERVER = /* sql */ `
-- get server facts
SELECT current_setting('server_version') AS "version",
       current_setting('server_version_num')::int / 10000 AS "major",
       pg_database_size(current_database())::float8 AS "bytes"`

export async function getDatabaseTime(db: Executor): Promise<Date> {
  const [row] = await db.query<{ at: Date }>(GET_TIME, [], { prompt: true })
  return (row as { at: Date }).at
}

const GET_TIME = /* sql */ `
-- get time
SELECT clock_timestamp() AS "at"`

export interface TableFacts {
  readonly table: string
  readonly liveRows: number
  /** Rows that were changed or deleted and whose room nobody has freed yet. */
  readonly deadRows: number
  readonly bytes: number
}

/** The tables with most dead rows. */
export function listTables(db: Executor): Promise<readonly TableFacts[]> {
  return db.query(LIST_TABLES, [], { prompt: true })
}

const LIST_TABLES = /* sql */ `
-- list tables
SELECT relname AS "table", n_live_tup::float8 AS "liveRows", n_dead_tup::float8 AS "deadRows",
       coalesce(pg_total_relation_size(relid), 0)::float8 AS "bytes"
FROM pg_stat_user_tables
WHERE schemaname = 'linehaul'
ORDER BY n_dead_tup DESC, relname
LIMIT 5`

export interface TransactionFacts {
  readonly pid: number
  readonly program: string
  readonly ageMs: number
}

/** The transaction that has been open longest, of those that this user may see. */
export async function findOldestTransaction(db: Executor): Promise<TransactionFacts | undefined> {
  const [oldest] = await db.query<TransactionFacts>(FIND_OLDEST, [], { prompt: true })
  return oldest
}

const FIND_OLDEST = /* sql */ `
-- find oldest transaction
SELECT pid, application_name AS "program", 1000 * extract(epoch FROM now() - xact_start)::float8 AS "ageMs"
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND xact_start IS NOT NULL
ORDER BY xact_start
LIMIT 1`

/** Which session of the server serves each of three connections that are open at once. */
export async function listSessions(db: Database): Promise<readonly number[]> {
  const pids: number[] = []
  for (const connection of [db, db.background('prompt'), db.background('unhurried')]) {
    const [row] = await connection.query<{ pid: number }>(GET_SESSION)
    pids.push((row as { pid: number }).pid)
  }
  return pids
}

const GET_SESSION = /* sql */ `
-- get session
SELECT pg_backend_pid() AS "pid"`
