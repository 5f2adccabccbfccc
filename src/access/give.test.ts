import { expect, test } from 'vitest'

import type { Caller } from './caller.js'
import { excessOf, type Rights } from './give.js'

const soon = new Date('2026-02-01T00:00:00Z')
const later = new Date('2026-03-01T00:00:00Z')

const admin = { role: 'admin', scopes: null } as const
const narrow = { role: 'admin', scopes: ['keys.manage', 'jobs.read'] } as const

type Case = [string, Pick<Caller, 'role' | 'scopes'>, Date | null, Partial<Rights>]

test.each<Case>([
  ['a role below', admin, null, { role: 'viewer' }],
  ['the same role', admin, null, { role: 'admin' }],
  ['some actions', admin, null, { scopes: ['jobs.read'] }],
  ['the same actions', narrow, null, { role: 'admin', scopes: ['jobs.read', 'keys.manage'] }],
  ['an end before its own', admin, later, { expiresAt: soon }],
  ['the same end', admin, soon, { expiresAt: soon }],
])('one can give %s', (_, giver, endsAt, wanted) => {
  expect(
    excessOf(giver, endsAt, { role: 'viewer', scopes: null, expiresAt: null, ...wanted }),
  ).toBeUndefined()
})

test.each<Case>([
  ['a role above', admin, null, { role: 'owner' }],
  ['an action more', narrow, null, { scopes: ['jobs.read', 'jobs.create'] }],
  ['all of a role below, having some actions', narrow, null, { role: 'viewer' }],
  ['a later end', admin, soon, { expiresAt: later }],
  ['no end, having one', admin, soon, { expiresAt: null }],
])('one cannot give %s', (_, giver, endsAt, wanted) => {
  const rights = { role: 'viewer', scopes: null, expiresAt: null, ...wanted } as const
  expect(excessOf(giver, endsAt, rights)).toMatch(/^your /)
})
