import { createTestEngine, runJob, type TestEngine } from 'linehaul/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  confirmOrder,
  countSales,
  createTables,
  jobs,
  placeOrder,
  remindOpen,
  type Shop,
} from '../../examples/library/shop.js'

describe('a handler by itself', () => {
  const database = { query: async () => [{ customer: 'ann' }] } as never
  const enqueueMany = async () => []

  test('mails the customer and says whom', async () => {
    const mails: string[] = []
    const sendMail = async (text: string) => void mails.push(text)
    const run = await runJob(confirmOrder, { orderId: 'SO-1' }, { database, sendMail, enqueueMany })
    expect(run).toMatchObject({ state: 'done', result: { mailed: 'ann' } })
    expect(mails).toEqual(['ann: thank you for order SO-1.'])
  })

  test('is tried again when the mail server is away, later each time', async () => {
    const sendMail = async () => Promise.reject(new Error('connection refused'))
    const needs = { database, sendMail, enqueueMany }
    const run = (number: number) => runJob(confirmOrder, { orderId: 'SO-1' }, needs, { number })
    expect(await run(1)).toMatchObject({ state: 'retried', delayMs: 10_000 })
    expect(await run(2)).toMatchObject({ state: 'retried', delayMs: 20_000 })
    expect(await run(4)).toMatchObject({ state: 'dead', error: { message: 'connection refused' } })
  })

  test('is given up at once when there is no such order', async () => {
    const nothing = { query: async () => [] } as never
    const needs = { database: nothing, sendMail: async () => undefined, enqueueMany }
    expect(await runJob(confirmOrder, { orderId: 'SO-9' }, needs)).toMatchObject({
      state: 'dead',
      error: { code: 'JOBS_PERMANENT', message: 'There is no order SO-9.' },
    })
  })
})

describe('the shop', () => {
  let engine: TestEngine<Shop>
  let mails: string[]
  let isMailServerAway: boolean

  beforeEach(async () => {
    mails = []
    isMailServerAway = false
    engine = await createTestEngine({
      jobs,
      startsAt: '2026-03-28T12:00:00Z',
      tenants: async () => [{ id: 'default', timeZone: 'Europe/Amsterdam' }],
      setUp: createTables,
      needs: ({ database, enqueueMany }) => ({
        database,
        enqueueMany,
        async sendMail(text) {
          if (isMailServerAway) throw new Error('connection refused')
          mails.push(text)
        },
      }),
    })
  })
  afterEach(() => engine.close())

  const place = (id: string) => placeOrder(engine, { id, customer: 'ann', totalCents: 100 })

  test('an order has its confirmation, or is no order', async () => {
    await place('SO-1')
    await engine.expectEnqueued(confirmOrder, { orderId: 'SO-1' })
    await expect(place('SO-1')).rejects.toMatchObject({ code: '23505' })
    expect(await engine.enqueued(confirmOrder)).toHaveLength(1)
  })

  test('a confirmation survives a mail server that is away', async () => {
    isMailServerAway = true
    await place('SO-1')
    await engine.drain()
    expect(await engine.enqueued(confirmOrder)).toMatchObject([{ state: 'scheduled', attempt: 1 }])
    await engine.advance('29s') // retried after 10 s, and is to be again 20 s later
    expect(await engine.enqueued(confirmOrder)).toMatchObject([{ state: 'scheduled', attempt: 2 }])
    isMailServerAway = false
    await engine.advance('1s')
    expect(await engine.enqueued(confirmOrder)).toMatchObject([{ state: 'done', attempt: 3 }])
    expect(mails).toEqual(['ann: thank you for order SO-1.'])
  })

  test('sales are counted once, 30 s after the last of many orders', async () => {
    for (const id of ['SO-1', 'SO-2', 'SO-3']) {
      await place(id)
      await engine.advance('20s')
    }
    expect(await engine.enqueued(countSales)).toMatchObject([{ state: 'scheduled' }])
    await engine.advance('10s')
    expect(await engine.enqueued(countSales)).toMatchObject([
      { state: 'done', result: { orders: 3, totalCents: 300 } },
    ])
  })

  test('reminders go out at two, also in the night when two o’clock is left out', async () => {
    await engine.advance('2d')
    const ticks = (await engine.enqueued(remindOpen)).map(({ runAt }) => runAt.toISOString())
    // On the 29th clocks go from 02:00 straight to 03:00, which is 01:00 UTC; on the 30th two o’clock is 00:00 UTC.
    expect(ticks).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z'])
  })

  test('a reminder goes to each of many who have not paid', async () => {
    for (let n = 1; n <= 30; n += 1) await place(`SO-${n}`)
    await engine.drain()
    mails.length = 0
    await engine.enqueue(remindOpen, {})
    await engine.drain()
    expect(await engine.enqueued(remindOpen)).toMatchObject([{ state: 'done', result: { reminded: 30 } }])
    expect(mails).toHaveLength(30)
  })
})
