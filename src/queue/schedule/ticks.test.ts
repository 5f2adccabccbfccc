import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Missed, Overlap } from './schedule.js'
import { nextTick, planTicks, type Moment } from './ticks.js'

const at = (text: string) => new Date(`2026-01-${text}Z`)

const daily = { cron: '0 2 * * *', timeZone: 'UTC', anchorAt: at('01T00:00:00') }
const minutely = { ...daily, cron: '* * * * *' }

const plan = (moment: Partial<Moment>) =>
  planTicks({
    ...{ beat: daily, overlap: 'allow', missed: 'latest', waitingTick: null, isBusy: false },
    ...{ nextAt: at('06T02:00:00'), now: at('06T02:00:01') },
    ...moment,
  })

test('a tick that is seen in time runs, and the next one is in the future', () => {
  expect(plan({})).toEqual({
    run: [at('06T02:00:00')],
    skipped: [],
    missed: [],
    waitingTick: null,
    nextAt: at('07T02:00:00'),
  })
})

test('an interval is counted from its start, however late its ticks are seen', () => {
  const beat = { cron: 'every 7m', timeZone: 'UTC', anchorAt: at('01T00:03:00') }
  expect(nextTick(beat, at('01T00:03:00'))).toEqual(at('01T00:10:00'))
  expect(nextTick(beat, at('01T00:02:00'))).toEqual(at('01T00:10:00'))
  expect(nextTick(beat, at('01T00:10:00'))).toEqual(at('01T00:17:00'))
  expect(plan({ beat, nextAt: at('01T00:10:00'), now: at('01T00:18:30') })).toMatchObject({
    run: [at('01T00:17:00')],
    nextAt: at('01T00:24:00'),
  })
})

describe('after an outage', () => {
  const outages = {
    'a minute': { nextAt: at('06T02:00:00'), now: at('06T02:01:00') },
    'a day': { nextAt: at('06T02:00:00'), now: at('07T01:59:30') },
    'a month': { nextAt: new Date('2025-12-06T02:00:00Z'), now: at('06T02:02:30') },
  }

  test.each<[keyof typeof outages, Missed, string[]]>([
    ['a minute', 'latest', ['06T02:01:00']],
    ['a minute', 'skip', ['06T02:01:00']],
    ['a minute', { all: 3 }, ['06T02:00:00', '06T02:01:00']],
    ['a day', 'latest', ['07T01:59:00']],
    ['a day', 'skip', ['07T01:59:00']],
    ['a day', { all: 3 }, ['07T01:57:00', '07T01:58:00', '07T01:59:00']],
    ['a month', 'latest', ['06T02:02:00']],
    ['a month', 'skip', ['06T02:02:00']],
    ['a month', { all: 3 }, ['06T02:00:00', '06T02:01:00', '06T02:02:00']],
  ])('of %s, every minute, %j runs these', (outage, missed, expected) => {
    expect(plan({ beat: minutely, missed, ...outages[outage] }).run).toEqual(expected.map(at))
  })

  test.each<[keyof typeof outages, Missed, string[]]>([
    ['a minute', 'latest', ['06T02:00:00']],
    ['a minute', 'skip', ['06T02:00:00']],
    ['a day', 'latest', ['06T02:00:00']],
    ['a day', 'skip', []],
    ['a day', { all: 3 }, ['06T02:00:00']],
    ['a month', 'latest', ['06T02:00:00']],
    ['a month', 'skip', []],
    ['a month', { all: 3 }, ['04T02:00:00', '05T02:00:00', '06T02:00:00']],
  ])('of %s, once a day, %j runs these', (outage, missed, expected) => {
    expect(plan({ missed, ...outages[outage] }).run).toEqual(expected.map(at))
  })

  test('a tick that is skipped for being late is told of', () => {
    expect(plan({ missed: 'skip', now: at('09T01:00:00') })).toMatchObject({
      run: [],
      missed: [at('08T02:00:00')],
      nextAt: at('09T02:00:00'),
    })
  })

  test('of ten years nothing is counted through', () => {
    const began = performance.now()
    const { run } = plan({ beat: minutely, missed: { all: 10 }, nextAt: new Date('2016-01-01T00:00:00Z') })
    expect(run).toHaveLength(10)
    expect(performance.now() - began).toBeLessThan(1_000) // one by one it would be a quarter of an hour
  })

  test('a time that an earlier version promised, though this one would not have, is kept', () => {
    const promised = { nextAt: at('06T01:30:00'), now: at('06T01:40:00') }
    expect(plan(promised)).toMatchObject({ run: [at('06T01:30:00')], nextAt: at('06T02:00:00') })
  })
})

describe('while a job is not finished', () => {
  const [first, second, third] = [at('06T02:00:00'), at('06T02:01:00'), at('06T02:02:00')] as const
  const three = { beat: minutely, missed: { all: 3 }, nextAt: first, now: third }

  test.each<[Overlap, Partial<Moment>, Partial<ReturnType<typeof plan>>]>([
    ['allow', { isBusy: true }, { run: [first, second, third], skipped: [], waitingTick: null }],
    ['skip', { isBusy: true }, { run: [], skipped: [first, second, third], waitingTick: null }],
    ['skip', { isBusy: false }, { run: [third], skipped: [first, second], waitingTick: null }],
    ['queue', { isBusy: true }, { run: [], skipped: [first, second], waitingTick: third }],
    ['queue', { isBusy: false }, { run: [second], skipped: [first], waitingTick: third }],
  ])('%s, %j, makes the newest of three what it may', (overlap, moment, expected) => {
    expect(plan({ ...three, overlap, ...moment })).toMatchObject(expected)
  })

  test('a tick waits until the job before has ended, and gives way to a newer one', () => {
    const waits = { beat: minutely, overlap: 'queue', waitingTick: first, nextAt: second } as const
    expect(plan({ ...waits, isBusy: true, now: first })).toMatchObject({
      run: [],
      waitingTick: first,
      nextAt: second,
    })
    expect(plan({ ...waits, isBusy: false, now: first })).toMatchObject({ run: [first], waitingTick: null })
    expect(plan({ ...waits, isBusy: true, now: second })).toMatchObject({
      skipped: [first],
      waitingTick: second,
    })
  })
})

test('of every tick that is due exactly one thing becomes, at any moment', () => {
  const anOverlap = fc.constantFrom<Overlap>('allow', 'skip', 'queue')
  const most = fc.integer({ min: 1, max: 5 })
  fc.assert(
    fc.property(
      anOverlap,
      most,
      fc.boolean(),
      fc.boolean(),
      fc.nat({ max: 600 }),
      (overlap, all, isBusy, waits, late) => {
        const nextAt = at('06T02:00:00')
        const now = new Date(nextAt.getTime() + late * 1_000)
        const waitingTick = waits ? at('06T01:59:00') : null
        const done = plan({ beat: minutely, missed: { all }, overlap, isBusy, waitingTick, nextAt, now })
        const told = [...done.skipped, ...done.run, ...(done.waitingTick ? [done.waitingTick] : [])]
        expect(told).toHaveLength(Math.min(all, 1 + Math.floor(late / 60)) + (waits ? 1 : 0))
        expect([...told].sort((a, b) => a.getTime() - b.getTime())).toEqual(told)
        if (overlap !== 'allow') expect(done.run.length).toBeLessThanOrEqual(isBusy ? 0 : 1)
        expect(done.nextAt?.getTime()).toBeGreaterThan(now.getTime())
      },
    ),
  )
})
