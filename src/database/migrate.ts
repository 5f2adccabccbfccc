import { createHash } from 'node:crypto'

import type { Database, Executor, Transaction } from './database.js'
import { DatabaseError, isUnavailable, isUndefinedTable } from './errors.js'

/** One forward step of the schema. Once released it never changes: its checksum is kept with it. */
export interface Migration {
  /** Counts from 1 without gaps inside its part. */
  readonly number: number
  readonly name: string
  readonly sql: string
}

/** The migrations of one part of the product (`queue`, `freight`), in order. */
export interface MigrationSet {
  readonly part: string
  readonly migrations: readonly Migration[]
}

interface Step {
  readonly part: string
  readonly migration: Migration
}

export interface AppliedMigration {
  part: string
  number: number
  name: string
  checksum: string
}

export interface RecordedMigration extends AppliedMigration {
  appliedAt: Date
}

/**
 * Brings the schema up to date, each step in a transaction of its own, so that no table stays locked for longer than its
 * own step takes. Processes that start together wait for one another. When a step fails, those before it stay applied, and
 * the next call goes on with the one that failed.
 * @param onApplied hears of each step once it is committed, and how many wait after it
 * @returns what this call applied, as `part/number-name`.
 * @throws {DatabaseError} DATABASE_MIGRATION_FAILED, DATABASE_SCHEMA_NEWER, DATABASE_MIGRATION_CHANGED, DATABASE_TOO_OLD
 */
export async function migrate(
  db: Database,
  sets: readonly MigrationSet[],
  { onApplied = () => undefined }: { onApplied?: (step: string, waiting: number) => void } = {},
): Promise<readonly string[]> {
  await refuseOldServer(db)
  const done: string[] = []
  for (;;) {
    const applied = await applyNext(db, sets, done)
    if (applied === undefined) return done
    done.push(applied.step)
    onApplied(applied.step, applied.waiting)
  }
}

/** Applies the first step that is pending by now, for another process may have applied some meanwhile. @returns which */
function applyNext(
  db: Database,
  sets: readonly MigrationSet[],
  done: readonly string[],
): Promise<{ step: string; waiting: number } | undefined> {
  return db.transaction(async (tx) => {
    await prepare(tx)
    const [next, ...later] = pendingMigrations(sets, await listApplied(tx))
    if (!next) return undefined
    try {
      await apply(tx, next)
    } catch (error) {
      throw isUnavailable(error) ? error : failed(next, done, error)
    }
    return { step: nameOf(next), waiting: later.length }
  })
}

/**
 * Looks whether the database has exactly the steps of `sets`, and changes nothing. Parts that are not given are not judged:
 * beside the engine's tables a database may hold those of any program.
 * @throws {DatabaseError} DATABASE_SCHEMA_OLD, DATABASE_SCHEMA_NEWER, DATABASE_MIGRATION_CHANGED
 */
export async function checkSchema(db: Executor, sets: readonly MigrationSet[]): Promise<void> {
  refusePending(pendingMigrations(sets, await listApplied(db)))
}

/**
 * The same for a program that `sets` are all the parts of: one that it does not know comes from a later version.
 * @throws {DatabaseError} DATABASE_SCHEMA_OLD, DATABASE_SCHEMA_NEWER, DATABASE_MIGRATION_CHANGED
 */
export async function checkWholeSchema(db: Executor, sets: readonly MigrationSet[]): Promise<void> {
  refusePending(await checkKnown(db, sets))
}

/**
 * Looks whether the database has no step that the program does not know, and changes nothing.
 * @returns what is still to be applied
 * @throws {DatabaseError} DATABASE_SCHEMA_NEWER, DATABASE_MIGRATION_CHANGED
 */
export async function checkKnown(db: Executor, sets: readonly MigrationSet[]): Promise<readonly Step[]> {
  const applied = await listApplied(db)
  const unknown = applied.find((row) => !sets.some(({ part }) => part === row.part))
  if (unknown) throw newer(unknown)
  return pendingMigrations(sets, applied)
}

/** What is still to be applied. Refuses a schema that this version does not know. */
export function pendingMigrations(
  sets: readonly MigrationSet[],
  applied: readonly AppliedMigration[],
): readonly Step[] {
  return sets.flatMap(({ part, migrations }) => {
    const done = new Map(applied.filter((row) => row.part === part).map((row) => [row.number, row]))
    for (const row of done.values()) refuseUnknown(row, migrations)
    return migrations.filter(({ number }) => !done.has(number)).map((migration) => ({ part, migration }))
  })
}

function refuseUnknown(row: AppliedMigration, migrations: readonly Migration[]): void {
  const known = migrations.find(({ number }) => number === row.number)
  if (!known) throw newer(row)
  if (checksumOf(known) !== row.checksum)
    throw new DatabaseError(
      'DATABASE_MIGRATION_CHANGED',
      `The migration ${row.part}/${row.number}-${row.name} was applied with another text than this version has. Released migrations never change: add a new one instead.`,
      false,
    )
}

function newer({ part, number, name }: AppliedMigration): DatabaseError {
  return new DatabaseError(
    'DATABASE_SCHEMA_NEWER',
    `The database was migrated by a newer Linehaul: it has ${part}/${number}-${name}, which this version does not know. Start that version or a later one.`,
    false,
  )
}

function failed(step: Step, done: readonly string[], cause: unknown): DatabaseError {
  const said = cause instanceof Error ? cause.message : String(cause)
  const before = done.length > 0 ? ` Applied before it, and kept: ${done.join(', ')}.` : ''
  return new DatabaseError(
    'DATABASE_MIGRATION_FAILED',
    `The migration ${nameOf(step)} failed and left nothing behind: ${said}.${before} Mend the cause and migrate again: it goes on with this one.`,
    false,
    cause,
  )
}

function refusePending(pending: readonly Step[]): void {
  if (pending.length === 0) return
  const lacks = pending.map(nameOf).join(', ')
  throw new DatabaseError(
    'DATABASE_SCHEMA_OLD',
    `The database lacks ${lacks}. Run \`npx linehaul migrate\` first, or, in a program of your own, \`await migrate(database, [queueMigrations])\`.`,
    false,
  )
}

function nameOf({ part, migration }: Step): string {
  return `${part}/${migration.number}-${migration.name}`
}

export function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex')
}

/** The oldest PostgreSQL that the statements here are written for. */
export const OLDEST_VERSION = 15

async function refuseOldServer(db: Executor): Promise<void> {
  const [server] = await db.query<{ major: number }>(
    `-- get version\nSELECT current_setting('server_version_num')::int / 10000 AS major`,
  )
  if (server && server.major < OLDEST_VERSION)
    throw new DatabaseError(
      'DATABASE_TOO_OLD',
      `The server runs PostgreSQL ${server.major}; Linehaul needs ${OLDEST_VERSION} or later. Upgrade the server, or leave out DATABASE_URL to use the embedded database.`,
      false,
    )
}

async function prepare(tx: Transaction): Promise<void> {
  // CREATE IF NOT EXISTS races with itself, so the lock comes first. The number is arbitrary, but never changes.
  await tx.query('-- lock migrations\nSELECT pg_advisory_xact_lock(7263401)')
  await tx.script(`
    CREATE SCHEMA IF NOT EXISTS linehaul;
    CREATE TABLE IF NOT EXISTS linehaul.migration (
      part text NOT NULL,
      number integer NOT NULL,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (part, number)
    )`)
}

/** What was applied, part by part in order. */
export async function listApplied(db: Executor): Promise<RecordedMigration[]> {
  try {
    return await db.query(LIST_APPLIED)
  } catch (error) {
    if (isUndefinedTable(error)) return [] // nobody was here yet
    throw error
  }
}

const LIST_APPLIED = /* sql */ `
-- list migrations
SELECT part, number, name, checksum, applied_at AS "appliedAt"
FROM linehaul.migration
ORDER BY part, number`

async function apply(tx: Transaction, { part, migration }: Step): Promise<void> {
  await tx.script(migration.sql)
  await tx.query(
    '-- record migration\nINSERT INTO linehaul.migration (part, number, name, checksum) VALUES ($1, $2, $3, $4)',
    [part, migration.number, migration.name, checksumOf(migration)],
  )
}
