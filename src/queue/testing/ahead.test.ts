import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { request } from '../enqueue/request.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 2 } })

  /** A worker that has seen only short attempts, and now meets long ones: both slots are taken, others claimed ahead. */
  async function aWorkerThatClaimsAhead(count = 5): Promise<{ begun: string[]; letGo(): void }> {
    const { engine, work } = bench()
    const enqueue = (count: number) =>
      engine.client.enqueueMany(
        Array.from({ length: count }, () => request(work, {}, { tenantId: 'default' })),
      )
    await enqueue(150)
    let ended = 0
    const warm = engine.signals.next('attempt.ended', () => (ended += 1) === 150)
    await engine.start()
    await warm
    const begun: string[] = []
    const releases: (() => void)[] = []
    bench().handler = (_, { jobId }) => {
      begun.push(jobId)
      return new Promise((resolve) => releases.push(() => resolve(undefined)))
    }
    await enqueue(count)
    await bench().database.idle()
    return { begun, letGo: () => releases.forEach((release) => release()) }
  }

  const running = async () =>
    (await bench().engine.operator.list('default', { state: 'running', limit: 20 })).length

  async function expectThreeWaitAsIfNeverClaimed(): Promise<void> {
    const waiting = await bench().engine.operator.list('default', { state: 'waiting', limit: 20 })
    expect(waiting.map(({ attempt, losses }) => [attempt, losses])).toEqual(Array(3).fill([0, 0]))
  }

  test('where attempts are short, more is claimed than there are slots; no more run', async () => {
    const { begun, letGo } = await aWorkerThatClaimsAhead()
    expect(begun).toHaveLength(2)
    expect(await running()).toBe(5)
    letGo()
  })

  test('what was claimed ahead and finds no free slot goes back into line, with no attempt spent', async () => {
    const { letGo } = await aWorkerThatClaimsAhead()
    await bench().pass('500ms')
    expect(await running()).toBe(2)
    await expectThreeWaitAsIfNeverClaimed()
    letGo()
  })

  test('a worker that gives back what it claimed ahead does not take that for short attempts', async () => {
    const { letGo } = await aWorkerThatClaimsAhead(110)
    await bench().pass('500ms')
    await bench().pass('200ms')
    expect(await running()).toBe(2)
    letGo()
  })

  test('nobody is told of attempts at what was given back before it began', async () => {
    const told: string[] = []
    const { begun, letGo } = await aWorkerThatClaimsAhead()
    bench().engine.signals.on('attempt.started', ({ jobId }) => void told.push(jobId))
    bench().engine.signals.on('attempt.ended', ({ jobId }) => void told.push(jobId))
    await bench().pass('500ms')
    expect(await running()).toBe(2)
    expect(begun).toHaveLength(2)
    expect(told).toEqual([])
    letGo()
  })

  test('what never began is not lost either when giving it back fails', async () => {
    const { letGo } = await aWorkerThatClaimsAhead()
    // All three together, then halved until each stood alone.
    for (let n = 0; n < 5; n++) bench().database.failNext(/^\s*-- put back/, new Error('no such thing'))
    await bench().pass('500ms')
    expect(await running()).toBe(5)
    for (let n = 0; n < 3; n++) await bench().pass('500ms')
    expect(await running()).toBe(2)
    await expectThreeWaitAsIfNeverClaimed()
    letGo()
  })

  test('a worker that stops gives it back at once', async () => {
    const { letGo } = await aWorkerThatClaimsAhead()
    const stopped = bench().engine.stop('1m')
    await bench().database.idle()
    expect(await running()).toBe(2)
    letGo()
    await stopped
  })

  test('what a claim under way brings once the worker stops goes back, and none of it begins', async () => {
    const { engine, work, database } = bench()
    const { begun, letGo } = await aWorkerThatClaimsAhead()
    for (let n = 0; n < 3; n++) {
      letGo() // those that begin in the slots that come free as well
      await database.idle()
    }
    const before = begun.length
    const claim = database.holdNext(/^\s*-- claim/)
    // Due at an instant of its own, so that it is left to a claim.
    const due = { tenantId: 'default', runAt: bench().clock.now() }
    await engine.client.enqueueMany(Array.from({ length: 5 }, () => request(work, {}, due)))
    await claim.reached
    const stopped = engine.stop('1m')
    claim.release()
    await stopped
    expect(begun).toHaveLength(before)
    expect(await running()).toBe(0)
  })

  test('a cancel reaches a job that was claimed ahead and has not begun', async () => {
    const { begun, letGo } = await aWorkerThatClaimsAhead()
    const jobs = await bench().engine.operator.list('default', { state: 'running', limit: 20 })
    const ahead = jobs.find(({ id }) => !begun.includes(id))?.id ?? ''
    await bench().engine.operator.cancel('default', ahead, 'not needed')
    await bench().pass('500ms')
    letGo()
    await bench().pass('0ms')
    expect(await bench().get(ahead)).toMatchObject({ state: 'cancelled' })
    expect(begun).not.toContain(ahead)
  })
})
