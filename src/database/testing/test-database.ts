import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, inject } from 'vitest'

import type { Database } from '../database.js'
import { openEmbedded } from '../pglite/open.js'
import { PostgresDatabase } from '../postgres.js'

type Kind = Database['kind']

/** Runs `suite` once on each kind of database under test. Each gets a migrated, empty database of its own. */
export function onEachDatabase(suite: (database: () => Database, kind: Kind) => void): void {
  for (const kind of inject('databaseKinds')) {
    describe(`on ${kind}`, () => {
      let opened: { db: Database; remove(): Promise<void> }
      beforeAll(async () => {
        opened = await openTestDatabase(kind)
      })
      afterAll(() => opened?.remove())
      suite(() => opened.db, kind)
    })
  }
}

/** A migrated, empty database. `remove` closes it and deletes its data. */
export async function openTestDatabase(kind: Kind): Promise<{ db: Database; remove(): Promise<void> }> {
  return kind === 'embedded' ? copyFolder() : copyDatabase()
}

async function copyFolder(): Promise<{ db: Database; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-test-'))
  await cp(inject('templateFolder'), folder, { recursive: true })
  const db = await openEmbedded({ folder })
  return {
    db,
    async remove() {
      await db.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function copyDatabase(): Promise<{ db: Database; remove(): Promise<void> }> {
  const server = new PostgresDatabase({ url: inject('serverUrl') })
  const name = `linehaul_test_${randomUUID().replaceAll('-', '')}`
  await server.query(`CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`)
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${name}`
  const db = new PostgresDatabase({ url: url.href })
  return {
    db,
    async remove() {
      await db.close()
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await server.close()
    },
  }
}
