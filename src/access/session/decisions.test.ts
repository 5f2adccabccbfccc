import { expect, test } from 'vitest'

import { chooseTenant } from './choose-tenant.js'
import { expiryOf, judgeToken } from './judge-token.js'
import { addressSubject, longestLock } from './lock-out.js'
import { newRefreshToken, readToken, tokenAfter, writeToken } from './refresh-token.js'
import { standingOf } from './standing.js'

const NOW = new Date('2026-01-05T08:00:00Z')
const later = (ms: number) => new Date(NOW.getTime() + ms)
const KEPT = { tokenHash: 'new', previousHash: 'before', rotatedAt: NOW, expiresAt: later(60_000) }

test.each([
  ['new', 0, 'rotate'],
  ['before', 10_000, 'repeat'],
  ['before', 10_001, 'stolen'],
  ['long ago', 0, 'stolen'],
  ['new', 60_000, 'ended'],
  ['before', 60_000, 'ended'],
] as const)('the token %j, %i ms after the last rotation, is judged %s', (hash, ms, verdict) => {
  expect(judgeToken(KEPT, hash, later(ms))).toBe(verdict)
})

test('a session ends two weeks after its last use, and 90 days after its beginning', () => {
  const day = 86_400_000
  expect(expiryOf(NOW, later(day))).toEqual(later(15 * day))
  expect(expiryOf(NOW, later(89 * day))).toEqual(later(90 * day))
})

test('the token after a token is always the same, of the same session, and not to be told without the key', () => {
  const token = newRefreshToken()
  const next = tokenAfter(token, 'key')
  expect(tokenAfter(token, 'key')).toEqual(next)
  expect(next.family).toBe(token.family)
  expect(tokenAfter(token, 'another key').secret).not.toBe(next.secret)
  expect(readToken(writeToken(next))).toEqual(next)
  expect(readToken('nonsense')).toBeUndefined()
})

test.each([
  [['acme'], undefined, false, 'acme'],
  [['acme', 'globex'], 'globex', false, 'globex'],
  [['acme'], 'globex', true, 'globex'],
] as const)('of %j, wanting %s (all: %s), %s is chosen', (tenants, wanted, mayAll, chosen) => {
  expect(
    chooseTenant(
      tenants.map((tenantId) => ({ tenantId })),
      { wanted, mayAll },
    ),
  ).toBe(chosen)
})

test.each([
  [['acme', 'globex'], undefined, 'ACCESS_CHOOSE_TENANT'],
  [['acme'], 'globex', 'ACCESS_NO_MEMBERSHIP'],
  [[], undefined, 'ACCESS_NO_MEMBERSHIP'],
] as const)('of %j, wanting %s, none is chosen: %s', (tenants, wanted, code) => {
  const choose = () =>
    chooseTenant(
      tenants.map((tenantId) => ({ tenantId })),
      { wanted, mayAll: false },
    )
  expect(choose).toThrow(expect.objectContaining({ code }))
})

test.each([
  ['192.0.2.7', 'address:192.0.2.7'],
  ['::ffff:192.0.2.7', 'address:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', 'address:2001:db8:1:2::/64'],
  ['', 'address:none'],
])('%s is counted as %s', (address, subject) => {
  expect(addressSubject(address)).toBe(subject)
})

test('the longest lock counts, and whether it has just begun', () => {
  const subjects = [
    { subject: 'a', most: 5 },
    { subject: 'b', most: 5 },
  ]
  const at = (a: number, b: number) =>
    longestLock(
      subjects,
      [
        { subject: 'a', count: a, since: later(-60_000) },
        { subject: 'b', count: b, since: NOW },
      ],
      NOW,
    )
  expect(at(5, 5)).toBeUndefined()
  expect(at(6, 5)).toEqual({ subject: 'a', retryAfterSeconds: 840, isNew: true })
  expect(at(6, 7)).toEqual({ subject: 'b', retryAfterSeconds: 900, isNew: false })
})

const FACTS = {
  tenantId: 'acme',
  role: 'manager',
  businessUnitId: null,
  isOwner: false,
  disabledAt: null,
  oneTimeUntil: null,
} as const

test.each([
  [{}, { role: 'manager', mustChangePassword: false }],
  [{ isOwner: true, role: null }, { role: 'owner' }],
  [{ oneTimeUntil: later(1) }, { mustChangePassword: true }],
])('whoever is %j stands as %j', (facts, standing) => {
  expect(standingOf({ ...FACTS, ...facts }, NOW)).toMatchObject(standing)
})

test.each([
  [{ disabledAt: NOW }, 'ACCESS_USER_DISABLED'],
  [{ oneTimeUntil: NOW }, 'ACCESS_ONE_TIME_PASSWORD_EXPIRED'],
  [{ role: null }, 'ACCESS_NO_MEMBERSHIP'],
])('whoever is %j may not come in: %s', (facts, code) => {
  expect(() => standingOf({ ...FACTS, ...facts }, NOW)).toThrow(expect.objectContaining({ code }))
})
