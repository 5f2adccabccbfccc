import { expect, test } from 'vitest'

import { asTaker, excessOf, type Giver, type Rights } from './give.js'

const soon = new Date('2026-02-01T00:00:00Z')
const later = new Date('2026-03-01T00:00:00Z')

const admin = { role: 'admin', scopes: null } as const
const narrow = { role: 'admin', scopes: ['keys.manage', 'jobs.read'] } as const

type Case = [string, Giver, Partial<Rights>]

test.each<Case>([
  ['a role below', admin, { role: 'viewer' }],
  ['the same role', admin, { role: 'admin' }],
  ['some actions', admin, { scopes: ['jobs.read'] }],
  ['the same actions', narrow, { role: 'admin', scopes: ['jobs.read', 'keys.manage'] }],
  ['an end before its own', { ...admin, expiresAt: later }, { expiresAt: soon }],
  ['the same end', { ...admin, expiresAt: soon }, { expiresAt: soon }],
])('one can give %s', (_, giver, wanted) => {
  expect(excessOf(giver, { role: 'viewer', scopes: null, expiresAt: null, ...wanted })).toBeUndefined()
})

test.each<Case>([
  ['a role above', admin, { role: 'owner' }],
  ['an action more', narrow, { scopes: ['jobs.read', 'jobs.create'] }],
  ['all of a role below, having some actions', narrow, { role: 'viewer' }],
  ['a later end', { ...admin, expiresAt: soon }, { expiresAt: later }],
  ['no end, having one', { ...admin, expiresAt: soon }, { expiresAt: null }],
])('one cannot give %s', (_, giver, wanted) => {
  const rights = { role: 'viewer', scopes: null, expiresAt: null, ...wanted } as const
  expect(excessOf(giver, rights)).toMatch(/^your /)
})

test('what ends can take away what does not', () => {
  const wanted = { role: 'admin', scopes: null, expiresAt: null } as const
  expect(excessOf({ ...admin, expiresAt: soon }, wanted)).toBeDefined()
  expect(excessOf(asTaker({ ...admin, expiresAt: soon }), wanted)).toBeUndefined()
})
