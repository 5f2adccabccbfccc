import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { listAudit } from '../audit.js'
import { createKeyring } from './keyring.js'
import { sealSigningSecret, signingSecret } from '../session/signing-secret.js'
import { countSecretsByKey, reencrypt } from './reencrypt.js'
import { Secret } from './secret.js'
import { Secrets } from './secrets.js'

const newKey = () => randomBytes(32).toString('base64')
const [FIRST, SECOND] = [newKey(), newKey()]
const first = createKeyring({ key: FIRST, oldKeys: [] })
const rotated = createKeyring({ key: SECOND, oldKeys: [FIRST] })
const second = createKeyring({ key: SECOND, oldKeys: [] })

const token = { tenantId: 'default', name: 'shop.token' }
const hush = { purpose: 'reads orders', value: new Secret('hush') }
const notFound = { code: 'ACCESS_SECRET_NOT_FOUND' }

onEachDatabase((database) => {
  test('a secret is stored, listed without its value, changed, opened and removed, for its own tenant', async () => {
    const secrets = new Secrets(database(), first)
    const made = await secrets.put(token, hush)
    expect(made).toEqual({
      before: undefined,
      after: { name: 'shop.token', purpose: 'reads orders', updatedAt: expect.any(Date) },
    })
    const changed = await secrets.put(token, { purpose: 'reads', value: new Secret('hush again') })
    expect(changed.before).toEqual(made.after)
    expect(await secrets.list('default', { limit: 9 })).toEqual([changed.after])
    expect(await secrets.list('default', { limit: 9, after: 'shop.token' })).toEqual([])
    expect(await secrets.list('other', { limit: 9 })).toEqual([])
    expect((await secrets.open('default', 'shop.token')).reveal()).toBe('hush again')
    await expect(secrets.open('other', 'shop.token')).rejects.toMatchObject(notFound)
    await expect(secrets.remove({ ...token, tenantId: 'other' })).rejects.toMatchObject(notFound)
    expect(await secrets.remove(token)).toEqual(changed.after)
    await expect(secrets.open('default', 'shop.token')).rejects.toMatchObject(notFound)
  })

  test('without a key none is stored, and the sentence says how to make one', async () => {
    const secrets = new Secrets(database(), createKeyring({ key: undefined, oldKeys: [FIRST] }))
    await expect(secrets.put(token, hush)).rejects.toMatchObject({
      code: 'ACCESS_NO_SECRETS_KEY',
      message: expect.stringContaining('openssl rand -base64 32'),
    })
  })

  test('a row that was moved to another name does not open there', async () => {
    const db = database()
    const secrets = new Secrets(db, first)
    await secrets.put(token, hush)
    await db.query(`UPDATE linehaul.secret SET name = 'moved' WHERE name = 'shop.token'`)
    await expect(secrets.open('default', 'moved')).rejects.toMatchObject({ code: 'ACCESS_SECRET_UNREADABLE' })
    await secrets.remove({ ...token, name: 'moved' })
  })

  test('what tokens are signed with is kept under the key as soon as there is one, and under the next one after a rotation', async () => {
    const db = database()
    const none = createKeyring({ key: undefined, oldKeys: [] })
    const drawn = await signingSecret(db, none, undefined)()
    const text = async () => JSON.stringify(await db.query('SELECT * FROM linehaul.signing_secret'))
    expect(await text()).toContain(drawn)
    for (const keyring of [first, rotated]) {
      await sealSigningSecret(db, keyring)
      expect(await text()).not.toContain(drawn)
      expect(await signingSecret(db, keyring, undefined)()).toBe(drawn)
    }
    const mistaken = createKeyring({ key: FIRST, oldKeys: [`${second.current?.id}:${newKey()}`] })
    await sealSigningSecret(db, mistaken) // leaves what it cannot read
    expect(await signingSecret(db, second, undefined)()).toBe(drawn)
    await expect(signingSecret(db, first, undefined)()).rejects.toMatchObject({
      code: 'ACCESS_SECRET_UNREADABLE',
    })
    expect(await signingSecret(db, first, 'given')()).toBe('given')
    await db.query('DELETE FROM linehaul.signing_secret')
    await signingSecret(db, first, undefined)()
    expect(await countSecretsByKey(db, first)).toEqual({ current: 1, old: 0, unknown: 0 })
    await db.query('DELETE FROM linehaul.signing_secret')
  })

  test('after a rotation secrets are put under the new key, which the audit trail tells; what cannot be read stays', async () => {
    const db = database()
    const [before, after] = [new Secrets(db, first), new Secrets(db, second)]
    await before.put(token, hush)
    await before.put({ ...token, name: 'carrier' }, hush)
    await before.put({ ...token, name: 'a-broken-one' }, hush)
    await db.query(`UPDATE linehaul.secret SET sealed = 'none' WHERE name = 'a-broken-one'`)
    await new Secrets(db, second).put({ ...token, name: 'new' }, hush)
    expect(await countSecretsByKey(db, rotated)).toEqual({ current: 1, old: 3, unknown: 0 })

    expect(await reencrypt(db, second)).toBe(0)
    expect(await reencrypt(db, rotated)).toBe(2)
    expect(await reencrypt(db, rotated)).toBe(0)

    expect(await countSecretsByKey(db, second)).toEqual({ current: 3, old: 0, unknown: 1 })
    expect((await after.open('default', 'carrier')).reveal()).toBe('hush')
    const told = await listAudit(db, 'default', { limit: 9, action: 'secret.reencrypt' })
    expect(told).toEqual([
      expect.objectContaining({
        actor: 'system:start',
        object: `secrets-key:${second.current?.id}`,
        after: { secrets: 2 },
      }),
    ])
  })
})
