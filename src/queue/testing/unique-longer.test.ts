import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { defineJob, type Job, type JobTraits } from '../define-job.js'
import { InvalidDefinitionError } from '../errors.js'
import { waitFor, type Outcome } from '../attempt/outcome.js'
import { anEngine, clearJobs, stopNow } from './engine-fixture.js'

const byDefault = { tenantId: 'default' } as const

interface Order {
  order: string
}

onEachDatabase((database, kind) => {
  describe('a key that stays taken until the job has finished', () => {
    test('is taken while the job runs, and free once it is done', async () => {
      const { engine, job, end } = await running(database(), { uniqueUntil: 'finished' })
      const first = await engine.enqueue(job, { order: 'a' }, byDefault)
      await end.begun
      expect(await engine.enqueue(job, { order: 'a' }, byDefault)).toEqual({ id: first.id, isNew: false })
      const done = engine.signals.next('attempt.ended')
      end.letGo()
      await done
      expect(await engine.enqueue(job, { order: 'a' }, byDefault)).toMatchObject({ isNew: true })
      await end.stop()
    })

    test('is not taken for another key or tenant', async () => {
      const { engine, job, end } = await running(database(), { uniqueUntil: 'finished' })
      await engine.enqueue(job, { order: 'a' }, byDefault)
      await end.begun
      expect(await engine.enqueue(job, { order: 'b' }, byDefault)).toMatchObject({ isNew: true })
      expect(await engine.enqueue(job, { order: 'a' }, { tenantId: 'other' })).toMatchObject({ isNew: true })
      await end.stop()
    })

    test('takes the newest payload while it waits, and keeps the one it runs with', async () => {
      const { engine, job, end } = await running(database(), { uniqueUntil: 'finished' })
      const replace = { ...byDefault, onClash: 'replace' } as const
      const running1 = await engine.enqueue(job, { order: 'a' }, replace)
      await end.begun
      expect(await engine.enqueue(job, { order: 'a' }, replace)).toEqual({ id: running1.id, isNew: false })
      expect(await engine.operator.get('default', running1.id)).toMatchObject({ state: 'running' })
      await end.stop()
    })

    test('asked for by many at once while it runs, there is still one job', async () => {
      const { engine, job, end } = await running(database(), { uniqueUntil: 'finished' })
      const first = await engine.enqueue(job, { order: 'a' }, byDefault)
      await end.begun
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => engine.enqueue(job, { order: 'a' }, byDefault)),
      )
      expect(answers.every(({ id, isNew }) => id === first.id && !isNew)).toBe(true)
      await end.stop()
    })

    // An embedded database has one transaction at a time.
    test.runIf(kind === 'server')(
      'a long transaction that asks for the same holds up nobody whose end is recorded',
      async () => {
        const { engine, job, end } = await running(database(), { uniqueUntil: 'finished' })
        await engine.enqueue(job, { order: 'a' }, byDefault)
        await end.begun
        await database().transaction(async (tx) => {
          const done = engine.signals.next('attempt.ended')
          expect(await engine.enqueue(job, { order: 'a' }, { ...byDefault, tx })).toMatchObject({
            isNew: false,
          })
          end.letGo()
          expect(await done).toMatchObject({ state: 'done' })
        })
        await end.stop()
      },
    )

    test('a dead job is not replayed while another of its key runs', async () => {
      const { engine, job, end } = await running(database(), { uniqueUntil: 'finished' })
      const cancelled = await engine.enqueue(job, { order: 'a' }, { ...byDefault, delay: '1h' })
      await engine.operator.cancel('default', cancelled.id, 'changed my mind')
      await engine.enqueue(job, { order: 'a' }, byDefault)
      await end.begun
      await expect(engine.operator.retry('default', cancelled.id)).rejects.toMatchObject({
        code: 'JOBS_ILLEGAL_MOVE',
        message: expect.stringContaining('running') as string,
      })
      await end.stop()
    })

    test('in a transaction of the caller the clash is an answer, not an error', async () => {
      const { engine, job, end } = await running(database(), { uniqueUntil: 'finished' })
      const first = await engine.enqueue(job, { order: 'a' }, byDefault)
      await end.begun
      const answer = await database().transaction(async (tx) => {
        const answer = await engine.enqueue(job, { order: 'a' }, { ...byDefault, tx })
        await tx.query('SELECT 1') // the transaction is still good
        return answer
      })
      expect(answer).toEqual({ id: first.id, isNew: false })
      await end.stop()
    })
  })

  describe('a key that stays taken for a while', () => {
    test('is taken even once the job has finished, and free when the time is over', async () => {
      const { engine, job, end, clock } = await running(database(), { uniqueFor: '1h' })
      const first = await engine.enqueue(job, { order: 'a' }, byDefault)
      await end.begun
      const done = engine.signals.next('attempt.ended')
      end.letGo()
      await done
      clock.advance('59m')
      expect(await engine.enqueue(job, { order: 'a' }, byDefault)).toEqual({ id: first.id, isNew: false })
      clock.advance('1m')
      expect(await engine.enqueue(job, { order: 'a' }, byDefault)).toMatchObject({ isNew: true })
      await end.stop()
    })

    test('is taken while its job waits for others', async () => {
      const { engine, job, end } = await running(database(), { uniqueFor: '1h' })
      const first = await engine.enqueue(job, { order: 'a' }, byDefault)
      await end.begun
      const other = await engine.enqueue(job, { order: 'b' }, { ...byDefault, delay: '30m' })
      const blocked = engine.signals.next('attempt.ended')
      end.letGo(waitFor([other.id]))
      expect(await blocked).toMatchObject({ state: 'blocked' })
      expect(await engine.enqueue(job, { order: 'a' }, byDefault)).toEqual({ id: first.id, isNew: false })
      await end.stop()
    })

    test('a job that has not started is replaced as asked', async () => {
      const { job, clock, engine } = await idle(database(), { uniqueFor: '1h' })
      const later = { ...byDefault, delay: '10m', onClash: 'replace' } as const
      const first = await engine.enqueue(job, { order: 'a' }, later)
      clock.advance('1m')
      expect(await engine.enqueue(job, { order: 'a' }, later)).toEqual({ id: first.id, isNew: false })
      const { runAt } = await engine.operator.get('default', first.id)
      expect(runAt.getTime() - clock.now().getTime()).toBe(600_000)
    })

    test('two that ask at the same moment get one job', async () => {
      const { job, engine } = await idle(database(), { uniqueFor: '1h' })
      const [a, b] = await Promise.all([1, 2].map(() => engine.enqueue(job, { order: 'a' }, byDefault)))
      expect(a?.id).toBe(b?.id)
    })
  })
})

test.each([{ uniqueUntil: 'finished' }, { uniqueFor: '1h' }] as const)(
  '%o without a unique key is refused',
  (options) => {
    const define = () =>
      defineJob({ name: 'test.x', queue: 'q', payload: z.object({}), run: async () => undefined, ...options })
    expect(define).toThrow(InvalidDefinitionError)
  },
)

function define(options: Partial<JobTraits<Order>>, run: () => Promise<Outcome>): Job<Order, unknown> {
  return defineJob<Order>({
    name: 'test.sync-order',
    queue: 'default',
    payload: z.object({ order: z.string() }),
    uniqueKey: ({ order }) => order,
    run,
    ...options,
  })
}

async function idle(db: Database, options: Partial<JobTraits<Order>>) {
  await clearJobs(db)
  const job = define(options, async () => undefined)
  return { ...anEngine(db, [job]), job }
}

/** An engine that has started, with a job that runs until it is let go. */
async function running(db: Database, options: Partial<JobTraits<Order>>) {
  await clearJobs(db)
  let begin: () => void
  let letGo: (outcome?: Outcome) => void
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const ended = new Promise<Outcome>((resolve) => (letGo = resolve))
  const job = define(options, () => {
    begin()
    return ended
  })
  const fixture = anEngine(db, [job], { clock: new FakeClock() })
  await fixture.engine.start()
  const stop = async () => {
    letGo()
    await stopNow(fixture)
  }
  return { ...fixture, job, end: { begun, letGo: (outcome?: Outcome) => letGo(outcome), stop } }
}
