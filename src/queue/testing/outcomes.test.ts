import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { exponential } from '../attempt/backoff.js'
import type { HearOutcome } from '../attempt/job-outcome.js'
import { cancel } from '../attempt/outcome.js'
import { defineJob } from '../define-job.js'
import { Rescuer } from '../duty/rescuer.js'
import { PermanentError } from '../errors.js'
import { aJob, engineering } from './engine-fixture.js'
import { eachTestHasAWorkbench, type Handler, type Payload } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  let handler: Handler
  let refusal: Error | undefined

  const told = defineJob<Payload>({
    name: 'test.told',
    queue: 'default',
    payload: z.object({ n: z.number().optional() }),
    maxAttempts: 2,
    backoff: exponential({ base: '10s', jitter: 'none' }),
    notify: {},
    run: (payload, _needs, attempt) => handler(payload, attempt),
  })

  beforeEach(async () => {
    await database().query('CREATE TABLE IF NOT EXISTS test_told (job_id text, line text)')
    await database().query('DELETE FROM test_told')
    refusal = undefined
  })

  /** Writes down what it hears, in the transaction that it is given. */
  const hear: HearOutcome = async (tx, { jobId, state, result, error, attempt, actor }) => {
    const line = `${state} ${result ?? error?.code} at ${attempt} for ${actor}`
    await tx.query('INSERT INTO test_told VALUES ($1, $2)', [jobId, line])
    if (refusal) throw refusal
  }
  const heard = async () =>
    (await database().query<{ line: string }>('SELECT line FROM test_told')).map(({ line }) => line)

  async function started() {
    const fixture = bench().anotherEngine({ jobs: [told, bench().work], outcomes: hear })
    await fixture.engine.start()
    return fixture
  }

  /** Runs one job to the end of its first attempt. */
  async function runOne() {
    const { engine, errors } = await started()
    const ended = engine.signals.next('attempt.ended')
    const { id } = await engine.enqueue(told, {}, { tenantId: 'default', actor: 'user:u1' })
    return { id, engine, errors, event: await ended }
  }

  test('a job that is done is told once, and whoever hears writes in the transaction that ends it', async () => {
    handler = () => Promise.resolve({ lanes: 3 })
    bench().database.failNext(/^COMMIT$/, undefined, { after: true }) // its answer is lost: the end is looked for again
    const { event } = await runOne()
    expect(event).toMatchObject({ state: 'done' })
    expect(await heard()).toEqual(['done {"lanes":3} at 1 for user:u1'])
  })

  test('of a failed attempt nobody hears before the last one', async () => {
    handler = () => Promise.reject(new Error('no'))
    const { engine } = await runOne()
    expect(await heard()).toEqual([])
    const ended = engine.signals.next('attempt.ended')
    await bench().pass('10s')
    await bench().pass('1s')
    await ended
    expect(await heard()).toEqual(['dead JOBS_FAILED at 2 for user:u1'])
  })

  test('what no retry can help is told at once: a permanent error, a payload that cannot be read', async () => {
    handler = () => Promise.reject(new PermanentError('never'))
    const { engine } = await runOne()
    const at = bench().clock.now()
    const unreadable = await aJob(database(), { name: 'test.told', state: 'scheduled', at })
    await database().query(`UPDATE linehaul.job SET payload = '{"n": "three"}' WHERE id = $1`, [unreadable])
    const ended = engine.signals.next('attempt.ended')
    await engine.operator.retry('default', unreadable)
    await ended
    expect(await heard()).toEqual([
      'dead JOBS_PERMANENT at 1 for user:u1',
      'dead JOBS_INVALID_PAYLOAD at 1 for null',
    ])
  })

  test('a job finished in its handler’s own transaction is told there, and not if that rolls back', async () => {
    handler = async (_, attempt) => {
      const tried = bench().database.transaction(async (tx) => {
        await attempt.finish(tx, 'rolled back')
        throw new Error('carrier is down')
      })
      await tried.catch(() => undefined)
      await bench().database.transaction((tx) => attempt.finish(tx, 'committed'))
    }
    await runOne()
    expect(await heard()).toEqual(['done "committed" at 1 for user:u1'])
  })

  test('nobody hears of a job that is another worker’s by now, nor of one that was cancelled', async () => {
    handler = async () => {
      await database().query(
        'UPDATE linehaul.job SET fence = gen_random_uuid(), worker_id = gen_random_uuid()',
      )
      return 'too late'
    }
    const { event, engine } = await runOne()
    expect(event).toMatchObject({ state: 'lost' })
    handler = () => Promise.resolve(cancel('not needed'))
    const ended = engine.signals.next('attempt.ended', ({ state }) => state === 'cancelled')
    await engine.enqueue(told, {}, { tenantId: 'default' })
    await ended
    handler = async (_, attempt) => {
      await bench().engine.operator.cancel('default', attempt.jobId, 'changed my mind')
      return 'cancelled meanwhile'
    }
    const cancelled = engine.signals.next('attempt.ended', ({ state }) => state === 'cancelled')
    await engine.enqueue(told, {}, { tenantId: 'default' })
    await cancelled
    expect(await heard()).toEqual([])
  })

  test('a job whose worker died too often is told by whoever finds it, once', async () => {
    const { clock } = bench()
    const lost = { name: 'test.told', state: 'running', at: clock.ago('1h'), losses: 2 } as const
    await aJob(database(), lost)
    const listener = { hear, onError: () => undefined }
    const rescuers = [1, 2].map(
      () => new Rescuer(engineering(bench().database, clock, [told], listener), newId(), () => undefined),
    )
    await Promise.all(rescuers.map((rescuer) => rescuer.runOnce()))
    expect(await heard()).toEqual(['dead JOBS_LOST at 1 for null'])
  })

  test('a job that somebody gives up is told, and told again when it is replayed and dies once more', async () => {
    handler = () => Promise.reject(new PermanentError('never'))
    const { engine } = await started()
    const later = { tenantId: 'default', actor: 'user:u1', delay: '1h' } as const
    const { id } = await engine.enqueue(told, {}, later)
    await engine.operator.bury('default', id, 'of no use')
    const ended = engine.signals.next('attempt.ended')
    await engine.operator.replay('default', id)
    await ended
    expect(await heard()).toEqual([
      'dead JOBS_BURIED at 0 for user:u1',
      'dead JOBS_PERMANENT at 1 for user:u1',
    ])
  })

  test('what cannot be told keeps no job from ending: its end is written without it', async () => {
    handler = () => Promise.resolve('done anyway')
    refusal = new Error('no such user')
    const { id, errors } = await runOne()
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 'done anyway' })
    expect(await heard()).toEqual([])
    expect(errors).toEqual([refusal])
  })

  test('of a definition without `notify` nobody hears', async () => {
    const { engine } = await started()
    const ended = engine.signals.next('attempt.ended')
    await engine.enqueue(bench().work, {}, { tenantId: 'default' })
    await ended
    expect(await heard()).toEqual([])
  })
})
