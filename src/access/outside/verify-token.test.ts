import { createLocalJWKSet, SignJWT } from 'jose'
import { beforeAll, expect, test } from 'vitest'

import { Issuer } from '../testing/issuer.js'
import { addressedTo, verifiedEmail, verifyToken } from './verify-token.js'

const now = new Date('2026-01-05T08:00:00Z')
const seconds = now.getTime() / 1_000
const place = { issuer: 'https://login.example.com', audience: 'linehaul-acme' }

let issuer: Issuer
beforeAll(async () => {
  issuer = await Issuer.make(place.issuer, place.audience, now)
})

function verify(token: string) {
  return verifyToken(token, { ...place, keys: createLocalJWKSet(issuer.keySet()), now })
}

test('a good token proves its subject, and lasts as long as it says and half a minute more', async () => {
  const proven = await verify(await issuer.token({ role: 'clerk' }))
  expect(proven).toMatchObject({ subject: 'jo', claims: { role: 'clerk' } })
  expect(proven?.expiresAt).toEqual(new Date('2026-01-05T08:10:30Z'))
})

test.each([
  ['that has just expired', { exp: seconds - 29 }],
  ['that begins in a moment', { nbf: seconds + 29 }],
  ['that is for others as well', { aud: ['others', place.audience] }],
])('a token %s is good: clocks differ, and audiences may be many', async (_, claims) => {
  expect(await verify(await issuer.token(claims))).toBeDefined()
})

test.each([
  ['that has expired', { exp: seconds - 31 }],
  ['that begins later', { nbf: seconds + 31 }],
  ['for another audience', { aud: 'linehaul-other' }],
  ['of another issuer', { iss: 'https://login.example.com/' }],
  ['that never expires', { exp: undefined }],
  ['of nobody', { sub: undefined }],
  ['of a subject that is too long', { sub: 'x'.repeat(256) }],
  ['of a subject with control characters', { sub: 'jo\nadmin' }],
])('a token %s proves nothing', async (_, claims) => {
  expect(await verify(await issuer.token(claims))).toBeUndefined()
})

test('a token of somebody with a key of their own proves nothing', async () => {
  const forger = await Issuer.make(place.issuer, place.audience, now)
  expect(await verify(await forger.token())).toBeUndefined()
})

test('a token that is signed with a shared secret, or not at all, proves nothing', async () => {
  const [key] = issuer.keySet().keys
  const claims = { iss: place.issuer, aud: place.audience, sub: 'jo', exp: seconds + 600 }
  const shared = new TextEncoder().encode(JSON.stringify(key))
  const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(shared)
  expect(await verify(signed)).toBeUndefined()
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  expect(await verify(`${part({ alg: 'none' })}.${part(claims)}.`)).toBeUndefined()
})

test('a token tells who it says it is from and for; anything else tells nothing', async () => {
  expect(addressedTo(await issuer.token({ aud: ['a', 'b'] }))).toEqual({
    issuer: place.issuer,
    audiences: ['a', 'b'],
  })
  expect(addressedTo(await issuer.token({ aud: undefined }))).toBeUndefined()
  for (const none of ['', 'lh_secret', 'a.b.c', 'eyJhbGciOiJub25lIn0.W10.x'])
    expect(addressedTo(none)).toBeUndefined()
})

test('an e-mail address counts only if the issuer has verified it', () => {
  expect(verifiedEmail({ email: 'Jo@Example.com', email_verified: true })).toBe('jo@example.com')
  expect(verifiedEmail({ email: 'jo@example.com' })).toBeUndefined()
  expect(verifiedEmail({ email: 'jo@example.com', email_verified: 'true' })).toBeUndefined()
  expect(verifiedEmail({ email: ['jo@example.com'], email_verified: true })).toBeUndefined()
})
