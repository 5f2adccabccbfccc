import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, inject } from 'vitest'

import type { Database } from '../database.js'
import { openInMemory, type EmbeddedDatabase } from '../pglite/open.js'
import { PostgresDatabase } from '../postgres.js'
import { borrowEmbedded } from './spare-database.js'

type Kind = Database['kind']

/** Runs `suite` once on each kind of database under test. Each gets a migrated, empty database of its own. */
export function onEachDatabase(suite: (database: () => Database, kind: Kind) => void): void {
  for (const kind of inject('databaseKinds')) {
    describe(`on ${kind}`, () => {
      let opened: { db: Database; remove(): Promise<void> }
      beforeAll(async () => {
        opened = await (kind === 'embedded' ? borrowEmbedded(openCopy) : openTestDatabase(kind))
      })
      afterAll(() => opened?.remove())
      suite(() => opened.db, kind)
    })
  }
}

/**
 * A migrated, empty database. `remove` closes it and deletes its data. An embedded one is in memory: to copy a folder of
 * 1200 files and read them takes longer than most tests.
 */
export async function openTestDatabase(kind: Kind): Promise<{ db: Database; remove(): Promise<void> }> {
  if (kind === 'embedded') {
    const db = await openCopy()
    return { db, remove: () => db.close() }
  }
  const { place, remove } = await copyDatabase()
  const db = new PostgresDatabase(place)
  return {
    db,
    async remove() {
      await db.close()
      await remove()
    },
  }
}

async function openCopy(): Promise<EmbeddedDatabase> {
  return openInMemory({ dump: await readFile(inject('templateDump')) })
}

/** Where a database can be opened. */
export type Place =
  | { readonly folder: string; readonly url?: undefined }
  | { readonly url: string; readonly folder?: undefined }

/** A migrated, empty database that nobody has opened. `remove` deletes it. */
export async function copyTemplate(kind: Kind): Promise<{ place: Place; remove(): Promise<void> }> {
  return kind === 'embedded' ? copyFolder() : copyDatabase()
}

async function copyFolder(): Promise<{ place: Place; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-test-'))
  await cp(inject('templateFolder'), folder, { recursive: true })
  return { place: { folder }, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function copyDatabase(): Promise<{ place: Place & { url: string }; remove(): Promise<void> }> {
  const server = new PostgresDatabase({ url: inject('serverUrl') })
  const name = `linehaul_test_${randomUUID().replaceAll('-', '')}`
  await server.query(`CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`)
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${name}`
  return {
    place: { url: url.href },
    async remove() {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await server.close()
    },
  }
}
