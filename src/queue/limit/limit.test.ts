import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { LimitValues, Usage } from './limit.js'
import { definitionOf, faultOf, limitOf, nextRoomAt, rateRoomAt, roomOf } from './limit.js'
import { defineJob } from '../define-job.js'
import { Registry } from '../registry.js'

const PER_MS = 10_000

/** One key's jobs as the database would count them. */
class Model {
  nowMs = 0
  waiting = 0
  running = 0
  readonly starts: number[] = []

  get usage(): Usage {
    const inWindow = this.starts.filter((at) => at > this.nowMs - PER_MS)
    const [oldest] = inWindow
    return {
      waiting: this.waiting,
      running: this.running,
      starts: inWindow.length,
      oldestStartAt: oldest === undefined ? null : new Date(oldest),
    }
  }

  start(): void {
    if (this.waiting === 0) return
    this.waiting -= 1
    this.running += 1
    this.starts.push(this.nowMs)
  }
}

type Step = (model: Model, limit: LimitValues) => void

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.integer({ min: 1, max: 12_000 }).map(
    (ms): Step =>
      (model) =>
        void (model.nowMs += ms),
  ),
  fc.constant<Step>((model, limit) => void (model.waiting += Math.min(100, roomOf(limit, model.usage)))),
  fc.constant<Step>((model) => model.start()),
  fc.constant<Step>((model) => void (model.running = Math.max(0, model.running - 1))), // ended, however
  fc.constant<Step>((model) => void (model.waiting = Math.max(0, model.waiting - 1))), // cancelled before it began
)

const aLimit = fc.record({
  concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  max: fc.integer({ min: 1, max: 4 }),
})

test('whatever is admitted, started, ended and cancelled when, no window sees more starts than the rate allows', () => {
  fc.assert(
    fc.property(aLimit, fc.array(aStep, { maxLength: 80 }), ({ concurrency, max }, steps) => {
      const model = new Model()
      const limit: LimitValues = { concurrency, rate: { max, per: '10s' } }
      for (const step of steps) {
        step(model, limit)
        if (concurrency !== undefined) expect(model.running + model.waiting).toBeLessThanOrEqual(concurrency)
      }
      for (const from of model.starts) {
        const inWindow = model.starts.filter((at) => at >= from && at < from + PER_MS)
        expect(inWindow.length).toBeLessThanOrEqual(max)
      }
    }),
    { numRuns: 2_000, seed: 7 },
  )
})

const nothing: Usage = { waiting: 0, running: 0, starts: 0, oldestStartAt: null }

test.each<[string, LimitValues, Partial<Usage>, number]>([
  ['no limit has endless room', {}, { running: 1_000 }, Infinity],
  ['what is admitted takes a slot as what runs does', { concurrency: 5 }, { waiting: 2, running: 1 }, 2],
  ['a limit that was lowered has no room, not less than none', { concurrency: 1 }, { running: 3 }, 0],
  [
    'a rate has what starts and admissions leave',
    { rate: { max: 5, per: '1s' } },
    { starts: 2, waiting: 1 },
    2,
  ],
  ['running for long takes nothing of a rate', { rate: { max: 5, per: '1s' } }, { running: 9 }, 5],
  ['the narrower of the two counts', { concurrency: 2, rate: { max: 5, per: '1s' } }, { starts: 1 }, 2],
])('%s', (_, limit, usage, room) => {
  expect(roomOf(limit, { ...nothing, ...usage })).toBe(room)
})

test('a rate that is used up has room once its oldest start leaves the window', () => {
  const limit: LimitValues = { rate: { max: 1, per: '10s' } }
  const oldestStartAt = new Date(5_000)
  expect(nextRoomAt(limit, { ...nothing, starts: 1, oldestStartAt })).toEqual(new Date(15_000))
  expect(nextRoomAt(limit, nothing)).toBeNull()
  expect(nextRoomAt({ concurrency: 1 }, { ...nothing, running: 1 })).toBeNull()
})

test('a key finds its limit in the definition of today, and none where there is none any more', () => {
  const job = defineJob({
    name: 'orders.import',
    queue: 'orders',
    payload: { parse: (input) => input },
    limits: [{ concurrency: 2 }, { key: () => 'x', rate: { max: 3, per: '1s' } }],
    run: async () => undefined,
  })
  const registry = new Registry<never>([job])
  expect(limitOf(registry, 'orders.import/0')).toMatchObject({ concurrency: 2 })
  expect(limitOf(registry, 'orders.import/1/acme/a/b')).toMatchObject({ rate: { max: 3 } })
  expect(limitOf(registry, 'orders.import/2')).toEqual({})
  expect(definitionOf('orders.import/1/acme/a/b')).toBe('orders.import')
})

test.each<[LimitValues, RegExp | undefined]>([
  [{ concurrency: 1, rate: { max: 1, per: '1s' } }, undefined],
  [{ concurrency: 0 }, /is 0/],
  [{ rate: { max: 1.5, per: '1s' } }, /is 1.5/],
  [{ rate: { max: 1, per: '0s' } }, /per no time/],
  [{ rate: { max: 10_000, per: '14m' } }, undefined],
  [{ rate: { max: 10_001, per: '1d' } }, /10001 starts, more than/],
])('%j has the fault %s', (limit, fault) => {
  if (fault) expect(faultOf(limit)).toMatch(fault)
  else expect(faultOf(limit)).toBeUndefined()
})

const seconds = (n: number) => new Date(n * 1_000)

test.each([
  ['there is room', [1], 0, 0, 20],
  ['the oldest start has to leave its window', [11, 12], 0, 0, 21],
  ['one is before it, which takes that place', [11, 12], 0, 1, 22],
  ['the one before it takes the last room', [11], 0, 1, 21],
  ['those before it are more than the rate lets in at once', [11, 12], 0, 5, 42],
  ['those let in already start now', [11], 1, 1, 30],
  ['nothing has started lately and many are before it', [], 0, 5, 40],
  ['the rate was lowered: two places are lost', [11, 12, 13, 14], 0, 0, 23],
  ['the same with one before it, and another round', [11, 12, 13, 14], 0, 2, 33],
])('a rate of 2 in 10 s lets the next one in: %s', (_when, starts, waiting, ahead, expected) => {
  const room = { starts: starts.filter((at) => at > 10).map(seconds), waiting, ahead, now: seconds(20) }
  expect(rateRoomAt({ max: 2, per: '10s' }, room)).toEqual(seconds(expected))
})

test('whoever starts when the rate lets it in, one after another, never makes a window too full', () => {
  const sorted = fc.array(fc.integer({ min: 10_001, max: 20_000 }), { maxLength: 6 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), sorted, (max, ats) => {
      const starts = ats.toSorted((a, b) => a - b).slice(0, max)
      const about = { starts: starts.map((ms) => new Date(ms)), waiting: 0, now: new Date(20_000) }
      const all = [...starts]
      for (let ahead = 0; ahead < 12; ahead++)
        all.push(rateRoomAt({ max, per: '10s' }, { ...about, ahead }).getTime())
      // Each is exactly a window behind the one so many before it, or starts at once: neither too early nor too late.
      for (const [i, at] of all.entries()) {
        if (i < starts.length) continue
        expect(at).toBe(Math.max(20_000, (all[i - max] ?? -Infinity) + PER_MS))
      }
    }),
  )
})
