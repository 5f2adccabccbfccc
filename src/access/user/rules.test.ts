import { expect, test } from 'vitest'

import { aCaller } from '../testing/people-fixture.js'
import { refuseChanges, refuseGiving, refuseRenewing, refuseWeak } from './rules.js'
import { emailKey, type UserChanges } from './user.js'

const OTHER = {
  id: '7',
  businessUnitId: null,
  email: 'other@example.com',
  role: 'viewer',
  isOwner: false,
  tenants: 1,
} as const

test.each([
  ['admin', null, 'admin'],
  ['owner', null, 'owner'],
] as const)('an unrestricted %s gives %s what it has', (role, scopes, given) => {
  expect(() => refuseGiving(aCaller({ role, scopes }), given)).not.toThrow()
})

test.each([
  ['admin', null, 'owner'],
  ['manager', null, 'admin'],
  ['owner', ['users.manage'], 'viewer'],
] as const)('a %s with the scopes %j does not give the role %s', (role, scopes, given) => {
  expect(() => refuseGiving(aCaller({ role, scopes }), given)).toThrow(/Nobody can give/)
})

test.each([
  ['an admin', 'admin', {}, { isOwner: true }, 'ACCESS_GIVES_TOO_MUCH'],
  ['an admin', 'admin', { isOwner: true }, {}, 'ACCESS_OWNERS_ONLY'],
  ['an admin', 'admin', { name: 'New' }, { tenants: 2 }, 'ACCESS_USER_SHARED'],
  ['an admin', 'admin', { isDisabled: true }, { tenants: 2 }, 'ACCESS_USER_SHARED'],
  ['a manager', 'manager', { role: 'viewer' }, { role: 'admin' }, 'ACCESS_GIVES_TOO_MUCH'],
] as const)('%s (%s) who wants %j of %j is told %s', (_, role, changes, target, code) => {
  const change = () => refuseChanges(aCaller({ role }), { ...OTHER, ...target }, changes)
  expect(change).toThrow(expect.objectContaining({ code }))
})

test('an admin changes the role of somebody who is in other tenants too', () => {
  const change = () =>
    refuseChanges(aCaller({ role: 'admin' }), { ...OTHER, tenants: 2 }, { role: 'manager' })
  expect(change).not.toThrow()
})

test.each(['short', 'aaaaaaaaaaaaaaaa', 'x'.repeat(201), 'my JO@example.com!'])(
  '%j is no password',
  (password) => {
    expect(() => refuseWeak(password, 'jo@example.com')).toThrow(
      expect.objectContaining({ code: 'ACCESS_WEAK_PASSWORD' }),
    )
  },
)

test('a key that ends lets nobody in for longer than itself, but may take away', () => {
  const ending = aCaller({ expiresAt: new Date('2026-02-01T00:00:00Z') })
  const ask = (changes: UserChanges) => () => refuseChanges(ending, OTHER, changes)
  for (const given of [{ role: 'admin' }, { isOwner: true }, { isDisabled: false }] as const)
    expect(ask(given)).toThrow('outlive')
  expect(() => refuseRenewing(ending, OTHER)).toThrow('outlive')
  for (const taken of [{ isOwner: false }, { isDisabled: true }]) expect(ask(taken)).not.toThrow()
})

test('nobody changes their own business unit, but the rest of them and the units of others', () => {
  const self = aCaller({ actor: 'user:7' })
  const ask = (changes: UserChanges) => () => refuseChanges(self, OTHER, changes)
  expect(ask({ businessUnitId: 'north' })).toThrow(expect.objectContaining({ code: 'ACCESS_OWN_UNIT' }))
  expect(ask({ businessUnitId: null, name: 'New' })).not.toThrow()
  const another = aCaller({ actor: 'user:8' })
  expect(() => refuseChanges(another, OTHER, { businessUnitId: 'north' })).not.toThrow()
})

test('a long sentence is a password', () => {
  expect(() => refuseWeak('correct horse battery', 'jo@example.com')).not.toThrow()
})

test('e-mails that differ in case are one, also beyond ASCII', () => {
  expect(emailKey(' JÖRG@Example.com ')).toBe('jörg@example.com')
})
