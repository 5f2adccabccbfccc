import { describe, expect, test } from 'vitest'

import { decideAlerts, RAISES_AFTER_MS, type Suspicions } from './decide-alerts.js'
import type { Measurement } from './measure.js'

const PLACE = { tenantId: 'acme', queue: 'pattern', kind: 'oldest-waiting' } as const

const found = (value: number, more: Partial<Measurement> = {}): Measurement => ({
  ...{ ...PLACE, value, threshold: 10, isUnsure: false },
  ...more,
})

/** One look after the other, each `everyMs` after the one before. @returns what each raised */
function looks(all: readonly (readonly Measurement[])[], everyMs = RAISES_AFTER_MS): readonly number[] {
  let suspicions: Suspicions = new Map()
  return all.map((measured, n) => {
    const decision = decideAlerts({ measured, open: [], suspicions }, n * everyMs)
    suspicions = decision.suspicions
    return decision.raise.length
  })
}

/** Whether an open alert is cleared by that. */
const clears = (...measured: Measurement[]) =>
  decideAlerts({ measured, open: [PLACE], suspicions: new Map() }, 0).clear.length === 1

describe('an alert', () => {
  test('is raised once something has been wrong for a while, not at the first sight', () => {
    expect(looks([[found(10)], [found(11)]])).toEqual([0, 1])
    expect(looks([[found(10)], [found(11)], [found(12)]], RAISES_AFTER_MS / 2)).toEqual([0, 0, 1])
  })

  test('is not raised for what was well again in between', () => {
    expect(looks([[found(10)], [found(9)], [found(10)]])).toEqual([0, 0, 0])
    expect(looks([[found(10)], [], [found(10)]])).toEqual([0, 0, 0])
  })

  test('is not raised twice', () => {
    const suspicions = new Map()
    const look = { measured: [found(10)], open: [PLACE], suspicions }
    expect(decideAlerts(look, 0)).toEqual({ raise: [], clear: [], suspicions: new Map() })
  })

  test('is not raised where it is off, nor by what tells too little', () => {
    expect(looks([[found(99, { threshold: null })], [found(99, { threshold: null })]])).toEqual([0, 0])
    expect(looks([[found(99, { isUnsure: true })], [found(99, { isUnsure: true })]])).toEqual([0, 0])
  })

  test('of one tenant, queue or kind says nothing of another', () => {
    const others = [{ tenantId: 'bolt' }, { queue: 'critical' }, { kind: 'no-worker' as const }]
    for (const other of others) expect(looks([[found(10)], [found(10, other)]])).toEqual([0, 0])
    for (const other of others) expect(clears(found(99, other))).toBe(true)
  })

  test('is cleared well below its threshold only, so that what flaps around it is told once', () => {
    expect([10, 9, 8].map((value) => clears(found(value)))).toEqual([false, false, false])
    expect(clears(found(7.9))).toBe(true)
    expect(clears(found(8, { isUnsure: true }))).toBe(false)
  })

  test('is cleared when there is nothing left to measure, and when it is turned off', () => {
    expect(clears()).toBe(true)
    expect(clears(found(99, { threshold: null }))).toBe(true)
  })
})
