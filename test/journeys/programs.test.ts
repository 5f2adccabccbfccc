import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { makeApiKey } from '../../src/access/index.js'
import type { Issuer } from '../../src/access/testing/issuer.js'
import { Caller, type Page, type Problem } from './caller.js'
import { startIssuer, type LocalIssuer } from './local-issuer.js'
import { aStrangersKey, onEachRunningApp } from './running-app.js'

interface Key {
  id: string
  name: string
  secret: string
  revokedAt: string | null
}

interface Provider {
  id: string
  defaultRole: string | null
}

interface Entry {
  actor: string
  action: string
  object: string
  before: object | null
  after: object | null
}

const KEYS = '/api/v1/api-keys'
const PROVIDERS = '/api/v1/identity-providers'

let local: LocalIssuer
let issuer: Issuer
let jwksUrl: string

beforeAll(async () => {
  local = await startIssuer('linehaul')
  issuer = local.issuer
  jwksUrl = `${local.url}/keys`
})

afterAll(() => local.close())

onEachRunningApp((running) => {
  const as = (secret: string) => new Caller(running().url, secret)
  const make = async (key: object) => (await running().caller.post<Key>(KEYS, key)).body
  const statusOf = async (answer: Promise<{ status: number }>) => (await answer).status

  async function auditOf(object: string): Promise<string> {
    const all = await running().caller.all<Entry>(`/api/v1/audit-entries?object=${object}`)
    return JSON.stringify(all.map(({ action, before, after }) => [action, before, after]))
  }

  describe('an API key', () => {
    test('may what its role and its scopes allow, until it is rotated or revoked', async () => {
      const key = await make({ name: 'reads', role: 'viewer', scopes: ['jobs.read'] })
      expect(await statusOf(as(key.secret).get('/api/v1/jobs'))).toBe(200)
      expect(await as(key.secret).get('/api/v1/shipments')).toMatchObject({
        status: 403,
        body: { code: 'API_FORBIDDEN' },
      })
      const rotated = await running().caller.post<Key>(`${KEYS}/${key.id}/rotate`)
      expect(rotated).toMatchObject({ status: 200, body: { id: key.id, name: 'reads' } })
      expect(await statusOf(as(key.secret).get('/api/v1/jobs'))).toBe(401)
      expect(await statusOf(as(rotated.body.secret).get('/api/v1/jobs'))).toBe(200)
      const revoked = await running().caller.delete<Key>(`${KEYS}/${key.id}`)
      expect(revoked.body.revokedAt).not.toBeNull()
      expect(await statusOf(as(rotated.body.secret).get('/api/v1/jobs'))).toBe(401)
    })

    test('is shown once: neither a list, nor the audit trail, nor a kept answer has its secret', async () => {
      const key = await make({ name: 'shown once', role: 'viewer' })
      const rotated = await running().caller.post<Key>(`${KEYS}/${key.id}/rotate`)
      const { body } = await running().caller.get<Page<Key>>(`${KEYS}?limit=1`)
      expect(body.items).toMatchObject([{ id: key.id, name: 'shown once' }])
      const trail = await auditOf(`api-key:${key.id}`)
      expect(trail).toMatch(/api-key\.rotate.*api-key\.create/)
      for (const text of [JSON.stringify(body), trail])
        for (const { secret } of [key, rotated.body]) expect(text).not.toContain(secret)
    })

    test('makes, rotates and revokes none that may more, and decides about no identity provider', async () => {
      const wide = await make({ name: 'wide', role: 'admin' })
      const scopes = ['keys.manage', 'providers.manage', 'jobs.read']
      const narrow = as((await make({ name: 'narrow', role: 'admin', scopes })).secret)
      const refused = { status: 403, body: { code: 'ACCESS_GIVES_TOO_MUCH' } }
      expect(await narrow.post(KEYS, { name: 'wider', role: 'viewer' })).toMatchObject(refused)
      expect(await narrow.post(`${KEYS}/${wide.id}/rotate`)).toMatchObject(refused)
      expect(await narrow.delete(`${KEYS}/${wide.id}`)).toMatchObject(refused)
      const same = { name: 'as narrow', role: 'viewer', scopes: ['jobs.read'] }
      expect(await statusOf(narrow.post(KEYS, same))).toBe(201)
      expect(await as(wide.secret).post(KEYS, { name: 'owner', role: 'owner' })).toMatchObject(refused)

      const provider = { name: 'narrow', issuer: issuer.issuer, audience: 'narrow', jwksUrl }
      const settings = { ...provider, defaultRole: 'viewer' }
      expect(await narrow.post(PROVIDERS, settings)).toMatchObject(refused)
      const ownersOnly = { status: 403, body: { code: 'ACCESS_OWNERS_ONLY' } }
      expect(await as(wide.secret).post(PROVIDERS, settings)).toMatchObject(ownersOnly)
      const made = await running().caller.post<Provider>(PROVIDERS, settings)
      expect(made.status).toBe(201)
      expect(await narrow.patch(`${PROVIDERS}/${made.body.id}`, { name: 'mine' })).toMatchObject(refused)
      expect(await narrow.delete(`${PROVIDERS}/${made.body.id}`)).toMatchObject(refused)
    })
  })

  describe('an identity provider', () => {
    test('lets in whom its tokens name, as long as it is trusted', async () => {
      const { caller } = running()
      const roles = { roleClaim: 'groups', roles: { clerks: 'operator', admins: 'admin' } }
      const settings = {
        name: 'Sign-in',
        issuer: issuer.issuer,
        audience: issuer.audience,
        jwksUrl,
        ...roles,
      }
      const { status, body } = await caller.post<Provider>(PROVIDERS, settings)
      expect([status, body]).toMatchObject([201, { defaultRole: null, businessUnitId: null }])

      const clerk = as(await issuer.token({ groups: ['clerks'] }))
      expect(await statusOf(clerk.get('/api/v1/jobs'))).toBe(200)
      expect(await statusOf(clerk.get(KEYS))).toBe(403)
      expect(await statusOf(as(await issuer.token()).get('/api/v1/jobs'))).toBe(401)
      await caller.patch(`${PROVIDERS}/${body.id}`, { defaultRole: 'viewer' })
      expect(await statusOf(as(await issuer.token()).get('/api/v1/jobs'))).toBe(200)

      const admin = as(await issuer.token({ groups: ['admins'], sub: 'boss' }))
      const key = await admin.post<Key>(KEYS, { name: 'of an outside admin', role: 'admin' })
      expect(key.body).toMatchObject({ createdBy: `outside:${body.id}:boss` })

      expect(await statusOf(caller.delete(`${PROVIDERS}/${body.id}`))).toBe(200)
      expect(await statusOf(clerk.get('/api/v1/jobs'))).toBe(401)
      expect(await auditOf(`identity-provider:${body.id}`)).toMatch(
        /identity-provider\.delete.*identity-provider\.update.*identity-provider\.create/,
      )
    })

    test('whose people are of a business unit lets their jobs keep it', async () => {
      const { caller } = running()
      const unit = await caller.post<{ id: string }>('/api/v1/business-units', { name: 'North' })
      const settings = { name: 'North', issuer: issuer.issuer, audience: issuer.audience, jwksUrl }
      const rights = { defaultRole: 'manager', businessUnitId: unit.body.id }
      const { body } = await caller.post<Provider>(PROVIDERS, { ...settings, ...rights })
      const manager = as(await issuer.token())
      const wish = { type: 'pattern:analyze', data: { lookbackDays: 3 }, options: { delay: '1h' } }
      const made = await manager.post<{ id: string }>('/api/v1/jobs', wish)
      expect((await manager.get(`/api/v1/jobs/${made.body.id}`)).body).toMatchObject({
        actor: `outside:${body.id}:jo`,
        businessUnitId: unit.body.id,
      })
      await caller.delete(`${PROVIDERS}/${body.id}`)
    })

    test.each([
      ['a private address', 'http://10.0.0.1/keys', { status: 422, code: 'OUTGOING_REFUSED' }],
      ['an address without keys', '/none', { status: 400, code: 'ACCESS_PROVIDER_INVALID' }],
      ['no address', 'keys', { status: 400, code: 'ACCESS_PROVIDER_INVALID' }],
    ])('whose keys are at %s is refused', async (_, where, problem) => {
      const url = where.startsWith('/') ? `${issuer.issuer}${where}` : where
      const settings = { name: 'no keys', issuer: issuer.issuer, audience: 'none', jwksUrl: url }
      const answer = await running().caller.post<Problem>(PROVIDERS, { ...settings, defaultRole: 'viewer' })
      expect(answer.body).toMatchObject(problem)
    })

    test('makes nobody an owner', async () => {
      const settings = { name: 'owners', issuer: issuer.issuer, audience: 'owners', jwksUrl }
      const answer = await running().caller.post(PROVIDERS, { ...settings, defaultRole: 'owner' })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: '/defaultRole' }] } })
    })

    test('with the tokens of another tenant is refused', async () => {
      const settings = {
        name: 'first',
        issuer: issuer.issuer,
        audience: 'theirs',
        jwksUrl,
        defaultRole: 'viewer',
      }
      await aStrangersKey(running(), 'stranger')
      const ofTheirs = { tenantId: 'stranger', name: 'owner', role: 'owner' } as const
      const theirs = as(String(await makeApiKey(running().app.database, ofTheirs)))
      expect(await statusOf(theirs.post(PROVIDERS, settings))).toBe(201)
      expect(await running().caller.post(PROVIDERS, settings)).toMatchObject({
        status: 409,
        body: { code: 'ACCESS_PROVIDER_AMBIGUOUS', errors: [{ field: '/audience' }] },
      })
    })
  })
})
