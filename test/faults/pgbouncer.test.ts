import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { migrate, PostgresDatabase } from '../../src/database/index.js'
import { defineJob, Engine, foreignTransaction, queueMigrations } from '../../src/queue/index.js'
import { findServerPrograms, TestServer } from './test-server.js'
import { Pooler, type PoolMode } from './torture/pooler.js'
import { findPrograms } from './torture/programs.js'

const programs = findServerPrograms()
const { pooler: program } = findPrograms()
const isPossible = programs !== undefined && program !== undefined
if (!isPossible)
  console.log(
    'Skipped: test/faults/pgbouncer needs initdb in /usr/lib/postgresql/*/bin and /usr/sbin/pgbouncer.',
  )

const TENANT = { tenantId: 'default' }

/** The engine has given it its name on one session of the server, and the next one knows nothing of it. */
const NOT_THERE = {
  code: '26000',
  message: expect.stringMatching(/^prepared statement "linehaul_/) as string,
}

const work = defineJob({
  name: 'test.work',
  queue: 'default',
  payload: z.object({}),
  run: async () => undefined,
})

describe.runIf(isPossible)('through PgBouncer', { timeout: 60_000 }, () => {
  let server: TestServer
  let direct: PostgresDatabase
  let folder: string
  let url: string
  let pooled: PostgresDatabase
  let engine: Engine<unknown>
  const errors: unknown[] = []
  let failed: (error: unknown) => void = () => undefined
  const cleanUps: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    server = await TestServer.create(programs ?? '')
    await server.start()
    direct = new PostgresDatabase({ url: server.url })
    await migrate(direct, [queueMigrations])
    folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-pgbouncer-'))
    await chmod(folder, 0o755) // it runs as another user
  })
  afterAll(async () => {
    await direct?.close()
    await server?.remove()
    await rm(folder, { recursive: true, force: true })
  })
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  })

  async function open(mode: PoolMode): Promise<void> {
    const signal = AbortSignal.timeout(10_000)
    const pooler = await Pooler.start(program ?? '', path.join(folder, mode), mode, server.url, signal)
    cleanUps.push(() => pooler.kill())
    url = pooler.url(server.url)
    pooled = new PostgresDatabase({ url })
    cleanUps.push(() => pooled.close())
    const onError = (error: unknown) => {
      errors.push(error)
      failed(error)
    }
    engine = new Engine<unknown>({ database: pooled, jobs: [work], needs: {}, onError })
  }

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    cleanUps.push(() => client.end())
    return client
  }

  async function enqueueForeign(): Promise<string> {
    const client = await connect()
    await client.query('BEGIN')
    const run = async (sql: string, values: readonly unknown[]) => (await client.query(sql, [...values])).rows
    const { id } = await engine.enqueue(work, {}, { ...TENANT, tx: foreignTransaction(run as never) })
    await client.query('COMMIT')
    return id
  }

  const enqueueIn = () => pooled.transaction((tx) => engine.enqueue(work, {}, { ...TENANT, tx }))

  const isThere = async (id: string) =>
    (await direct.query('SELECT FROM linehaul.job WHERE id = $1', [id])).length === 1

  /** Resolves once a job of that engine is done. */
  async function runOne(by: Engine<unknown>): Promise<string> {
    const done = new Promise<string>((resolve) => {
      by.signals.on('attempt.ended', ({ state }) => resolve(state))
    })
    await by.start()
    cleanUps.push(() => by.stop('1s', { within: '5s' }).catch(() => undefined))
    return done
  }

  describe('in session mode', () => {
    beforeEach(() => open('session'))

    test('a lent transaction of a plain pg takes a job with it', async () => {
      expect(await isThere(await enqueueForeign())).toBe(true)
      expect(await isThere(await enqueueForeign())).toBe(true)
    })

    test('jobs are enqueued, alone and in a transaction of the engine’s database', async () => {
      for (const enqueue of [() => engine.enqueue(work, {}, TENANT), enqueueIn])
        for (let n = 0; n < 2; n++) expect(await isThere((await enqueue()).id)).toBe(true)
    })

    test('workers work', async () => {
      await engine.enqueue(work, {}, TENANT)
      expect(await runOne(engine)).toBe('done')
    })
  })

  describe('in transaction mode', () => {
    beforeEach(() => open('transaction'))

    /** Takes all sessions of the server that are there, so that what is asked next meets another one. */
    async function takeSessions(): Promise<void> {
      for (let n = 0; n < 3; n++) await (await connect()).query('BEGIN')
    }

    test('a lent transaction of a plain pg takes a job with it, whichever session it meets', async () => {
      expect(await isThere(await enqueueForeign())).toBe(true)
      await takeSessions()
      expect(await isThere(await enqueueForeign())).toBe(true)
    })

    test('enqueueing fails, for its statement was prepared on another session', async () => {
      await engine.enqueue(work, {}, TENANT)
      await takeSessions()
      await expect(engine.enqueue(work, {}, TENANT)).rejects.toMatchObject(NOT_THERE)
    })

    test('so it does in a transaction of the engine’s database', async () => {
      await enqueueIn()
      await takeSessions()
      await expect(enqueueIn()).rejects.toMatchObject(NOT_THERE)
    })

    test('a worker fails, for the same reason or because the session knows that name already', async () => {
      const told = new Promise<unknown>((resolve) => (failed = resolve))
      await enqueueForeign()
      void runOne(engine).catch(failed)
      expect(await told).toMatchObject({
        ...NOT_THERE,
        code: expect.stringMatching(/^(26000|42P05)$/) as string,
      })
    })
  })
})
