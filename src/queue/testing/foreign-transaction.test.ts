import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'

import { PostgresDatabase, type Database } from '../../database/index.js'
import { copyTemplate } from '../../database/testing/test-database.js'
import { foreignTransaction } from '../enqueue/foreign-transaction.js'
import { snooze, type Json, type Outcome } from '../attempt/outcome.js'
import { aDeafHandler, Workbench } from './workbench.js'

// Only a server has connections that are not the engine's.
describe.runIf(inject('databaseKinds').includes('server'))('a transaction of another library', () => {
  let close: () => Promise<void>
  let database: Database
  let bench: Workbench
  let client: pg.Client

  beforeEach(async () => {
    const { place, remove } = await copyTemplate('server')
    if (!place.url) throw new Error('a server has an address')
    database = new PostgresDatabase(place)
    bench = new Workbench(database, {})
    client = new pg.Client(place.url)
    await client.connect()
    close = async () => {
      await bench.close()
      await client.end()
      await database.close()
      await remove()
    }
  })

  afterEach(() => close())

  const lent = (options?: { notify?: boolean }) =>
    foreignTransaction(async (sql, values) => (await client.query<object>(sql, values)).rows, options)

  const enqueue = (tx = lent()) => bench.engine.enqueue(bench.work, { n: 1 }, { tenantId: 'default', tx })

  /** Its handler has finished it in a transaction that ended so, and goes on until it is let go. */
  async function anAttemptThatFinishes(result: Json, end: 'COMMIT' | 'ROLLBACK') {
    const { handler, begun, letGo } = aDeafHandler()
    bench.handler = handler
    await bench.engine.start()
    const ended = bench.ended()
    const id = await bench.enqueue()
    const attempt = await begun
    await client.query('BEGIN')
    await attempt.finish(lent(), result)
    await client.query(end)
    return { id, attempt, ended, letGo }
  }

  test('that rolls back leaves no job', async () => {
    await client.query('BEGIN')
    const { id } = await enqueue()
    await client.query('ROLLBACK')
    await expect(bench.get(id)).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' })
  })

  test('that commits leaves one, which a worker finds at its next look', async () => {
    await bench.engine.start()
    await bench.pass('0ms')
    await client.query('BEGIN')
    const { id } = await enqueue()
    await client.query('COMMIT')
    await bench.database.idle()
    expect(await bench.get(id)).toMatchObject({ state: 'waiting' })
    await bench.pass('200ms')
    expect(await bench.get(id)).toMatchObject({ state: 'done' })
  })

  test('tells the workers at its commit if it is asked to', async () => {
    await bench.engine.start()
    const done = bench.ended()
    await client.query('BEGIN')
    const tx = lent({ notify: true })
    const { id } = await enqueue(tx)
    await enqueue(tx)
    await client.query('COMMIT')
    expect(await done).toMatchObject({ jobId: id, state: 'done' }) // though the clock stands still
  })

  test('can finish an attempt', async () => {
    const { id, ended, letGo } = await anAttemptThatFinishes({ booked: true }, 'COMMIT')
    letGo()
    expect(await ended).toMatchObject({ jobId: id, state: 'done' })
    expect(await bench.get(id)).toMatchObject({ state: 'done', result: { booked: true } })
  })

  test('that finished an attempt and committed lets its handler go on', async () => {
    const { id, attempt, ended, letGo } = await anAttemptThatFinishes({ booked: true }, 'COMMIT')
    await bench.pass('500ms')
    await bench.pass('500ms')
    expect(attempt.signal.aborted).toBe(false)
    letGo('not this one')
    expect(await ended).toMatchObject({ jobId: id, state: 'done', ended: 'done' })
    expect(await bench.get(id)).toMatchObject({ state: 'done', result: { booked: true }, losses: 0 })
  })

  test.each<[string, (letGo: (result?: Outcome) => void) => void, object]>([
    ['its result', (letGo) => letGo('the handler’s own'), { state: 'done', result: 'the handler’s own' }],
    ['a snooze', (letGo) => letGo(snooze('1h')), { state: 'scheduled', attempt: 0, losses: 0 }],
  ])('that finished an attempt and rolled back leaves the job to end with %s', async (_what, end, left) => {
    const { id, attempt, ended, letGo } = await anAttemptThatFinishes('rolled back', 'ROLLBACK')
    await bench.pass('500ms')
    await bench.pass('500ms')
    expect(attempt.signal.aborted).toBe(false)
    end(letGo)
    expect(await ended).toMatchObject({ jobId: id })
    expect(await bench.get(id)).toMatchObject(left)
  })
})
