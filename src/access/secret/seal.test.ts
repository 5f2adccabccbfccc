import { randomBytes } from 'node:crypto'
import { format, inspect } from 'node:util'

import { expect, test } from 'vitest'

import { createKeyring, type SealingKey } from './keyring.js'
import { seal, unseal, type Sealed } from './seal.js'
import { Secret } from './secret.js'

const newKey = () => randomBytes(32).toString('base64')
const place = { tenantId: 'acme', name: 'shop.token' }
const value = 'hush, ä €'

const KEY = newKey()
const keyring = createKeyring({ key: KEY, oldKeys: [] })
const current = keyring.current as SealingKey

const unreadable = expect.objectContaining({ code: 'ACCESS_SECRET_UNREADABLE' })

test('what was sealed opens again, and looks different each time', () => {
  const [one, two] = [seal(current, place, new Secret(value)), seal(current, place, new Secret(value))]
  expect(unseal(keyring, place, one).reveal()).toBe(value)
  expect(unseal(keyring, place, seal(current, place, new Secret(''))).reveal()).toBe('')
  expect(one.sealed).not.toBe(two.sealed)
  expect(Buffer.from(one.sealed, 'base64').includes('hush')).toBe(false)
})

test('a secret opens at its own place only', () => {
  const sealed = seal(current, place, new Secret(value))
  const elsewhere = [
    { ...place, tenantId: 'other' },
    { ...place, name: 'other' },
    { tenantId: 'acme","shop', name: 'token' },
  ]
  for (const other of elsewhere) expect(() => unseal(keyring, other, sealed)).toThrow(unreadable)
})

test('a secret that was tampered with does not open, whichever byte it was, nor one that was cut short', () => {
  const { keyId, sealed } = seal(current, place, new Secret('hush'))
  const box = Buffer.from(sealed, 'base64')
  const tampered = [...box.keys()].map((i) =>
    Buffer.from(box.map((byte, at) => (at === i ? byte ^ 1 : byte))),
  )
  const short = [0, 11, 12, 27, box.length - 1].map((length) => box.subarray(0, length))
  const wrong: Sealed[] = [...tampered, ...short].map((bytes) => ({
    keyId,
    sealed: bytes.toString('base64'),
  }))
  expect(wrong).toHaveLength(box.length + 5)
  for (const one of wrong) expect(() => unseal(keyring, place, one)).toThrow(unreadable)
})

test('after a rotation old secrets open by the old key, new ones are sealed by the new one', () => {
  const old = seal(current, place, new Secret(value))
  const rotated = createKeyring({ key: newKey(), oldKeys: [KEY] })
  expect(unseal(rotated, place, old).reveal()).toBe(value)
  expect(rotated.current?.id).not.toBe(current.id)
  expect(rotated.oldIds).toEqual([current.id])
  const without = createKeyring({ key: newKey(), oldKeys: [] })
  const why = expect.stringMatching(/lies under the key "[0-9a-f]{12}", which is neither/)
  const cause = expect.objectContaining({ message: why })
  expect(() => unseal(without, place, old)).toThrow(expect.objectContaining({ cause }))
})

test('a key may bear an id; one that is both current and old is current', () => {
  const named = createKeyring({ key: `2026:${KEY}`, oldKeys: [`2026:${KEY}`, `2025:${newKey()}`] })
  expect(named.current?.id).toBe('2026')
  expect(named.oldIds).toEqual(['2025'])
  const another = createKeyring({ key: `2026:${newKey()}`, oldKeys: [] })
  const sealed = seal(named.current as SealingKey, place, new Secret(value))
  expect(() => unseal(another, place, sealed)).toThrow(unreadable)
})

test('neither a secret nor its key is written by anything that writes', () => {
  const secret = new Secret(value)
  const written = [
    String(secret),
    `${JSON.stringify({ secret })} ${format('%s %o %j', secret, secret, secret)}`,
    inspect({ secret, keyring }, { depth: 9, showHidden: true }),
    JSON.stringify({ keyring, ...secret }),
    new Error(`no ${String(secret)}`, { cause: secret }).stack,
  ]
  for (const text of written) {
    expect(text).not.toContain('hush')
    expect(text).not.toContain(KEY)
  }
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}')
})
