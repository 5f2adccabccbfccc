import { expect, test } from 'vitest'

import { daysAheadFor, planDays } from './pruner.js'

test('the fourteen days from tomorrow on are wanted', () => {
  const { add, drop } = planDays([], '20261224')
  expect(add).toHaveLength(14)
  expect([add[0], add[7], add.at(-1)]).toEqual(['20261225', '20270101', '20270107'])
  expect(drop).toEqual([])
})

test('days that are there are not made again', () => {
  expect(planDays(planDays([], '20261224').add, '20261224')).toEqual({ add: [], drop: [] })
  expect(planDays(planDays([], '20261224').add, '20261225')).toEqual({
    add: ['20270108'],
    drop: ['20261225'],
  })
})

test('today and the days before it are dropped', () => {
  expect(planDays(['20260227', '20260228', '20260301'], '20260228').drop).toEqual(['20260227', '20260228'])
})

test('a leap day has a place of its own', () => {
  expect(planDays([], '20280227').add.slice(0, 3)).toEqual(['20280228', '20280229', '20280301'])
})

test.each([
  ['a week', '7d', 14],
  ['a month', '30d', 32],
  ['ten years', '3650d', 100],
] as const)('for jobs that are kept %s, days are made so far ahead', (_, done, days) => {
  expect(daysAheadFor([{ done: '1d' }, { done }])).toBe(days)
  expect(planDays([], '20261224', daysAheadFor([{ done }])).add).toHaveLength(days)
})

test('without any job fourteen days are made ahead', () => {
  expect(daysAheadFor([])).toBe(14)
})
