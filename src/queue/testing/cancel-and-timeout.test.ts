import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { aDeafHandler, aListeningHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })
  const cancel = (id: string) => bench().engine.operator.cancel('default', id, 'changed my mind')
  const CANCELLED = { state: 'cancelled', error: { code: 'JOBS_CANCELLED', message: 'changed my mind' } }

  test('a job that waits is cancelled at once and never runs', async () => {
    let runs = 0
    bench().handler = async () => void (runs += 1)
    const id = await bench().enqueue()
    expect(await cancel(id)).toMatchObject(CANCELLED)
    await bench().engine.start()
    await bench().pass('1s')
    expect(runs).toBe(0)
  })

  test('a scheduled job is cancelled at once', async () => {
    const { engine, work } = bench()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default', delay: '1h' })
    expect(await cancel(id)).toMatchObject({ ...CANCELLED, attempt: 0, finishedAt: bench().clock.now() })
  })

  test('a running job that is cancelled has its signal aborted and ends cancelled, whatever it returns', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    const { signal } = await begun
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    expect(await cancel(id)).toMatchObject({ state: 'running', cancelRequestedAt: bench().clock.now() })
    await aborted // with no time gone by: the engine that cancels looks at once
    expect(signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_CANCEL' })
    const done = bench().ended()
    letGo('finished all the same')
    expect(await done).toMatchObject({ state: 'cancelled' })
    expect(await bench().get(id)).toMatchObject({ ...CANCELLED, result: null })
  })

  test('a cancel asked for in another process reaches the handler within half a second', async () => {
    const { handler, begun } = aListeningHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    const { signal } = await begun
    await bench().anotherEngine().engine.operator.cancel('default', id, 'changed my mind')
    const done = bench().ended()
    await bench().pass('500ms')
    expect(signal.aborted).toBe(true)
    expect(await done).toMatchObject({ state: 'cancelled' })
  })

  test('a cancel wins over an attempt that ends before its handler hears of it', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    await begun
    await bench().anotherEngine().engine.operator.cancel('default', id, 'changed my mind')
    const done = bench().ended()
    letGo('too early to know')
    expect(await done).toMatchObject({ state: 'cancelled' })
    expect(await bench().get(id)).toMatchObject({ ...CANCELLED, result: null })
  })

  test('a cancel wins over an attempt that fails before its handler hears of it', async () => {
    let fail: (error: Error) => void = () => undefined
    const begun = new Promise<void>((resolve) => {
      bench().handler = () =>
        new Promise((_, reject) => {
          fail = reject
          resolve()
        })
    })
    await bench().engine.start()
    const id = await bench().enqueue()
    await begun
    await bench().anotherEngine().engine.operator.cancel('default', id, 'changed my mind')
    const done = bench().ended()
    fail(new Error('carrier is down'))
    expect(await done).toMatchObject({ state: 'cancelled' })
    expect(await bench().get(id)).toMatchObject(CANCELLED)
  })

  test('a finished job cannot be cancelled', async () => {
    await bench().engine.start()
    const done = bench().ended()
    const id = await bench().enqueue()
    await done
    await expect(cancel(id)).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
  })

  test('an attempt that takes longer than its timeout has its signal aborted and is a failure', async () => {
    const { handler, begun } = aListeningHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    const { signal } = await begun
    for (let seconds = 0; seconds < 55; seconds += 5) await bench().pass('5s')
    expect(signal.aborted).toBe(false)
    const failed = bench().ended()
    await bench().pass('5s')
    expect(signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_TIMEOUT' })
    expect(await failed).toMatchObject({ state: 'scheduled' })
    expect((await bench().get(id)).attempts).toMatchObject([
      { ended: 'failed', error: { code: 'JOBS_TIMEOUT' } },
    ])
  })

  test('an attempt that ignores its signal is abandoned after ten seconds more, and its slot is free', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const deaf = await bench().enqueue(1)
    await begun
    const next = await bench().enqueue(2)
    bench().handler = async () => 'got its slot'
    for (let seconds = 0; seconds < 65; seconds += 5) await bench().pass('5s')
    expect(await bench().get(deaf)).toMatchObject({ state: 'running' })
    expect(await bench().get(next)).toMatchObject({ state: 'waiting' })
    await bench().pass('5s')
    expect((await bench().get(deaf)).attempts).toMatchObject([
      { ended: 'failed', error: { code: 'JOBS_ABANDONED' } },
    ])
    expect(await bench().get(next)).toMatchObject({ state: 'done', result: 'got its slot' })
    letGo('far too late')
    await bench().pass('10s')
    expect(await bench().get(deaf)).toMatchObject({ state: 'done', result: 'got its slot', attempt: 2 })
  })
})
