import { expect, test } from 'vitest'

import { chooseFaults } from './choose-faults.js'
import type { Fault } from './fault.js'
import { faults } from './faults/index.js'
import { OptionError, readOptions } from './options.js'
import { LANES, mayBegin, plan } from './plan.js'

const namesOf = (seconds: number, seed: number, chosen: readonly Fault[] = faults) =>
  plan(chosen, seconds, seed).map(({ fault, seed: own }) => `${fault.name} ${own}`)

test('the same seed gives the same plan, another one another', () => {
  expect(namesOf(600, 5)).toEqual(namesOf(600, 5))
  expect(namesOf(600, 5)).not.toEqual(namesOf(600, 6))
})

test('however short it is, a run injects each kind of fault', () => {
  expect(
    plan(faults, 1, 5)
      .map(({ fault }) => fault)
      .sort(byName),
  ).toEqual([...faults].sort(byName))
})

test('a longer run has more rounds, but none that it has no time for', () => {
  const rounds = plan(faults, 1_800, 5)
  const length = rounds.reduce((sum, { fault }) => sum + fault.seconds, 0)
  expect(rounds.length).toBeGreaterThan(5 * faults.length)
  expect(length).toBeLessThanOrEqual(1_800 * LANES)
})

test('a run of a minute has room for every kind of fault', () => {
  const length = faults.reduce((sum, { seconds }) => sum + seconds, 0)
  expect(length / LANES).toBeLessThan(90)
  expect(Math.min(...faults.map(({ atLeast }) => atLeast))).toBeGreaterThan(0)
})

test('what is asked for is read, and what is not has a default', () => {
  const given = [
    '--seconds',
    '90',
    '--seed',
    '7',
    '--only',
    'a,b',
    '--on',
    'server',
    '--json',
    'x',
    '--require-all',
  ]
  expect(readOptions(given, ['a', 'b', 'c'])).toEqual({
    ...{
      seconds: 90,
      seed: 7,
      only: ['a', 'b'],
      on: 'server',
      json: 'x',
      docs: undefined,
      requireAll: true,
      keep: false,
    },
  })
  expect(readOptions([], [], () => 0.5)).toMatchObject({ seconds: 60, seed: 2 ** 30, only: [] })
})

test.each([
  [['--second', '5'], /--second.*The options are --seconds, --seed/],
  [['--seconds', '1h'], '--seconds is "1h", not a whole number from 1 to 86400.'],
  [['--seed', '-1'], /--seed/],
  [['--only', 'a,x'], '--only names "x", which is no fault. The faults are a, b.'],
  [['--on', 'moon'], '--on is "moon", not server or embedded.'],
  [['more'], /more/],
])('%j is refused with what would do', (given, message) => {
  expect(() => readOptions(given, ['a', 'b'])).toThrow(OptionError)
  expect(() => readOptions(given, ['a', 'b'])).toThrow(message)
})

test('what a machine has no programs for is left out, and told', () => {
  const any = { only: [], on: undefined }
  const all = chooseFaults(faults, any, { server: '/bin', pooler: '/bin/pgbouncer' })
  expect(all).toEqual({ chosen: faults, leftOut: [] })
  const none = chooseFaults(faults, any, { server: undefined, pooler: undefined })
  expect(none.chosen.map(({ name }) => name)).toEqual(['embedded-kill'])
  const noPooler = chooseFaults(faults, any, { server: '/bin', pooler: undefined })
  expect(noPooler.leftOut.map(({ fault, why }) => `${fault.name}: ${why}`)).toEqual([
    expect.stringMatching(/^pooler-session: PgBouncer is missing/),
    expect.stringMatching(/^pooler-transaction: PgBouncer is missing/),
  ])
})

test('a run can be of some faults, or of one kind of database', () => {
  const programs = { server: '/bin', pooler: '/bin/pgbouncer' }
  expect(chooseFaults(faults, { only: ['rollback'], on: undefined }, programs).chosen).toHaveLength(1)
  expect(chooseFaults(faults, { only: [], on: 'embedded' }, programs).chosen).toHaveLength(1)
  const none = { only: ['rollback'], on: 'embedded' } as const
  expect(() => chooseFaults(faults, none, programs)).toThrow('leave no fault')
})

test('no round begins once the time is up, but for the first of each kind', () => {
  expect(mayBegin(18, 18, 59_999, 60)).toBe(true)
  expect(mayBegin(18, 18, 60_000, 60)).toBe(false)
  expect(mayBegin(17, 18, 90_000, 60)).toBe(true)
})

function byName(a: Fault, b: Fault): number {
  return a.name < b.name ? -1 : 1
}
