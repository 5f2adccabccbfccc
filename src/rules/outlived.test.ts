import { expect, test } from 'vitest'

import { MOST_TO_COME_BACK, outlived } from './outlived.js'
import type { StoredRule } from './stored-rule.js'
import { aRule } from './testing/a-rule.js'

const NOW = new Date('2026-01-15T07:00:00Z')

/** One that begins so many minutes before now. */
const aged = (minutes: number, given: Partial<StoredRule> = {}) => {
  const at = new Date(NOW.getTime() - minutes * 60_000)
  return aRule({ effectiveFrom: at, activatedAt: at, ...given })
}
const several = (count: number, given: Partial<StoredRule> = {}) =>
  Array.from({ length: count }, (_, n) => aged(n + 1, given))

test('of rules that took over from one another the last twenty may hold again', () => {
  const oldest = [aged(200), aged(100)]
  const rules = [...oldest, ...several(MOST_TO_COME_BACK)]
  expect(outlived(rules, NOW).map(({ id }) => id)).toEqual([oldest[1]?.id, oldest[0]?.id])
})

test('one that holds for longer than those before it will hold again, and stays', () => {
  const lasting = aged(100)
  const until = new Date('2026-02-01T00:00:00Z')
  expect(outlived([lasting, ...several(30, { effectiveUntil: until })], NOW)).not.toContain(lasting)
})

test('what is a draft, has yet to begin, is over or was revoked takes precedence of none', () => {
  const others: readonly Partial<StoredRule>[] = [
    { status: 'draft', activatedAt: null, activatedBy: null },
    { effectiveFrom: new Date('2026-03-01T00:00:00Z') },
    { effectiveUntil: NOW },
    { status: 'revoked', revokedAt: NOW, revokedBy: 'user:ada' },
  ]
  for (const given of others) expect(outlived([aged(100), ...several(30, given)], NOW)).toEqual([])
})

test('one that begins at this very instant cannot end at it', () => {
  const rules = Array.from({ length: MOST_TO_COME_BACK + 1 }, () => aged(0))
  expect(outlived(rules, NOW)).toEqual([])
})
