import { expect, test } from 'vitest'

import { FakeClock } from '../time/testing/fake-clock.js'
import type { Caller } from './caller.js'
import { Credentials, exactly, type FindCredential } from './credentials.js'

const caller: Caller = {
  tenantId: 'acme',
  actor: 'api-key:1',
  role: 'viewer',
  scopes: null,
  businessUnitId: null,
}

test('the first kind that knows a secret decides, and the others are not asked', async () => {
  const asked: string[] = []
  const kind =
    (name: string, known: string): FindCredential =>
    async (secret) => {
      asked.push(name)
      return secret === known ? { caller: { ...caller, actor: name }, expiresAt: null } : undefined
    }
  const credentials = new Credentials([kind('first', 'a'), kind('second', 'b')], new FakeClock())
  expect(await credentials.find('a')).toMatchObject({ actor: 'first' })
  expect(await credentials.find('b')).toMatchObject({ actor: 'second' })
  expect(await credentials.find('c')).toBeUndefined()
  expect(asked).toEqual(['first', 'first', 'second', 'first', 'second'])
})

test('a credential is over at its end, even while it is remembered', async () => {
  const clock = new FakeClock()
  const expiresAt = new Date(clock.now().getTime() + 5_000)
  const credentials = new Credentials([async () => ({ caller, expiresAt })], clock)
  expect(await credentials.find('secret')).toEqual(caller)
  clock.advance('5s')
  expect(await credentials.find('secret')).toBeUndefined()
})

test('each use is told, also of what is remembered', async () => {
  let uses = 0
  const used = () => void uses++
  const credentials = new Credentials([async () => ({ caller, expiresAt: null, used })], new FakeClock())
  for (let n = 0; n < 3; n++) await credentials.find('secret')
  expect(uses).toBe(3)
})

test('what is longer than any token is looked up nowhere', async () => {
  const credentials = new Credentials([async () => ({ caller, expiresAt: null })], new FakeClock())
  expect(await credentials.find('x'.repeat(8_192))).toEqual(caller)
  expect(await credentials.find('x'.repeat(8_193))).toBeUndefined()
})

test('one secret can stand for one caller', async () => {
  const find = exactly('the secret', caller)
  expect(await find('the secret')).toEqual({ caller, expiresAt: null })
  expect(await find('the secret ')).toBeUndefined()
  expect(await find('')).toBeUndefined()
})
