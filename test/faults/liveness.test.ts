import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../../src/database/index.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { defineJob, Engine, queueMigrations } from '../../src/queue/index.js'
import { compileEngine, type Compiled } from './child.js'
import { EngineChild } from './engine-child.js'
import { findServerPrograms, TestServer } from './test-server.js'
import { asPooler, Wire } from './wire.js'

let compiled: Compiled
beforeAll(async () => {
  compiled = await compileEngine()
})
afterAll(() => compiled?.remove())

const work = defineJob<{ hangsIn?: string; blockMs?: number }>({
  name: 'test.work',
  queue: 'default',
  payload: { parse: (input) => input as { hangsIn?: string } },
  run: async () => undefined,
})

async function enqueue(database: Database, payload: object, delay?: '3s'): Promise<string> {
  const engine = new Engine({ database, jobs: [work], needs: {} }) // it only enqueues
  const options = { tenantId: 'default', ...(delay && { delay }) }
  const { id } = await engine.enqueue(work, payload, options)
  return id
}

/** Tells the figure, and fails only where a loaded machine is no excuse. */
function expectWithin(what: string, startedMs: number, limitMs: number): void {
  const tookMs = Math.round(performance.now() - startedMs)
  console.log(`Measured: ${what} after ${tookMs} ms.`)
  expect(tookMs).toBeLessThan(limitMs)
}

/** A database on a server, and the processes on it. */
class Host {
  readonly database: PostgresDatabase
  readonly #children: EngineChild[] = []

  constructor(readonly url: string) {
    this.database = new PostgresDatabase({ url })
  }

  async start(name: string, { serve, at = this.url }: { serve?: 'nothing'; at?: string } = {}) {
    const child = await EngineChild.start(compiled, at, name, serve)
    this.#children.push(child)
    return child
  }

  /** A job that hangs in the process of that name, and has begun there. */
  async hang(child: EngineChild): Promise<string> {
    const id = await enqueue(this.database, { hangsIn: child.name })
    await child.until(/^began/)
    return id
  }

  async lossesOf(id: string): Promise<number | undefined> {
    const [job] = await this.database.query<{ losses: number }>(
      `SELECT losses FROM linehaul.job WHERE id = $1 UNION ALL SELECT losses FROM linehaul.job_archive WHERE id = $1`,
      [id],
    )
    return job?.losses
  }

  /** Lets enough time go by for others to take a worker for dead. */
  async outlast(child: EngineChild): Promise<void> {
    const id = await enqueue(this.database, {}, '3s')
    await child.until(new RegExp(`^ended ${id} done`))
  }

  async close(): Promise<void> {
    for (const child of this.#children) await child.kill()
    await this.database.close()
  }
}

const onServer = (work: (host: Host) => Promise<void>) => async () => {
  const { place, remove } = await copyTemplate('server')
  const host = new Host(place.url ?? '')
  await work(host).finally(() => host.close())
  await remove()
}

describe.runIf(inject('databaseKinds').includes('server'))('on a server', () => {
  test(
    'the jobs of a leader that was killed run again in another process, which leads',
    { timeout: 30_000 },
    onServer(async (host) => {
      const first = await host.start('first')
      const id = await host.hang(first)
      const second = await host.start('second')
      const killedMs = performance.now()
      await first.kill()
      await second.until(/^leads/)
      expectWithin('a killed leader was followed', killedMs, 5_000)
      expect(await second.until(/^began/)).toBe(`began ${id}`)
      expectWithin("a killed leader's job ran again", killedMs, 5_000)
      await second.until(/^ended .* done/)
      expect(await host.lossesOf(id)).toBe(1)
      expect(await second.stop()).toBe(0)
    }),
  )

  test(
    'the jobs of another worker that was killed run again',
    { timeout: 30_000 },
    onServer(async (host) => {
      await host.start('leader', { serve: 'nothing' })
      const first = await host.start('first')
      const id = await host.hang(first)
      const second = await host.start('second')
      const killedMs = performance.now()
      await first.kill()
      expect(await second.until(/^began/)).toBe(`began ${id}`)
      expectWithin("a killed worker's job ran again", killedMs, 5_000)
    }),
  )

  test(
    'a leader that stops is followed at once',
    { timeout: 30_000 },
    onServer(async (host) => {
      const first = await host.start('first')
      const second = await host.start('second')
      const stoppedMs = performance.now()
      const stopped = first.stop()
      await second.until(/^leads/)
      expectWithin('a leader that stopped was followed', stoppedMs, 2_000)
      expect(await stopped).toBe(0)
    }),
  )

  // From here on they wait most of the time, two for a lease to end, so they do it together.
  test.concurrent(
    'a worker whose connection for its lock broke keeps its job',
    { timeout: 30_000 },
    onServer(async (host) => {
      await host.start('leader', { serve: 'nothing' })
      const first = await host.start('first')
      const id = await host.hang(first)
      const cut = await host.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'linehaul presence' AND datname = current_database()`,
      )
      expect(cut).toHaveLength(2)
      await host.outlast(first)
      expect(await host.lossesOf(id)).toBe(0)
      first.letGo()
      await first.until(new RegExp(`^ended ${id} done`))
    }),
  )

  test.concurrent(
    'a worker behind a connection pooler holds no lock, and keeps its job',
    { timeout: 30_000 },
    onServer(async (host) => {
      const { wire, url } = await Wire.to(host.url, asPooler)
      await host.start('leader', { serve: 'nothing' })
      const first = await host.start('first', { at: url })
      const id = await host.hang(first)
      const locks = await host.database.query(
        'SELECT lock_key IS NULL AS "isPooled" FROM linehaul.worker ORDER BY 1',
      )
      expect(locks).toEqual([{ isPooled: false }, { isPooled: true }])
      await host.outlast(first)
      expect(await host.lossesOf(id)).toBe(0)
      wire.close()
    }),
  )

  test.concurrent(
    'the jobs of a host that was cut off run again once its lease is over',
    { timeout: 60_000 },
    onServer(async (host) => {
      const { wire, url } = await Wire.to(host.url)
      await host.start('leader', { serve: 'nothing' })
      const first = await host.start('first', { at: url })
      const id = await host.hang(first)
      const second = await host.start('second')
      const cutMs = performance.now()
      wire.fallSilent()
      expect(await second.until(/^began/)).toBe(`began ${id}`)
      expectWithin('a job of a host that was cut off ran again', cutMs, 25_000)
      wire.close()
    }),
  )

  test.concurrent(
    'a handler that blocks its process for longer than the lease loses its job, and is named',
    { timeout: 60_000 },
    onServer(async (host) => {
      await host.start('leader', { serve: 'nothing' })
      const first = await host.start('first')
      const blockedMs = performance.now()
      const id = await enqueue(host.database, { hangsIn: 'first', blockMs: 24_000 })
      await first.until(/^began/)
      const second = await host.start('second')
      expect(await second.until(/^began/)).toBe(`began ${id}`)
      expectWithin('a job whose handler blocks its process ran again', blockedMs, 25_000)
      expect(await first.until(/^error JOBS_LOOP_BLOCKED/)).toMatch(/while running test\.work/)
      expect(await first.until(/^ended/)).toBe(`ended ${id} lost`)
    }),
  )
})

const programs = findServerPrograms()
if (!programs) console.log('Skipped: a restart of the server needs initdb in /usr/lib/postgresql/*/bin.')

test.runIf(programs)(
  'a worker that outlives a crash of its server keeps its job',
  { timeout: 60_000 },
  async () => {
    const server = await TestServer.create(programs ?? '')
    await server.start()
    const host = new Host(server.url)
    await migrate(host.database, [queueMigrations])
    await host.start('leader', { serve: 'nothing' })
    const first = await host.start('first')
    const id = await host.hang(first)
    await server.stop('immediate')
    await server.start()
    await host.outlast(first)
    expect(await host.lossesOf(id)).toBe(0)
    first.letGo()
    await first.until(new RegExp(`^ended ${id} done`))
    await host.close()
    await server.remove()
  },
)

test('on an embedded database the jobs of a process that was killed run again as soon as the next one starts', async () => {
  const { place, remove } = await copyTemplate('embedded')
  const folder = place.folder ?? ''
  const database = await openEmbedded({ folder })
  const id = await enqueue(database, { hangsIn: 'first' })
  await database.close()
  const first = await EngineChild.start(compiled, folder, 'first')
  await first.until(/^began/)
  await first.kill()
  const second = await EngineChild.start(compiled, folder, 'second')
  const startedMs = performance.now()
  expect(await second.until(/^began/)).toBe(`began ${id}`)
  expectWithin('a job of the process before ran again', startedMs, 2_000)
  expect(await second.stop()).toBe(0)
  await remove()
}, 60_000)
