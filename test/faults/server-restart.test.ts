import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { migrate, PostgresDatabase } from '../../src/database/index.js'
import { defineJob, Engine, queueMigrations, type Enqueued } from '../../src/queue/index.js'
import { findServerPrograms, TestServer } from './test-server.js'

const programs = findServerPrograms()
if (!programs) console.log('Skipped: test/faults/server-restart needs initdb in /usr/lib/postgresql/*/bin.')

const JOBS = 200
const CONCURRENCY = 5

describe.runIf(programs)('while a real server crashes and comes back', () => {
  let server: TestServer
  let db: PostgresDatabase

  beforeAll(async () => {
    server = await TestServer.create(programs ?? '')
    await server.start()
    db = new PostgresDatabase({ url: server.url })
    await migrate(db, [queueMigrations])
  })
  afterAll(async () => {
    await db?.close()
    await server?.remove()
  })

  test('everything that was enqueued is done, and nothing was lost or failed', async () => {
    const runsOf = new Map<number, number>()
    let startedAll: () => void = () => undefined
    const halfWay = new Promise<void>((resolve) => (startedAll = resolve))
    const work = defineJob<{ n: number }>({
      name: 'test.work',
      queue: 'default',
      payload: z.object({ n: z.number() }),
      async run({ n }) {
        runsOf.set(n, (runsOf.get(n) ?? 0) + 1)
        if (runsOf.size === JOBS / 2) startedAll()
        return n
      },
    })
    const errors: unknown[] = []
    const engine = new Engine({
      database: db,
      jobs: [work],
      needs: {},
      concurrency: CONCURRENCY,
      onError: (error) => errors.push(error),
    })
    const acknowledged: Enqueued[] = []
    for (let n = 0; n < JOBS; n++)
      acknowledged.push(await engine.enqueue(work, { n }, { tenantId: 'default' }))

    const left = new Set(acknowledged.map(({ id }) => id))
    const allEnded = new Promise<void>((resolve) => {
      engine.signals.on('attempt.ended', ({ jobId, state }) => {
        if (state === 'done') left.delete(jobId)
        if (left.size === 0) resolve()
      })
    })
    await engine.start()
    await halfWay
    await server.stop('immediate')
    await expect(engine.enqueue(work, { n: -1 }, { tenantId: 'default' })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    })
    await server.start()
    await allEnded
    await engine.stop()

    const [counts] = await db.query(
      `SELECT count(*)::int AS all, count(*) FILTER (WHERE state = 'done')::int AS done FROM linehaul.job_archive`,
    )
    expect(counts).toEqual({ all: JOBS, done: JOBS })
    expect(await db.query('SELECT id FROM linehaul.job')).toEqual([])
    expect(await db.query('SELECT id FROM linehaul.worker')).toEqual([])
    expect(runsOf.size).toBe(JOBS)
    // At least once: only what ran in the moment of the crash, or had just ended, may have run twice.
    expect([...runsOf.values()].filter((runs) => runs > 1).length).toBeLessThanOrEqual(4 * CONCURRENCY)
    for (const error of errors) expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  }, 60_000)
})
