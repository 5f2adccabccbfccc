import { beforeEach, expect, test } from 'vitest'

import type { Transaction } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { Attempt } from '../attempt/attempt.js'
import type { Json } from '../attempt/outcome.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })
  const rows = () => database().query<{ n: number }>('SELECT n FROM test_row ORDER BY n')
  const write = (tx: Transaction, n: number) => tx.query('INSERT INTO test_row VALUES ($1)', [n])

  /** Writes a row and finishes its job in one transaction. */
  const writeAndFinish = (attempt: Attempt, result?: unknown) =>
    bench().database.transaction(async (tx) => {
      await write(tx, attempt.number)
      await attempt.finish(tx, result as Json)
    })

  beforeEach(async () => {
    await database().query('CREATE TABLE IF NOT EXISTS test_row (n int)')
    await database().query('DELETE FROM test_row')
  })

  /** Runs one job to the end of its first attempt. */
  async function runOne() {
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    return { id, event: await ended }
  }

  test('rows and completion commit together, and the result is the one that was handed over', async () => {
    bench().handler = async (_, attempt) => {
      await writeAndFinish(attempt, { shipped: 3 })
      return 'not this one'
    }
    const { id, event } = await runOne()
    expect(event).toMatchObject({ state: 'done', ended: 'done', errorCode: null })
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: { shipped: 3 }, attempt: 1 })
    expect(await rows()).toEqual([{ n: 1 }])
  })

  test('a handler that throws after the commit is reported, and its job stays done', async () => {
    bench().handler = async (_, attempt) => {
      await writeAndFinish(attempt)
      throw new Error('too late to matter')
    }
    const { id } = await runOne()
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: null })
    expect(bench().errors).toMatchObject([{ message: 'too late to matter' }])
  })

  test('a transaction that rolls back after it finished leaves the attempt to end as its handler ends', async () => {
    bench().handler = async (_, attempt) => {
      await bench().database.transaction(async (tx) => {
        await write(tx, attempt.number)
        await attempt.finish(tx, 'rolled back')
        throw new Error('carrier is down')
      })
      return undefined
    }
    const { id, event } = await runOne()
    expect(event).toMatchObject({ state: 'scheduled', ended: 'failed', errorCode: 'JOBS_FAILED' })
    expect((await bench().get(id)).attempts).toMatchObject([{ error: { message: 'carrier is down' } }])
    expect(await rows()).toEqual([])
  })

  test('a transaction that rolled back can be tried again within the attempt', async () => {
    bench().handler = async (_, attempt) => {
      await bench()
        .database.transaction(async (tx) => {
          await attempt.finish(tx, 'first try')
          throw new Error('serialization failure')
        })
        .catch(() => undefined)
      await writeAndFinish(attempt, 'second try')
    }
    const { id } = await runOne()
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 'second try', attempt: 1 })
  })

  test('a finish whose commit got through but whose answer was lost is done exactly once', async () => {
    bench().database.failNext(/^COMMIT$/, undefined, { after: true })
    bench().handler = (_, attempt) => writeAndFinish(attempt, 'got through')
    const { id, event } = await runOne()
    for (let n = 0; n < 3; n++) await bench().pass('10s')
    expect(event).toMatchObject({ state: 'done', ended: 'done' })
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 'got through', attempt: 1 })
    expect(await rows()).toEqual([{ n: 1 }])
    expect(bench().errors).toMatchObject([{ code: 'DATABASE_UNAVAILABLE' }])
  })

  test('a finish whose commit failed is tried again with the next attempt', async () => {
    bench().database.failNext(/^COMMIT$/)
    bench().handler = (_, attempt) => writeAndFinish(attempt)
    const { id } = await runOne()
    expect(await rows()).toEqual([])
    await bench().pass('10s')
    await bench().pass('1s')
    expect(await bench().get(id)).toMatchObject({ state: 'done', attempt: 2 })
    expect(await rows()).toEqual([{ n: 2 }])
  })

  test('a second finish is refused, in the same transaction and after the commit', async () => {
    const refused: unknown[] = []
    const note = (error: unknown) => void refused.push(error)
    bench().handler = async (_, attempt) => {
      await bench()
        .database.transaction(async (tx) => {
          await attempt.finish(tx)
          await attempt.finish(tx)
        })
        .catch(note)
      await writeAndFinish(attempt, 'once')
      await writeAndFinish(attempt, 'twice').catch(note)
    }
    const { id } = await runOne()
    const code = 'JOBS_ALREADY_FINISHED'
    expect(refused).toMatchObject([{ code }, { code }])
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 'once' })
    expect(await rows()).toEqual([{ n: 1 }])
  })

  test('a cancel that was requested before wins: the rows are rolled back and the job is cancelled', async () => {
    let refusal: unknown
    bench().handler = async (_, attempt) => {
      await bench().anotherEngine().engine.operator.cancel('default', attempt.jobId, 'changed my mind')
      await writeAndFinish(attempt).catch((error: unknown) => (refusal = error))
    }
    const { id, event } = await runOne()
    expect(refusal).toMatchObject({ code: 'JOBS_CANCELLED' })
    expect(event).toMatchObject({ state: 'cancelled', ended: 'cancelled', errorCode: null })
    expect(await bench().get(id)).toMatchObject({ state: 'cancelled', error: { message: 'changed my mind' } })
    expect(await rows()).toEqual([])
  })

  test('an attempt whose job is another worker’s by now commits nothing', async () => {
    let refusal: unknown
    bench().handler = async (_, attempt) => {
      await database().query(
        'UPDATE linehaul.job SET fence = gen_random_uuid(), worker_id = gen_random_uuid()',
      )
      await writeAndFinish(attempt).catch((error: unknown) => (refusal = error))
    }
    const { event } = await runOne()
    expect(refusal).toMatchObject({ code: 'JOBS_LEASE_LOST' })
    expect(event).toMatchObject({ state: 'lost', ended: 'lost' })
    expect(await rows()).toEqual([])
  })

  test('a handler that swallows the refusal cannot commit its rows either', async () => {
    let failure: unknown
    bench().handler = async (_, attempt) => {
      await database().query(
        'UPDATE linehaul.job SET fence = gen_random_uuid(), worker_id = gen_random_uuid()',
      )
      await bench()
        .database.transaction(async (tx) => {
          await write(tx, 1)
          await attempt.finish(tx).catch(() => undefined)
        })
        .catch((error: unknown) => (failure = error))
    }
    await runOne()
    expect(failure).toBeInstanceOf(Error)
    expect(await rows()).toEqual([])
  })

  test.each([
    ['no JSON', 10n, 'JOBS_RESULT_NOT_JSON'],
    ['over 1 MiB', 'x'.repeat(1024 * 1024), 'JOBS_RESULT_TOO_LARGE'],
  ])('a result that is %s rolls back and fails the attempt', async (_name, result, errorCode) => {
    bench().handler = (_, attempt) => writeAndFinish(attempt, result)
    const { event } = await runOne()
    expect(event).toMatchObject({ ended: 'failed', errorCode })
    expect(await rows()).toEqual([])
  })

  test('an attempt that goes on after its commit is not taken for lost', async () => {
    let goOn = () => undefined as void
    const committed = new Promise<AbortSignal>((resolve) => {
      bench().handler = async (_, attempt) => {
        await writeAndFinish(attempt)
        resolve(attempt.signal)
        await new Promise<void>((resume) => (goOn = resume))
      }
    })
    await bench().engine.start()
    const ended = bench().ended()
    await bench().enqueue()
    const signal = await committed
    for (let n = 0; n < 3; n++) await bench().pass('1s')
    expect(signal.aborted).toBe(false)
    goOn()
    expect(await ended).toMatchObject({ state: 'done', runMs: 3_000 })
  })
})
