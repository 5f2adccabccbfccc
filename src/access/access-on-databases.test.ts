import { expect, test } from 'vitest'

import { onEachDatabase } from '../database/testing/test-database.js'
import { FakeClock } from '../time/testing/fake-clock.js'
import { listAudit } from './audit.js'
import type { Caller } from './caller.js'
import { Credentials } from './credentials.js'
import { findApiKey, makeApiKey, setApiKey } from './key/api-key.js'
import { ApiKeys, type NewApiKey } from './key/api-keys.js'
import { apiKeys } from './key/find-key.js'
import { LastUse } from './key/last-use.js'
import { outsideTokens } from './outside/outside-tokens.js'
import type { ProviderSettings } from './outside/provider.js'
import { Providers } from './outside/providers.js'
import { createBusinessUnit } from './business-unit/business-units.js'
import { Issuer } from './testing/issuer.js'
import { peopleOn } from './testing/people-fixture.js'

const admin: Caller = {
  tenantId: 'default',
  actor: 'cli:local',
  role: 'admin',
  scopes: null,
  businessUnitId: null,
}
const owner: Caller = { ...admin, role: 'owner' }
const wanted: NewApiKey = { name: 'ci', role: 'viewer', scopes: null, expiresAt: null }

onEachDatabase((database) => {
  const keys = (forget = () => undefined as void) => new ApiKeys(database(), forget)

  test('a key that two make at once has one secret, told to one of them', async () => {
    const key = { tenantId: 'default', name: 'made', role: 'owner' } as const
    const made = await Promise.all([makeApiKey(database(), key), makeApiKey(database(), key)])
    const secrets = made.filter((secret) => secret !== undefined)
    expect(secrets).toHaveLength(1)
    expect(await findApiKey(database(), String(secrets[0]))).toMatchObject(key)
    expect(await makeApiKey(database(), key)).toBeUndefined()
  })

  test('a key that is set anew has the new secret only, and stays the same key', async () => {
    const key = { tenantId: 'default', name: 'set', role: 'owner' } as const
    expect(await setApiKey(database(), { ...key, secret: 'the-first-secret' })).toBe(true)
    const before = await findApiKey(database(), 'the-first-secret')
    expect(before).toMatchObject({ ...key, createdBy: 'system:start' })
    expect(await setApiKey(database(), { ...key, secret: 'the-second-secret' })).toBe(true)
    expect(await findApiKey(database(), 'the-first-secret')).toBeUndefined()
    expect(await findApiKey(database(), 'the-second-secret')).toEqual(before)
    const object = `api-key:${before?.id}`
    const trail = await listAudit(database(), 'default', { object, limit: 9 })
    const preset = { actor: 'system:start', action: 'api-key.preset', object }
    expect(trail).toMatchObject([preset, preset])
    expect(JSON.stringify(trail)).not.toMatch(/secret|hash/)
    const rotated = await keys().rotate(owner, before?.id ?? '')
    expect(await setApiKey(database(), { ...key, secret: 'the-second-secret' })).toBe(false)
    expect(await findApiKey(database(), 'the-second-secret')).toBeUndefined()
    expect(await findApiKey(database(), rotated.secret)).toMatchObject(key)
    await keys().revoke(owner, before?.id ?? '')
    expect(await setApiKey(database(), { ...key, secret: 'the-second-secret' })).toBe(false)
    expect(await findApiKey(database(), 'the-second-secret')).toBeUndefined()
  })

  test('a key works from its creation to its rotation and its revocation, without a wait', async () => {
    const credentials = new Credentials([apiKeys(database(), { note: () => undefined })])
    const service = keys(() => credentials.forget())
    const { key, secret } = await service.create(admin, { ...wanted, name: 'lived' })
    expect(key).toMatchObject({ role: 'viewer', createdBy: 'cli:local', lastUsedAt: null, revokedAt: null })
    expect(await credentials.find(secret)).toMatchObject({ actor: `api-key:${key.id}`, role: 'viewer' })

    const rotated = await service.rotate(admin, key.id)
    expect(rotated.key).toEqual(key)
    expect(await credentials.find(secret)).toBeUndefined()
    expect(await credentials.find(rotated.secret)).toBeDefined()

    const { after } = await service.revoke(admin, key.id)
    expect(after.revokedAt).toBeInstanceOf(Date)
    expect(await credentials.find(rotated.secret)).toBeUndefined()
    expect((await service.revoke(admin, key.id)).after).toEqual(after)
    await expect(service.rotate(admin, key.id)).rejects.toMatchObject({ code: 'ACCESS_KEY_REVOKED' })
  })

  test('what another process changes is forgotten as soon as it is told', async () => {
    const credentials = new Credentials([apiKeys(database(), { note: () => undefined })])
    const told = new Promise<void>((resolve) => (credentials.forget = resolve))
    const stop = await credentials.listen(database())
    await keys().create(admin, { ...wanted, name: 'told' })
    await told
    stop()
  })

  test('names are unique in a tenant, the name of a revoked key included', async () => {
    const { key } = await keys().create(admin, { ...wanted, name: 'once' })
    await keys().revoke(admin, key.id)
    const again = keys().create(admin, { ...wanted, name: 'once' })
    await expect(again).rejects.toMatchObject({ code: 'ACCESS_KEY_NAME_TAKEN', field: 'name' })
  })

  test.each<[string, Partial<NewApiKey>]>([
    ['scopes', { scopes: ['jobs.read', 'users.manage'] }],
    ['scopes', { scopes: [] }],
    ['expiresAt', { expiresAt: new Date('2026-01-05T08:00:00Z') }],
  ])('useless %s are refused', async (field, part) => {
    const now = new Date('2026-01-05T08:00:00Z')
    const making = keys().create(admin, { ...wanted, ...part, name: 'useless' }, now)
    await expect(making).rejects.toMatchObject({ code: 'ACCESS_KEY_INVALID', field })
  })

  test('a key makes, renews and ends none that allows more, or for longer', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000)
    const { key } = await keys().create(admin, { ...wanted, role: 'admin', name: 'ends', expiresAt })
    const itself: Caller = { ...admin, actor: `api-key:${key.id}`, expiresAt }
    const tooMuch = { code: 'ACCESS_GIVES_TOO_MUCH' }
    await expect(keys().create(itself, { ...wanted, name: 'outlives' })).rejects.toMatchObject(tooMuch)
    expect(await keys().create(itself, { ...wanted, name: 'ends too', expiresAt })).toBeDefined()
    const { secret } = await keys().rotate(itself, key.id)
    const credentials = new Credentials([apiKeys(database(), { note: () => undefined })])
    expect(await credentials.find(secret)).toEqual({ ...itself, actor: `api-key:${key.id}` })

    const narrow: Caller = { ...admin, scopes: ['keys.manage', 'jobs.read'] }
    await expect(keys().rotate(narrow, key.id)).rejects.toMatchObject(tooMuch)
    await expect(keys().revoke(narrow, key.id)).rejects.toMatchObject(tooMuch)
    await expect(keys().create(narrow, { ...wanted, name: 'wide' })).rejects.toMatchObject(tooMuch)
  })

  test('keys are listed newest first, those of the own tenant only', async () => {
    const [last, before] = await keys().list('default', { limit: 2 })
    expect(await keys().list('default', { limit: 1, after: last?.id })).toEqual([before])
    expect(await keys().list('stranger', { limit: 10 })).toEqual([])
    await keys().create({ ...admin, actor: 'user:leaver' }, { ...wanted, name: 'of a leaver' })
    const ofLeaver = await keys().list('default', { limit: 10, createdBy: 'user:leaver' })
    expect(ofLeaver).toMatchObject([{ name: 'of a leaver' }])
    await expect(keys().get('stranger', last?.id ?? '')).rejects.toMatchObject({
      code: 'ACCESS_KEY_NOT_FOUND',
    })
  })

  test('last uses are written once a minute, for all keys at once', async () => {
    const clock = new FakeClock()
    const lastUse = new LastUse(database(), (error) => expect(error).toBeUndefined(), clock)
    const made = [await keys().create(admin, { ...wanted, name: 'used' })]
    made.push(await keys().create(admin, { ...wanted, name: 'used too' }))
    const uses = () => Promise.all(made.map(({ key }) => keys().get('default', key.id)))
    const use = async () => {
      for (const { key } of made) lastUse.note(key.id)
      await lastUse.flush()
      return (await uses()).map(({ lastUsedAt }) => lastUsedAt)
    }
    const first = clock.now()
    expect(await use()).toEqual([first, first])
    clock.advance('59s')
    expect(await use()).toEqual([first, first])
    clock.advance('1s')
    expect(await use()).toEqual([clock.now(), clock.now()])
    expect(clock.pendingAlarms).toBe(0)
  })

  const settings: ProviderSettings = {
    name: 'Sign-in',
    issuer: 'https://login.example.com',
    audience: 'linehaul',
    jwksUrl: 'https://login.example.com/keys',
    roleClaim: 'groups',
    roles: { drivers: 'operator' },
    defaultRole: null,
    businessUnitId: null,
  }
  const providers = (forget = () => undefined as void) =>
    new Providers({ database: database(), forget, fetch: () => Promise.reject(new Error('not asked')) })

  test('two tenants with the same issuer are told apart by audience; the same pair is refused', async () => {
    const db = database()
    await db.query(`INSERT INTO linehaul.tenant (id, name) VALUES ('acme', 'Acme'), ('bolt', 'Bolt')`)
    const clock = new FakeClock()
    const [forAcme, forBolt] = await Promise.all(
      ['acme', 'bolt'].map((audience) => Issuer.make(settings.issuer, audience, clock.now())),
    )
    const member = await peopleOn(db).aUser({ tenantId: 'acme', email: 'jo@example.com', role: 'manager' })
    const find = outsideTokens({
      db,
      fetch: async (url) => Response.json((url.includes('acme') ? forAcme : forBolt)?.keySet()),
      clock,
    })
    const credentials = new Credentials([find], clock)
    const service = providers(() => credentials.forget())
    for (const tenantId of ['acme', 'bolt']) {
      const own = { ...settings, audience: tenantId, jwksUrl: `https://keys.example.com/${tenantId}` }
      await service.create({ ...owner, tenantId }, own)
    }
    const jo = { email: 'Jo@Example.com', email_verified: true, groups: ['drivers'] }
    const ofAcme = await forAcme?.token(jo)
    expect(await credentials.find(String(ofAcme))).toMatchObject({
      tenantId: 'acme',
      actor: `user:${member.id}`,
      role: 'manager',
    })
    const [provider] = await service.list('bolt', { limit: 1 })
    expect(await credentials.find(String(await forBolt?.token(jo)))).toMatchObject({
      tenantId: 'bolt',
      actor: `outside:${provider?.id}:jo`,
      role: 'operator',
    })
    expect(await credentials.find(String(await forAcme?.token({ aud: ['acme', 'bolt'] })))).toBeUndefined()
    expect(await credentials.find(String(await forBolt?.token({ aud: 'acme' })))).toBeUndefined()

    const same = service.create(owner, { ...settings, audience: 'acme' })
    await expect(same).rejects.toMatchObject({ code: 'ACCESS_PROVIDER_AMBIGUOUS', field: 'audience' })
    const moved = service.update({ ...owner, tenantId: 'bolt' }, provider?.id ?? '', { audience: 'acme' })
    await expect(moved).rejects.toMatchObject({ code: 'ACCESS_PROVIDER_AMBIGUOUS' })

    const [first] = await service.list('acme', { limit: 1 })
    await service.remove({ ...admin, tenantId: 'acme' }, first?.id ?? '')
    expect(await credentials.find(String(ofAcme))).toBeUndefined()
  })

  test('a change of a provider leaves what it does not name, and is of the own tenant only', async () => {
    const provider = await providers().create(owner, settings)
    const { before, after } = await providers().update(admin, provider.id, { defaultRole: 'viewer' })
    expect([before, after]).toEqual([provider, { ...provider, defaultRole: 'viewer' }])
    expect(await providers().get('default', provider.id)).toEqual(after)
    const ownersOnly = { code: 'ACCESS_OWNERS_ONLY' }
    await expect(providers().create(admin, { ...settings, name: 'Two' })).rejects.toMatchObject(ownersOnly)
    for (const field of ['issuer', 'audience', 'jwksUrl'] as const) {
      const changes = { [field]: 'https://elsewhere.example.com' }
      await expect(providers().update(admin, provider.id, changes)).rejects.toMatchObject(ownersOnly)
      expect(await providers().update(admin, provider.id, { [field]: provider[field] })).toBeDefined()
    }
    const unknown = { code: 'ACCESS_PROVIDER_NOT_FOUND' }
    const stranger = { ...admin, tenantId: 'stranger' }
    await expect(providers().update(stranger, provider.id, {})).rejects.toMatchObject(unknown)
    await expect(providers().remove(stranger, provider.id)).rejects.toMatchObject(unknown)
    const { id: businessUnitId } = await createBusinessUnit(database(), 'acme', { name: 'North' })
    const ofAnother = providers().update(admin, provider.id, { businessUnitId })
    await expect(ofAnother).rejects.toMatchObject({ field: 'businessUnitId' })
    const again = providers().create(owner, { ...settings, audience: 'other' })
    await expect(again).rejects.toMatchObject({ code: 'ACCESS_PROVIDER_NAME_TAKEN' })
  })
})
