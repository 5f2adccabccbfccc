import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'

import { newId, PostgresDatabase } from '../../src/database/index.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { defineJob, Engine, request } from '../../src/queue/index.js'
import { Wire } from './wire.js'

if (!inject('databaseKinds').includes('server'))
  console.log('Skipped: test/faults/silent-network needs a server at TEST_DATABASE_URL.')

const work = defineJob<object>({
  name: 'test.work',
  queue: 'default',
  payload: { parse: (input) => input as object },
  run: async () => undefined,
})

const tenant = { tenantId: 'default' }
const refused = { code: 'DATABASE_UNAVAILABLE', retryable: true }

/** Long enough for a server that is busy with the other tests, which is not to look silent. */
const PATIENCE = '3s'

const stopAtOnce = (engine: Engine<unknown>) => engine.stop('0s', { within: '5s' })

describe.runIf(inject('databaseKinds').includes('server'))('while the network is silent', () => {
  let wire: Wire
  let database: PostgresDatabase
  let elsewhere: PostgresDatabase
  let engine: Engine<unknown>
  let onError: (error: unknown, where: string) => void
  let remove: () => Promise<void>

  beforeEach(async () => {
    const copy = await copyTemplate('server')
    const way = await Wire.to(copy.place.url ?? '')
    ;[wire, remove, onError] = [way.wire, copy.remove, () => undefined]
    database = new PostgresDatabase({ url: way.url, patience: PATIENCE })
    elsewhere = new PostgresDatabase({ url: copy.place.url ?? '' })
    engine = new Engine({
      database,
      jobs: [work],
      needs: {},
      onError: (error, where) => onError(error, where),
    })
    await engine.start()
    await doOne(newId()) // so that there are connections, on which everyone waits for an answer
  })
  afterEach(async () => {
    await stopAtOnce(engine)
    await database.close()
    await elsewhere.close()
    wire.close()
    await remove()
  })

  async function doOne(id: string): Promise<void> {
    const done = engine.signals.next('attempt.ended', ({ jobId }) => jobId === id)
    await engine.enqueue(work, {}, { ...tenant, id })
    await done
  }

  /** One for each of transactions that wait for one another. */
  async function openConnections(count: number): Promise<void> {
    let begun = 0
    let goOn: () => void = () => undefined
    const allHaveBegun = new Promise<void>((resolve) => (goOn = resolve))
    const transaction = () =>
      database.transaction(async (tx) => {
        await tx.query('SELECT 1')
        begun += 1
        if (begun === count) goOn()
        await allHaveBegun
      })
    await Promise.all(Array.from({ length: count }, transaction))
  }

  /** @returns what failed until a claim did. */
  const claimFails = () =>
    new Promise<readonly unknown[]>((resolve) => {
      const errors: unknown[] = []
      onError = (error, where) => {
        errors.push(error)
        if (where === 'claim') resolve(errors)
      }
    })

  test('enqueueing is refused soon, and may be tried again', { timeout: 60_000 }, async () => {
    wire.fallSilent()
    const startedMs = performance.now()
    await expect(engine.enqueue(work, {}, tenant)).rejects.toMatchObject(refused)
    const flow = {
      first: request(work, {}, tenant),
      then: { ...request(work, {}, tenant), after: ['first'] },
    }
    await expect(engine.enqueueFlow(flow as never)).rejects.toMatchObject(refused)
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })

  test('claims fail, and go on by themselves once it speaks again', { timeout: 60_000 }, async () => {
    const failed = claimFails()
    wire.fallSilent()
    for (const error of await failed) expect(error).toMatchObject(refused)
    wire.speakAgain()
    const done = engine.signals.next('attempt.ended')
    const another = new Engine({ database: elsewhere, jobs: [work], needs: {} }) // it only enqueues
    const { id } = await another.enqueue(work, {}, tenant)
    expect(await done).toMatchObject({ jobId: id, state: 'done' })
  })

  test('what was refused is there once when it is asked for again', { timeout: 60_000 }, async () => {
    const id = newId()
    await openConnections(4) // all of which are cut
    wire.fallSilent()
    await expect(engine.enqueue(work, {}, { ...tenant, id })).rejects.toMatchObject(refused)
    wire.speakAgain()
    await doOne(id)
    expect(await engine.operator.get('default', id)).toMatchObject({ state: 'done', attempt: 1 })
  })

  test('the engine can be stopped, and the database closed', { timeout: 60_000 }, async () => {
    wire.fallSilent()
    const startedMs = performance.now()
    await stopAtOnce(engine)
    await database.close()
    const tookMs = Math.round(performance.now() - startedMs)
    console.log(`Measured: stopped and closed on a silent network in ${tookMs} ms.`)
    expect(tookMs).toBeLessThan(15_000)
  })
})
