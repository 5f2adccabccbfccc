import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

import { migrate, type EmbeddedDatabase } from '../database/index.js'
import { openInMemory } from '../database/pglite/open.js'
import { Pruner } from '../queue/duty/pruner.js'
import { queueMigrations } from '../queue/index.js'
import { FakeClock } from '../time/testing/fake-clock.js'
import { emptyAgain, rememberBeginning } from './empty-again.js'

interface Spare {
  readonly database: EmbeddedDatabase
  /** What its schema looked like at first. */
  readonly shape: string
}

/** Databases that nobody uses at the moment, one at most: emptying one takes a tenth of a second, opening one some seconds. */
let spare: Spare | undefined
const lent = new Map<EmbeddedDatabase, Spare>()

/** A database in memory that holds the engine's empty tables and nothing else. */
export async function borrowDatabase(): Promise<EmbeddedDatabase> {
  const borrowed = spare ?? (await prepare())
  spare = undefined
  borrowed.database.keepProcessAlive(true)
  lent.set(borrowed.database, borrowed)
  return borrowed.database
}

/** The borrower, and all that it began, uses it no more. */
export async function returnDatabase(database: EmbeddedDatabase): Promise<void> {
  const returned = lent.get(database)
  lent.delete(database)
  if (!returned || spare || !(await emptyAgain(database, returned.shape))) return database.close()
  spare = returned
  database.keepProcessAlive(false)
}

/** With the days of the archive that most test engines begin with: to make them takes as long as all else of a start. */
async function prepare(): Promise<Spare> {
  const database = await open()
  await migrate(database, [queueMigrations])
  await new Pruner(database, new FakeClock()).runOnce()
  return { database, shape: await rememberBeginning(database) }
}

/** Making a database takes some seconds, so an empty one is kept where other tools keep theirs, for the next process. */
async function open(): Promise<EmbeddedDatabase> {
  const clock = new FakeClock() // stands still: it needs no upkeep
  const file = await findEmpty()
  const dump = await readFile(file).catch(() => undefined)
  const opened = dump && (await openInMemory({ clock, dump }).catch(() => undefined))
  if (opened) return opened
  const made = await openInMemory({ clock })
  await keep(file, await made.dump()).catch(() => undefined) // it saves time, nothing else
  return made
}

/** Under another name first, so that nobody reads half of it. */
async function keep(file: string, dump: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const unfinished = `${file}.${randomUUID()}`
  await writeFile(unfinished, dump)
  await rename(unfinished, file)
}

/** Where an empty database is kept, once one was made. */
export async function findEmpty(): Promise<string> {
  return path.resolve('node_modules/.cache/linehaul', `empty-pglite-${await findVersion()}.tar`)
}

async function findVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const about = await readFile(path.join(path.dirname(entry), '../package.json'), 'utf8')
  return (JSON.parse(about) as { version: string }).version
}
