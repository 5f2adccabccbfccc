import { decodeProtectedHeader, type FlattenedJWSInput } from 'jose'
import { beforeEach, expect, test } from 'vitest'

import { FakeClock } from '../../time/testing/fake-clock.js'
import { Issuer } from '../testing/issuer.js'
import { KeySets } from './key-sets.js'
import { readKeys } from './read-keys.js'

const URL_OF_KEYS = 'https://login.example.com/keys'

let clock: FakeClock
let issuer: Issuer
let keySets: KeySets
let asked: number
let isAway: boolean

beforeEach(async () => {
  clock = new FakeClock()
  issuer = await Issuer.make('https://login.example.com', 'linehaul', clock.now())
  asked = 0
  isAway = false
  keySets = new KeySets(async () => {
    asked++
    if (isAway) throw new Error('away')
    return Response.json(issuer.keySet())
  }, clock)
})

async function findKey(token: string) {
  const [header = '', payload = ''] = token.split('.')
  const input: FlattenedJWSInput = { protected: header, payload, signature: '' }
  const { alg = '', ...rest } = decodeProtectedHeader(token)
  return keySets.at(URL_OF_KEYS)({ alg, ...rest }, input)
}

test('keys are asked for once for many tokens, and anew after ten minutes', async () => {
  const token = await issuer.token()
  await Promise.all([findKey(token), findKey(token)])
  await findKey(token)
  expect(asked).toBe(1)
  clock.advance('10m')
  await findKey(token)
  expect(asked).toBe(2)
})

test('a key that is unknown has them asked for anew, but every half minute at most', async () => {
  await findKey(await issuer.token())
  await issuer.rotate('key-2')
  const token = await issuer.token()
  await expect(findKey(token)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  expect(asked).toBe(1)
  clock.advance('30s')
  expect(await findKey(token)).toBeDefined()
  expect(asked).toBe(2)
})

test('an issuer that is away is told as such, left alone for five seconds, and asked again', async () => {
  isAway = true
  const token = await issuer.token()
  for (let n = 0; n < 3; n++)
    await expect(findKey(token)).rejects.toMatchObject({ code: 'ACCESS_ISSUER_UNREACHABLE' })
  expect(asked).toBe(1)
  isAway = false
  clock.advance('5s')
  expect(await findKey(token)).toBeDefined()
})

test('keys that were known are used for an hour while the issuer is away, whatever key is invented meanwhile', async () => {
  const token = await issuer.token()
  await findKey(token)
  await issuer.rotate('key-2')
  const unknown = await issuer.token()
  isAway = true
  clock.advance('30s')
  const unreachable = { code: 'ACCESS_ISSUER_UNREACHABLE' }
  await expect(findKey(unknown)).rejects.toMatchObject(unreachable)
  expect(await findKey(token)).toBeDefined()
  expect(asked).toBe(2)
  clock.advance('59m')
  expect(await findKey(token)).toBeDefined()
  clock.advance('30s')
  await expect(findKey(token)).rejects.toMatchObject(unreachable)
})

test.each([
  ['an error', new Response('', { status: 404 }), 'status 404'],
  ['a page', new Response('<html>'), 'JSON Web Key Set'],
  ['other JSON', Response.json({ keys: 'none' }), 'JSON Web Key Set'],
])('%s is no set of keys', async (_, answer, why) => {
  await expect(readKeys(async () => answer, URL_OF_KEYS)).rejects.toThrow(why)
})
