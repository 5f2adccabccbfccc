import { expect, test } from 'vitest'

import type { Database } from '../database/index.js'
import { FakeClock } from '../time/testing/fake-clock.js'
import { RuleRegistry } from './registry.js'
import { RuleCache } from './rule-cache.js'
import type { StoredRule } from './stored-rule.js'
import { aRule, minFrequency } from './testing/a-rule.js'

/** A cache over a database that holds rules, counts what it is asked and what it answers, and can be away. */
function aCache() {
  const clock = new FakeClock('2026-01-15T07:00:00Z')
  const state = { rules: [] as StoredRule[], version: 0, isAway: false, queries: 0, rowsRead: 0 }
  const versions = new Map<string, number>()
  const database = {
    background: () => database,
    listen: async () => () => undefined,
    async query(sql: string, [since]: (string | null)[] = []) {
      state.queries += 1
      if (state.isAway) throw new Error('away')
      const version = String(state.version)
      if (!sql.includes('rule changes')) return [{ version }]
      const isAsked = ({ id, status }: StoredRule) =>
        since === null ? status === 'active' : (versions.get(id) ?? 0) > Number(since)
      const rows = state.rules.filter(isAsked).map((rule) => ({ ...rule, version }))
      state.rowsRead += rows.length
      return rows.length > 0 ? rows : [{ id: null, version }]
    },
  } as unknown as Database
  const errors: unknown[] = []
  const cache = new RuleCache({
    ...{ database, clock, environment: new Map(), registry: new RuleRegistry([minFrequency]) },
    onError: (error) => errors.push(error),
  })
  /** Makes these rules, and revokes the others. */
  const set = (...rules: StoredRule[]) => {
    state.version += 1
    const revoked = { status: 'revoked', revokedAt: clock.now(), revokedBy: 'user:ada' } as const
    for (const { id } of [...state.rules, ...rules]) versions.set(id, state.version)
    state.rules = [...state.rules.map((rule) => ({ ...rule, ...revoked })), ...rules]
  }
  const add = (rule: StoredRule) => {
    state.version += 1
    versions.set(rule.id, state.version)
    state.rules.push(rule)
  }
  const changed = () =>
    new Promise<void>((resolve) => {
      const cancel = cache.onChange(() => (cancel(), resolve()))
    })
  const value = (tenantId = 't') => cache.inForce(tenantId).get(minFrequency)
  return { cache, clock, errors, state, set, add, changed, value }
}

test('looking something up asks the database nothing', async () => {
  const { cache, state, set, value } = aCache()
  set(aRule({ value: 10 }))
  await cache.look()
  const before = state.queries
  for (let n = 0; n < 1_000; n += 1) expect(value()).toBe(10)
  expect(state.queries).toBe(before)
})

test('while nothing is changed a look reads one number, and tells nobody', async () => {
  const { cache, state, set } = aCache()
  set(aRule())
  await cache.look()
  let told = 0
  cache.onChange(() => (told += 1))
  const before = state.queries
  await cache.look()
  expect([state.queries - before, told]).toEqual([1, 0])
})

test('of ten thousand rules a change reads the one that has changed', async () => {
  const { cache, state, set, add, value } = aCache()
  set(...Array.from({ length: 10_000 }, (_, n) => aRule({ tenantId: `t-${n % 100}` })))
  await cache.look()
  expect(state.rowsRead).toBe(10_000)
  add(aRule({ tenantId: 't-5', value: 50 }))
  await cache.look()
  expect([state.rowsRead, value('t-5'), value('t-6'), value('t')]).toEqual([10_001, 50, 10, 3])
})

test('a database that was restored to what it was before is read anew, all of it', async () => {
  const { cache, state, set, value } = aCache()
  set(aRule({ value: 10 }))
  await cache.look()
  set(aRule({ value: 20 }))
  await cache.look()
  Object.assign(state, { version: 1, rules: [aRule({ value: 10 })] })
  await cache.look()
  expect(value()).toBe(10)
})

test('a listener that fails keeps neither the others nor the next look from it, and is reported', async () => {
  const { cache, set, errors } = aCache()
  const broken = new Error('no such queue')
  let told = 0
  cache.onChange(() => {
    throw broken
  })
  cache.onChange(() => (told += 1))
  set(aRule({ value: 10 }))
  await cache.look()
  set(aRule({ value: 20 }))
  await cache.look()
  expect([told, errors]).toEqual([2, [broken, broken]])
})

test('a rule that is made for later is told when it begins and when it ends, at these very instants', async () => {
  const { cache, clock, set, changed, value } = aCache()
  await cache.start()
  set(
    aRule({
      effectiveFrom: new Date('2026-01-15T07:00:00.300Z'),
      effectiveUntil: new Date('2026-01-15T07:00:00.700Z'),
    }),
  )
  await cache.look()
  cache.wake() // has it sleep for as long as is left until then
  await new Promise(setImmediate)
  const begun = changed()
  clock.advance('300ms')
  await begun
  expect(value()).toBe(10)
  await new Promise(setImmediate)
  const ended = changed()
  clock.advance('400ms')
  await ended
  expect(value()).toBe(3)
  await cache.stop()
  expect(clock.pendingAlarms).toBe(0)
})

test('while the database is away what was known goes on, windows begin, and the failure is told once', async () => {
  const { cache, clock, errors, state, set, changed, value } = aCache()
  set(aRule({ effectiveFrom: new Date('2026-01-15T07:00:05Z') }))
  await cache.start()
  state.isAway = true
  const begun = changed()
  for (let second = 0; second < 5; second += 1) {
    clock.advance('1s')
    await new Promise(setImmediate)
  }
  await begun
  expect(value()).toBe(10)
  expect(errors).toHaveLength(1)
  state.isAway = false
  set()
  const revoked = changed()
  clock.advance('1s')
  await revoked
  expect(value()).toBe(3)
  await cache.stop()
})

test('what was in force stays as it was for whoever holds it, whatever changes', async () => {
  const { cache, set } = aCache()
  set(aRule({ value: 10 }))
  await cache.look()
  const atStart = cache.inForce('t')
  set(aRule({ value: 20 }))
  await cache.look()
  expect([atStart.get(minFrequency), cache.inForce('t').get(minFrequency)]).toEqual([10, 20])
})

test('a clock that is set back brings back what held then', async () => {
  const { cache, clock, set, value } = aCache()
  set(aRule({ effectiveFrom: new Date('2026-01-15T08:00:00Z') }))
  await cache.look()
  clock.skipTo(new Date('2026-01-15T09:00:00Z'))
  expect(value()).toBe(10)
  clock.skipTo(new Date('2026-01-15T07:30:00Z'))
  expect(value()).toBe(3)
})
