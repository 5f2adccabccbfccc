import { expect, test } from 'vitest'

import type { Member } from '../store/outside-members.js'
import { callerOf } from './caller-of.js'
import { InvalidProviderError } from './errors.js'
import { refuseExcess, refuseUseless } from './check-provider.js'
import type { Provider } from './provider.js'
import { roleOf } from './role-of.js'

const provider: Provider = {
  id: 'prv',
  tenantId: 'acme',
  name: 'Acme sign-in',
  issuer: 'https://login.example.com',
  audience: 'linehaul',
  jwksUrl: 'https://login.example.com/keys',
  roleClaim: 'realm_access.roles',
  roles: { clerk: 'operator', boss: 'admin' },
  defaultRole: 'viewer',
  businessUnitId: null,
  createdAt: new Date(0),
  createdBy: 'user:1',
}
const member: Member = { userId: '7', role: 'manager', businessUnitId: 'north', isDisabled: false }
const proven = { subject: 'jo', claims: {} }

test.each([
  [{ realm_access: { roles: ['clerk'] } }, 'operator'],
  [{ realm_access: { roles: ['clerk', 'boss', 'other'] } }, 'admin'],
  [{ realm_access: { roles: 'boss' } }, 'admin'],
  [{ 'realm_access.roles': ['clerk'] }, 'operator'],
  [{ realm_access: { roles: ['other', 7, null] } }, 'viewer'],
  [{ realm_access: { roles: ['constructor', '__proto__'] } }, 'viewer'],
  [{ realm_access: 'boss' }, 'viewer'],
  [{}, 'viewer'],
])('%j means %s', (claims, role) => {
  expect(roleOf(claims, provider)).toBe(role)
})

test('without a default role nobody comes in who has none of the mapped ones', () => {
  const strict = { ...provider, defaultRole: null }
  expect(roleOf({}, strict)).toBeUndefined()
  expect(callerOf(strict, proven, undefined)).toBeUndefined()
  expect(callerOf(strict, proven, member)).toMatchObject({ actor: 'user:7' })
})

test('a stranger comes in with the role and the business unit that the provider gives', () => {
  expect(callerOf({ ...provider, businessUnitId: 'south' }, proven, undefined)).toEqual({
    tenantId: 'acme',
    actor: 'outside:prv:jo',
    role: 'viewer',
    scopes: null,
    businessUnitId: 'south',
    via: 'identity-provider:prv',
  })
})

test('a member comes in as that member, whatever the token says of roles', () => {
  const claims = { realm_access: { roles: ['boss'] } }
  expect(callerOf(provider, { ...proven, claims }, member)).toEqual({
    tenantId: 'acme',
    actor: 'user:7',
    role: 'manager',
    scopes: null,
    businessUnitId: 'north',
    via: 'identity-provider:prv',
  })
})

test('a disabled member does not come in', () => {
  expect(callerOf(provider, proven, { ...member, isDisabled: true })).toBeUndefined()
})

test('an e-mail makes nobody an owner, nor a member of another business unit', () => {
  expect(callerOf(provider, proven, { ...member, role: 'owner' })).toMatchObject({
    actor: 'outside:prv:jo',
    role: 'viewer',
  })
  const ofSouth = { ...provider, businessUnitId: 'south' }
  expect(callerOf(ofSouth, proven, member)).toMatchObject({ actor: 'outside:prv:jo' })
  expect(callerOf({ ...provider, businessUnitId: 'north' }, proven, member)).toMatchObject({
    actor: 'user:7',
  })
})

test.each([
  ['issuer', { issuer: 'login.example.com' }],
  ['jwksUrl', { jwksUrl: 'file:///etc/passwd' }],
  ['roleClaim', { roleClaim: null }],
  ['roles', { roles: {} }],
  ['defaultRole', { roleClaim: null, roles: {}, defaultRole: null }],
])('a provider with a useless %s is refused', (field, settings) => {
  const making = () => refuseUseless({ ...provider, ...settings })
  expect(making).toThrow(InvalidProviderError)
  expect(making).toThrow(expect.objectContaining({ field }))
})

test('who decides about a provider has all that it gives', () => {
  const admin = {
    tenantId: 'acme',
    actor: 'user:1',
    role: 'admin',
    scopes: null,
    businessUnitId: null,
  } as const
  const decide = (caller: Partial<typeof admin> | object) => () =>
    refuseExcess({ ...admin, ...caller }, provider)
  expect(decide({})).not.toThrow()
  expect(decide({ role: 'manager' })).toThrow('manager')
  expect(decide({ expiresAt: new Date('2026-02-01T00:00:00Z') })).toThrow('outlive')
  expect(decide({ scopes: ['providers.manage'] })).toThrow('some actions')
  expect(decide({ businessUnitId: 'north' })).toThrow('business unit')
})
