import { Readable } from 'node:stream'

import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { KeysUnreachableError, type Caller } from '../access/index.js'
import { FakeClock } from '../time/testing/fake-clock.js'
import { createApi } from './create-api.js'
import type { AllServices } from './services.js'

const clock = new FakeClock()
let api: FastifyInstance

beforeAll(async () => {
  api = await createApi({
    services: { database: {}, engine: { operator: {} }, freight: {} } as unknown as AllServices,
    version: '0.0.0',
    credentials: {
      find: (secret) => find(secret),
      isRemembered: (secret) => secret === 'key-remembered',
      onChange: () => () => undefined,
    },
    limits: { perMinute: 3, trustProxy: ['10.0.0.0/8'] },
    clock,
  })
})
afterAll(() => api.close())

let lookUps = 0
async function find(secret: string): Promise<Caller | undefined> {
  lookUps++
  if (secret.startsWith('away')) throw new KeysUnreachableError(new Error('away'))
  return secret.startsWith('key') ? callerOf(secret) : undefined
}

function callerOf(secret: string): Caller {
  return { tenantId: 'default', actor: secret, role: 'owner', scopes: null, businessUnitId: null }
}

/** An address of its own for each test, so that none is counted for another. */
let address = ''
let tests = 0
beforeEach(() => {
  address = `192.0.2.${++tests}`
})

/** Sends what is refused for its want of a body, which needs no service. */
function ask(secret: string, headers = {}, from = address): Promise<LightMyRequestResponse> {
  return api.inject({
    method: 'POST',
    url: '/api/v1/drivers',
    remoteAddress: from,
    headers: { authorization: `Bearer ${secret}`, ...headers },
  })
}

const get = (url: string, headers = {}, from = address) => api.inject({ url, headers, remoteAddress: from })

test('data is neither shown, run, framed nor kept by a browser, refusals included', async () => {
  const answers = [await get('/healthz'), await get('/api/v1/openapi.json'), await ask('stranger')]
  answers.push(await get('/nowhere'), await get('/%00'), await get('/api/v1/%ff'))
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 401, 404, 400, 400])
  for (const { headers } of answers)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    })
})

test('a page runs scripts from files of ours alone, and is framed by nobody', async () => {
  for (const { statusCode, headers } of [await get('/'), await get('/api/docs/')]) {
    expect(statusCode).toBeLessThan(400)
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/(^|;)script-src 'self'(;|$)/)
    expect(policy).toMatch(/(^|;)frame-ancestors 'none'(;|$)/)
    expect(policy).not.toMatch(/unsafe|upgrade-insecure/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
  }
})

test('browsers are told to stay with https where it is used, which only a known proxy can say', async () => {
  const https = { 'x-forwarded-proto': 'https' }
  const hsts = async (from: string, headers = {}) =>
    (await get('/healthz', headers, from)).headers['strict-transport-security']
  expect(await hsts('10.0.0.1', https)).toBe('max-age=31536000')
  expect(await hsts('10.0.0.1')).toBeUndefined()
  expect(await hsts('192.0.2.200', https)).toBeUndefined()
})

test('a credential that asks too often is told to wait, from wherever it asks; others are not', async () => {
  const statuses = []
  for (const from of ['192.0.2.90', '192.0.2.91', '192.0.2.90', '192.0.2.91'])
    statuses.push((await ask('key-busy', {}, from)).statusCode)
  expect(statuses).toEqual([400, 400, 400, 429])
  const refused = await ask('key-busy')
  expect(refused.json()).toMatchObject({
    ...{ status: 429, code: 'API_RATE_LIMITED' },
    detail: expect.stringMatching(/^There were more than /),
  })
  expect(refused.headers['content-type']).toBe('application/problem+json')
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect((await ask('key-calm')).statusCode).toBe(400)
})

test('without a credential it is the address that is counted, as a known proxy tells it', async () => {
  const from = (client: string, peer = '10.0.0.1') =>
    get('/healthz', { 'x-forwarded-for': client }, peer).then(({ statusCode }) => statusCode)
  expect([await from('192.0.2.50'), await from('192.0.2.50'), await from('192.0.2.50')]).toEqual([
    200, 200, 200,
  ])
  expect(await from('192.0.2.50')).toBe(429)
  expect(await from('192.0.2.51')).toBe(200)
  // Of a stranger the word is not taken: it is its own address that is counted.
  for (const client of ['1.1.1.1', '1.1.1.2', '1.1.1.3']) await from(client, address)
  expect(await from('1.1.1.4', address)).toBe(429)
})

test('who tries one credential after the other, from wherever in its network, is told so no longer', async () => {
  const tries = await Promise.all(
    Array.from({ length: 300 }, (_, i) => ask(`guess-${i}`, {}, '2001:db8:0:1::1')),
  )
  expect(new Set(tries.map(({ statusCode }) => statusCode))).toEqual(new Set([401]))
  const next = await ask('guess-300', {}, '2001:db8:0:1:ffff::2')
  expect(next.json()).toMatchObject({ code: 'API_RATE_LIMITED' })
  expect(Number(next.headers['retry-after'])).toBeGreaterThan(0)
  expect((await ask('key-neighbour')).statusCode).toBe(400)
})

test('nothing is looked up any more for an address that tries too often, but what is remembered, until its minute is over', async () => {
  await Promise.all(Array.from({ length: 301 }, (_, i) => ask(`guess-${i}`)))
  const before = lookUps
  const limited = { status: 429, code: 'API_RATE_LIMITED' }
  expect((await ask('guess')).json()).toMatchObject(limited)
  expect((await ask('key-new')).json()).toMatchObject(limited)
  expect(lookUps).toBe(before)
  expect((await ask('key-remembered')).statusCode).toBe(400)
  clock.advance('1m')
  expect((await ask('key-new')).statusCode).toBe(400)
})

test('tokens of an issuer that is away are counted as well', async () => {
  const tries = await Promise.all(Array.from({ length: 300 }, (_, i) => ask(`away-${i}`)))
  expect(new Set(tries.map(({ statusCode }) => statusCode))).toEqual(new Set([503]))
  expect((await ask('away')).statusCode).toBe(429)
})

test('tries to sign in are counted by address, and few are let through', async () => {
  const signIn = () => api.inject({ method: 'POST', url: '/api/v1/auth/sign-in', remoteAddress: address })
  const tries = await Promise.all(Array.from({ length: 30 }, signIn))
  expect(new Set(tries.map(({ statusCode }) => statusCode))).toEqual(new Set([400]))
  expect((await signIn()).statusCode).toBe(429)
})

test('a body that is too large is refused', async () => {
  const headers = { authorization: 'Bearer key-large', 'content-type': 'application/json' }
  const payload = JSON.stringify({ name: 'x'.repeat(1024 ** 2) })
  const send = (url: string) => api.inject({ method: 'POST', url, headers, payload, remoteAddress: address })
  expect((await send('/api/v1/drivers')).json()).toMatchObject({
    status: 413,
    code: 'API_BODY_TOO_LARGE',
    detail: 'The body has more than the 1,048,576 bytes that are taken here.',
  })
})

test.each([
  ['/api/v1/drivers', 'application/json'],
  ['/api/v1/shipments/import', 'application/x-ndjson or text/csv'],
])('a body without a type that %s takes is told that it takes %s', async (url, types) => {
  const headers = {
    authorization: 'Bearer key-typeless',
    'content-type': 'application/x-www-form-urlencoded',
  }
  const answer = await api.inject({ method: 'POST', url, headers, payload: 'a=b', remoteAddress: address })
  expect(answer.json()).toMatchObject({
    status: 415,
    code: 'API_UNSUPPORTED_TYPE',
    detail: `The body must be sent with the header Content-Type: ${types}.`,
  })
})

test('a body that comes too slowly is given up', async () => {
  let read: () => void
  const begun = new Promise<void>((resolve) => (read = resolve))
  const payload = new Readable({ read: () => read() })
  const headers = {
    authorization: 'Bearer key-slow',
    'content-type': 'application/json',
    'content-length': '99',
  }
  const sending = api.inject({
    method: 'POST',
    url: '/api/v1/drivers',
    headers,
    payload,
    remoteAddress: address,
  })
  await begun
  clock.advance('30s')
  expect((await sending).json()).toMatchObject({ status: 408, code: 'API_BODY_TOO_SLOW' })
})
