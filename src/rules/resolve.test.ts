import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { RuleRegistry } from './registry.js'
import { resolve, type Resolution } from './resolve.js'
import { RuleBook } from './rule-book.js'
import { holdsAt, spanOf, type StoredRule } from './stored-rule.js'
import { aRule, minFrequency } from './testing/a-rule.js'
import { changesBetween } from './upcoming.js'

const NOTHING_SET = new Map<string, unknown>()
const registry = new RuleRegistry([minFrequency])

const valueAt = (rules: readonly StoredRule[], at: string) =>
  resolve(minFrequency, rules, NOTHING_SET, new Date(at)).value

describe('windows', () => {
  test('the first instant belongs to a window, its last does not', () => {
    const rules = [
      aRule({
        value: 10,
        effectiveFrom: new Date('2026-01-15T08:00:00Z'),
        effectiveUntil: new Date('2026-01-15T18:00:00Z'),
      }),
      aRule({
        value: 20,
        effectiveFrom: new Date('2026-01-15T18:00:00Z'),
        effectiveUntil: new Date('2026-01-15T20:00:00Z'),
      }),
    ]
    const values = ['07:59:59.999', '08:00', '17:59:59.999', '18:00', '19:59:59.999', '20:00'].map((time) =>
      valueAt(rules, `2026-01-15T${time.padEnd(8, ':00')}Z`),
    )
    expect(values).toEqual([3, 10, 10, 20, 20, 3])
  })

  test('on the short day an hour that the clocks skip is no part of a window', () => {
    // In Chicago 02:00 to 03:00 does not exist on 8 March 2026: from 01:00 to 04:00 are two hours.
    const short = aRule({
      effectiveFrom: new Date('2026-03-08T01:00:00-06:00'),
      effectiveUntil: new Date('2026-03-08T04:00:00-05:00'),
    })
    const { fromMs, untilMs } = spanOf(short)
    expect(untilMs - fromMs).toBe(2 * 3_600_000)
    expect(valueAt([short], '2026-03-08T01:59:59-06:00')).toBe(10)
    expect(valueAt([short], '2026-03-08T03:00:00-05:00')).toBe(10)
    expect(valueAt([short], '2026-03-08T04:00:00-05:00')).toBe(3)
  })

  test('on the long day the hour that comes twice is told apart, and a window may lie between the two', () => {
    const between = aRule({
      effectiveFrom: new Date('2026-11-01T01:30:00-05:00'),
      effectiveUntil: new Date('2026-11-01T01:30:00-06:00'),
    })
    expect(valueAt([between], '2026-11-01T01:15:00-05:00')).toBe(3)
    expect(valueAt([between], '2026-11-01T01:45:00-05:00')).toBe(10)
    expect(valueAt([between], '2026-11-01T01:15:00-06:00')).toBe(10)
    expect(valueAt([between], '2026-11-01T01:45:00-06:00')).toBe(3)
  })
})

test('a value that does not fit any more is passed over, and said to be', () => {
  const rules = [aRule({ value: 7 }), aRule({ value: 101 })]
  expect(resolve(minFrequency, rules, NOTHING_SET, new Date('2026-01-01T00:00:00Z'))).toMatchObject({
    value: 7,
    beaten: [
      { source: 'default' },
      {
        value: 101,
        why: 'It does not fit any more: "test.pattern.min_frequency" takes a whole number from 1 to 100.',
      },
    ],
  })
})

/** Half hours around both changes of the clock. */
const instants = fc.integer({ min: 0, max: 100 }).map((halfHours) => {
  const start = halfHours < 50 ? '2026-03-08T00:00:00Z' : '2026-10-31T00:00:00Z'
  return new Date(Date.parse(start) + halfHours * 1_800_000)
})

const anyRule = fc
  .record({
    value: fc.constantFrom(1, 2, 50, 100, 101, 'many'),
    tenantId: fc.constantFrom('t', 'other', null),
    status: fc.constantFrom('draft' as const, 'active' as const, 'revoked' as const),
    window: fc.tuple(instants, fc.option(instants)),
    activatedAt: instants,
    revokedAt: instants,
  })
  .map(({ window: [effectiveFrom, until], ...rule }) =>
    aRule({
      ...rule,
      effectiveFrom,
      effectiveUntil: until !== null && until > effectiveFrom ? until : null,
      activatedAt: rule.status === 'draft' ? null : rule.activatedAt,
      revokedAt: rule.status === 'revoked' ? rule.revokedAt : null,
    }),
  )
const anyRules = fc.array(anyRule, { maxLength: 12 })
const environments = fc
  .option(fc.constant(33))
  .map((set) => new Map(set === null ? [] : [[minFrequency.name, set]]))

test('at each instant there is one answer, whatever the order in which rules are looked at', () => {
  fc.assert(
    fc.property(anyRules, environments, instants, (rules, environment, at) => {
      const visible = rules.filter(({ tenantId }) => tenantId !== 'other')
      const one = resolve(minFrequency, visible, environment, at)
      const other = resolve(minFrequency, [...visible].reverse(), environment, at)
      expect(other).toEqual(one)
      const usable = visible.filter(
        (rule) => holdsAt(spanOf(rule), at.getTime()) && Number(rule.value) <= 100,
      )
      expect(one.rule === null).toBe(usable.length === 0)
      const hasOwn = usable.some(({ tenantId }) => tenantId !== null)
      if (one.rule !== null) {
        const rank = ({ effectiveFrom, seq }: StoredRule) => effectiveFrom.getTime() * 1e6 + Number(seq)
        const same = usable.filter(({ tenantId }) => (tenantId !== null) === hasOwn)
        expect(rank(one.rule)).toBe(Math.max(...same.map(rank)))
      } else expect(one.value).toBe(environment.get(minFrequency.name) ?? 3)
    }),
  )
})

test('what processes have in memory is what the service answers since the last change, through the whole length of each period', () => {
  fc.assert(
    fc.property(anyRules, environments, instants, (rules, environment, instant) => {
      const acts = rules.flatMap(({ activatedAt, revokedAt }) => [Number(activatedAt), Number(revokedAt)])
      const changedMs = Math.max(0, ...acts)
      const atMs = Math.max(instant.getTime(), changedMs)
      const period = new RuleBook(registry, rules, environment).at(atMs)
      const { fromMs, untilMs } = period.span
      const within = [atMs, Math.max(fromMs, changedMs), Math.min(untilMs, Date.parse('2100-01-01')) - 1]
      for (const tenantId of ['t', 'other', null]) {
        const visible = rules.filter((rule) => rule.tenantId === null || rule.tenantId === tenantId)
        const answers = within.map((ms) => resolve(minFrequency, visible, environment, new Date(ms)).value)
        const known = period.inForce(tenantId).get(minFrequency)
        expect(answers).toEqual([known, known, known])
      }
    }),
  )
})

test('the coming changes, one after the other, lead to what holds at any instant', () => {
  fc.assert(
    fc.property(anyRules, instants, (rules, at) => {
      const visible = rules.filter(({ tenantId }) => tenantId !== 'other')
      const from = new Date('2026-03-07T00:00:00Z')
      const changes = changesBetween([minFrequency], visible, NOTHING_SET, { from, until: at }, { limit: 99 })
      const start = resolve(minFrequency, visible, NOTHING_SET, from)
      const answer = ({ value, rule }: Resolution) => [value, rule?.id]
      expect(changes.map(({ before }) => answer(before))).toEqual(
        [start, ...changes.map(({ after }) => after)].slice(0, -1).map(answer),
      )
      const now = resolve(minFrequency, visible, NOTHING_SET, at)
      expect(answer(changes.at(-1)?.after ?? start)).toEqual(answer(now))
      const { at: lastAt, name } = changes[1] ?? { at: from, name: '' }
      const rest = { limit: 1, after: { atMs: lastAt.getTime(), name } }
      expect(changesBetween([minFrequency], visible, NOTHING_SET, { from, until: at }, rest)).toEqual(
        changes[1] ? changes.slice(2, 3) : changes.slice(0, 1),
      )
    }),
  )
})

test('thousands of windows that lie over each other are told by the page, in no time', () => {
  const rules = Array.from({ length: 2_000 }, (_, second) =>
    aRule({ effectiveFrom: new Date(Date.parse('2030-01-01T00:00:00Z') + second * 1_000) }),
  )
  const between = { from: new Date('2029-12-31T00:00:00Z'), until: new Date('2030-01-31T00:00:00Z') }
  const changes = changesBetween([minFrequency], rules, NOTHING_SET, between, { limit: 50 })
  expect(changes).toHaveLength(50)
  const { beaten } = resolve(minFrequency, rules, NOTHING_SET, between.until)
  expect(beaten.map(({ source }) => source)).toEqual([...Array<string>(20).fill('tenant'), 'default'])
})
