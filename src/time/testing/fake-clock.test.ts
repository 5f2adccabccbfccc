import { expect, test } from 'vitest'

import { FakeClock } from './fake-clock.js'

test('a fake clock stands still until it is moved', () => {
  const clock = new FakeClock('2026-01-05T08:00:00Z')
  expect(clock.now()).toEqual(new Date('2026-01-05T08:00:00Z'))
  clock.advance('90s')
  expect(clock.now()).toEqual(new Date('2026-01-05T08:01:30Z'))
  expect(clock.statementTime()).toEqual(clock.now())
  expect(clock.monotonicMs()).toBe(90_000)
  expect(clock.ago('30s')).toEqual(new Date('2026-01-05T08:01:00Z'))
})

test('alarms ring in the order of their instants, each at its own', () => {
  const clock = new FakeClock('2026-01-05T08:00:00Z')
  const rung: string[] = []
  const ring = (name: string) => () => rung.push(`${name} at ${clock.now().toISOString().slice(17, 19)}`)
  clock.after(20_000, ring('second'))
  clock.after(10_000, ring('first'))
  clock.after(31_000, ring('too late'))
  clock.advance('30s')
  expect(rung).toEqual(['first at 10', 'second at 20'])
  expect(clock.now()).toEqual(new Date('2026-01-05T08:00:30Z'))
})

test('an alarm that a ringing one sets rings as well when its time is within the move', () => {
  const clock = new FakeClock()
  let rounds = 0
  const again = (): void => {
    rounds += 1
    clock.after(10_000, again)
  }
  again()
  clock.advance('30s')
  expect(rounds).toBe(4)
})

test('a cancelled alarm never rings and is pending no more', () => {
  const clock = new FakeClock()
  let rung = false
  const cancel = clock.after(1_000, () => (rung = true))
  expect(clock.pendingAlarms).toBe(1)
  cancel()
  expect(clock.pendingAlarms).toBe(0)
  clock.advance('1m')
  expect(rung).toBe(false)
})

test('a nap is no alarm: it can be ended at any instant, and is passed over without', () => {
  const clock = new FakeClock('2026-01-05T08:00:00Z')
  const rung: string[] = []
  clock.nap(1_000, () => rung.push('nap'))
  clock.after(5_000, () => rung.push('alarm'))
  expect(clock.nextAlarmAt).toEqual(new Date('2026-01-05T08:00:05Z'))
  clock.skipTo(new Date('2026-01-05T08:00:05Z'))
  expect(rung).toEqual(['alarm'])
  clock.endNaps()
  expect(rung).toEqual(['alarm', 'nap'])
  expect(clock.nextAlarmAt).toBeUndefined()
})

test('a nap that nobody ends is over at its time', () => {
  const clock = new FakeClock()
  let woken = false
  clock.nap(1_000, () => (woken = true))
  clock.advance('1s')
  expect(woken).toBe(true)
})
