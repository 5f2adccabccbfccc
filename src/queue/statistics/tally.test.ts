import { describe, expect, test } from 'vitest'

import type { Prepared } from '../enqueue/prepare.js'
import type { ClaimedJob } from '../store/claim.js'
import { Tally } from './tally.js'

const NOON = Date.UTC(2026, 0, 5, 12)

const aClaimed = (given: Partial<ClaimedJob> = {}) =>
  ({
    ...{ tenantId: 'acme', queue: 'default', name: 'test.former-name' },
    ...{ createdAtMs: NOON - 9_000, runAtMs: NOON - 5_000, claimedAtMs: NOON },
    ...given,
  }) as ClaimedJob

const aPrepared = (name: string) =>
  ({ row: { tenantId: 'acme', queue: 'default', name } }) as unknown as Prepared

const ZEROS = { done: 0, dead: 0, cancelled: 0, failed: 0, enqueued: 0, runMs: 0, maxRunMs: 0, waitMs: 0 }
const BUCKET = { tenantId: 'acme', queue: 'default', name: 'test.work', minuteMs: NOON, ...ZEROS }

describe('a tally', () => {
  test('adds up how attempts ended, how long they ran and how long they had waited since they were due', () => {
    const tally = new Tally()
    tally.ended('test.work', aClaimed(), 'done', 300)
    tally.ended('test.work', aClaimed({ claimedAtMs: NOON + 1_000 }), 'failed', 200)
    tally.ended('test.work', aClaimed(), 'cancelled', 0)
    tally.ended('test.work', aClaimed({ runAtMs: NOON + 1_000 }), 'dead', 100)
    expect(tally.take()).toEqual([
      {
        ...BUCKET,
        ...{ done: 1, failed: 1, cancelled: 1, dead: 1, runMs: 600, maxRunMs: 300, waitMs: 16_000 },
      },
    ])
  })

  test('leaves out attempts that decided nothing', () => {
    const tally = new Tally()
    for (const how of ['released', 'lost', 'snoozed', 'blocked'] as const)
      tally.ended('test.work', aClaimed(), how, 5)
    expect(tally.take()).toEqual([])
  })

  test('counts an attempt in the minute in which its handler ended', () => {
    const tally = new Tally()
    tally.ended('test.work', aClaimed(), 'done', 59_999)
    tally.ended('test.work', aClaimed(), 'done', 60_000)
    expect(tally.take().map(({ minuteMs, done }) => [minuteMs, done])).toEqual([
      [NOON, 1],
      [NOON + 60_000, 1],
    ])
  })

  test('tells tenants, queues and definitions apart', () => {
    const tally = new Tally()
    for (const given of [{}, { tenantId: 'b' }, { queue: 'b' }, {}])
      tally.ended('test.work', aClaimed(given), 'done', 1)
    tally.ended('test.b', aClaimed(), 'done', 1)
    expect(tally.take().map(({ done }) => done)).toEqual([2, 1, 1, 1])
  })

  test('counts what is new, once somebody takes it', () => {
    const tally = new Tally()
    const jobs = [aPrepared('test.work'), aPrepared('test.work')]
    const answers = [
      { id: 'a', isNew: true },
      { id: 'b', isNew: false },
    ]
    tally.enqueued(jobs, answers, NOON)
    tally.open()
    tally.enqueued(jobs, answers, NOON + 59_999)
    expect(tally.take()).toEqual([{ ...BUCKET, enqueued: 1 }])
    tally.close()
    tally.enqueued(jobs, answers, NOON)
    expect(tally.take()).toEqual([])
  })

  test('keeps what is given back, together with what came meanwhile', () => {
    const tally = new Tally()
    tally.ended('test.work', aClaimed(), 'done', 300)
    const taken = tally.take()
    tally.ended('test.work', aClaimed(), 'done', 100)
    tally.giveBack(taken)
    expect(tally.take()).toEqual([{ ...BUCKET, done: 2, runMs: 400, maxRunMs: 300, waitMs: 10_000 }])
    expect(tally.take()).toEqual([])
  })
})
