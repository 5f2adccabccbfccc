import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { extract } from 'tar'
import type { TestProject } from 'vitest/node'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../../src/database/index.js'
import { Pruner } from '../../src/queue/duty/pruner.js'
import { schema } from '../../src/schema.js'
import { findEmpty } from '../../src/testing/memory.js'
import { FakeClock } from '../../src/time/testing/fake-clock.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Which databases this run tests. */
    databaseKinds: ('embedded' | 'server')[]
    /** A migrated embedded database, to be copied. */
    templateFolder: string
    /** A file with all that it holds, to open copies in memory with. */
    templateDump: string
    /** Where the test server is, and the migrated database to copy there; empty without one. */
    serverUrl: string
    templateDatabase: string
  }
}

/** Makes one migrated database of each kind; test files copy it, which is far quicker than migrating anew. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-test-'))
  const serverUrl = process.env['TEST_DATABASE_URL'] ?? ''
  const templateDatabase = `linehaul_test_template_${randomUUID().slice(0, 8)}`

  const templateFolder = path.join(folder, 'template')
  const templateDump = path.join(folder, 'template.tar')
  await Promise.all([
    makeEmbedded(templateFolder, templateDump),
    serverUrl && makeTemplate(serverUrl, templateDatabase),
  ])

  project.provide('databaseKinds', serverUrl ? ['embedded', 'server'] : ['embedded'])
  project.provide('templateFolder', templateFolder)
  project.provide('templateDump', templateDump)
  project.provide('serverUrl', serverUrl)
  project.provide('templateDatabase', templateDatabase)
  console.log(
    serverUrl
      ? 'Databases under test: embedded (PGlite) and the server at TEST_DATABASE_URL.'
      : 'Database under test: embedded (PGlite) only. Set TEST_DATABASE_URL to test a PostgreSQL server as well.',
  )

  return async () => {
    await rm(folder, { recursive: true, force: true })
    if (serverUrl) await withServer(serverUrl, (server) => server.query(`DROP DATABASE ${templateDatabase}`))
  }
}

/** Migrated, and with the days of the archive that a first start would make: that takes longer than most tests. */
async function prepare(database: Database): Promise<void> {
  await migrate(database, schema)
  await new Pruner(database, new FakeClock()).runOnce()
}

async function makeEmbedded(folder: string, dump: string): Promise<void> {
  await mkdir(folder)
  await beginWithEmpty(path.join(folder, 'db'))
  const embedded = await openEmbedded({ folder })
  await prepare(embedded)
  await dropTemplates(embedded)
  await writeFile(dump, await embedded.dump())
  await embedded.close()
}

/** With the empty one that an earlier run has kept, if there is one: to make it takes half of all that is done here. */
async function beginWithEmpty(files: string): Promise<void> {
  const file = await findEmpty()
  if (!existsSync(file)) return
  await mkdir(files, { mode: 0o700 })
  await extract({ file, cwd: files })
}

/** Nobody makes a database in it, and without what others would be made from it opens in three quarters of the time. */
async function dropTemplates(database: Database): Promise<void> {
  for (const name of ['template0', 'template1']) {
    await database.query('UPDATE pg_database SET datistemplate = false WHERE datname = $1', [name])
    await database.query(`DROP DATABASE ${name}`)
  }
  await database.query('CHECKPOINT') // else each copy would begin with doing all of this again
}

async function makeTemplate(serverUrl: string, name: string): Promise<void> {
  await withServer(serverUrl, (server) => server.query(`CREATE DATABASE ${name}`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await withServer(url.href, prepare)
}

async function withServer(url: string, work: (db: PostgresDatabase) => Promise<unknown>): Promise<void> {
  const server = new PostgresDatabase({ url })
  try {
    await work(server)
  } finally {
    await server.close()
  }
}
