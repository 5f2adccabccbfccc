import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { newId } from '../../database/index.js'
import { StatisticsWriter } from '../statistics/statistics-writer.js'
import { Tally } from '../statistics/tally.js'
import { addMinutes, type MinuteRow } from '../store/queue-minute.js'
import { aJob } from './engine-fixture.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  const START = Date.UTC(2026, 0, 5, 8)

  const aRow = (given: Partial<MinuteRow> = {}): MinuteRow => ({
    ...{ tenantId: 'default', queue: 'default', name: 'test.work', minuteMs: START },
    ...{ done: 1, dead: 2, cancelled: 3, failed: 4, enqueued: 5, runMs: 5.95, maxRunMs: 7, waitMs: 8 },
    ...given,
  })
  const list = (filter = {}, tenantId = 'default') => bench().engine.statistics.list(tenantId, filter)

  test('what happened is there after the next round, in its minute', async () => {
    bench().handler = async ({ n }) => {
      bench().clock.advance('2s')
      if (n === 1) throw new Error('carrier is down')
    }
    let ends = 0
    const ended = bench().ended(() => (ends += 1) === 2)
    await bench().engine.start()
    for (const n of [1, 2]) await bench().enqueue(n)
    await ended
    expect(await list()).toEqual([])
    await bench().pass('10s')
    expect(await list({ until: bench().clock.now() })).toMatchObject([
      { at: new Date(START), done: 1, failed: 1, dead: 0, enqueued: 2 },
    ])
  })

  test('a stop writes down the rest', async () => {
    const ended = bench().ended()
    await bench().engine.start()
    await bench().enqueue()
    await ended
    await bench().engine.stop()
    bench().clock.advance('1s')
    expect(await list()).toMatchObject([{ done: 1 }])
  })

  test('a job that is dead because its workers died counts as dead', async () => {
    await aJob(database(), { name: 'test.work', state: 'running', at: bench().clock.now(), losses: 2 })
    await bench().engine.start()
    await bench().pass('3s')
    await bench().pass('20s')
    expect(await list()).toMatchObject([{ dead: 1, runMs: 0 }])
  })

  test('a job that people bury counts as dead, inside a transaction once that commits', async () => {
    const [{ engine }, ids] = [
      bench(),
      [await bench().enqueue(), await bench().enqueue(), await bench().enqueue()],
    ]
    const buryInside = (id: string, more = () => Promise.resolve()) =>
      database().transaction(async (tx) => {
        await engine.in(tx).operator.bury('default', id, 'no such order')
        await more()
      })
    await engine.operator.bury('default', ids[0]!, 'no such order')
    await buryInside(ids[1]!)
    await expect(buryInside(ids[2]!, () => Promise.reject(new Error('undone')))).rejects.toThrow('undone')
    await expect(engine.operator.bury('default', ids[0]!, 'again')).rejects.toThrow()
    await engine.start()
    await bench().pass('10s')
    expect(await list()).toMatchObject([{ dead: 2, cancelled: 0, runMs: 0 }])
  })

  test('processes add to one minute; steps sum minutes up, in whole milliseconds, and a filter leaves out the others', async () => {
    await addMinutes(database(), [aRow(), aRow({ name: 'test.b' })])
    await addMinutes(database(), [aRow({ maxRunMs: 9.4 }), aRow({ queue: 'b' }), aRow({ tenantId: 'b' })])
    await addMinutes(database(), [
      aRow({ minuteMs: START + 14 * 60_000 }),
      aRow({ minuteMs: START + 900_000 }),
    ])
    bench().clock.advance('1h')
    const [first, ...others] = await list({ stepMinutes: 15 })
    expect(first).toEqual({
      at: new Date(START),
      ...{ done: 5, dead: 10, cancelled: 15, failed: 20, enqueued: 25, runMs: 30, maxRunMs: 9, waitMs: 40 },
    })
    expect(others.map(({ at, done }) => [at, done])).toEqual([[new Date(START + 900_000), 1]])
    const counted = async (filter: object) => (await list(filter)).map(({ done }) => done)
    expect(await counted({ queue: 'b' })).toEqual([1])
    expect(await counted({ name: 'test.b' })).toEqual([1])
    expect(await counted({ from: new Date(START + 1), until: new Date(START + 900_000) })).toEqual([1])
  })

  test('what a definition did under its former name counts under each of its names', async () => {
    const renamed = { ...bench().work, name: 'test.new-work' as const, aliases: ['test.work'] }
    const { engine } = bench().anotherEngine({ jobs: [renamed] })
    await addMinutes(database(), [aRow(), aRow({ name: 'test.new-work' }), aRow({ name: 'test.b' })])
    bench().clock.advance('10m')
    for (const name of ['test.work', 'test.new-work'])
      expect(await engine.statistics.list('default', { name })).toMatchObject([{ done: 2 }])
  })

  test('what cannot be written is written later; what never can be is dropped, and told', async () => {
    const tally = new Tally()
    tally.giveBack([aRow()])
    const writer = new StatisticsWriter(bench().database, tally)
    bench().database.failNext(/-- add minutes/)
    await expect(writer.runOnce()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await writer.runOnce()).toEqual({ written: 1 })
    tally.giveBack([aRow()])
    bench().database.failNext(/-- add minutes/, new Error('no such column'))
    await expect(writer.runOnce()).rejects.toThrow('no such column')
    expect(await writer.runOnce()).toEqual({ written: 0 })
  })

  test.each([
    [{ stepMinutes: 0 }, /stepMinutes.*1 to 1440/],
    [{ from: new Date(START + 60_000) }, /not before/],
    [{ from: new Date(START - 7 * 86_400_000) }, /take 7 or more/],
    [{ step: 5 }, /step/],
  ])('%j is refused', async (filter, sentence) => {
    await expect(list(filter)).rejects.toThrow(sentence)
  })

  test('ids of tenants may be anything', async () => {
    const tenantId = `"${newId()}' \\`
    await addMinutes(database(), [aRow({ tenantId })])
    bench().clock.advance('1m')
    expect(await list({}, tenantId)).toHaveLength(1)
  })
})
