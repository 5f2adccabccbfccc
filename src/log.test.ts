import { expect, test } from 'vitest'

import { logTo } from './log.js'
import { withLogFields } from './telemetry/index.js'

function aLog() {
  const lines: string[] = []
  return { lines, log: logTo({ logLevel: 'debug' }, { write: (line) => lines.push(line) }) }
}

const SECRETS = {
  headers: {
    authorization: 'Basic bWU6aHVzaA==',
    'set-cookie': ['lh_refresh=hush'],
    'webhook-signature': 'v1,hush',
    'x-api-key': 'hush',
  },
  user: { password: 'hush', newPassword: 'hush', accessToken: 'hush' },
  list: [{ deep: { clientSecret: 'hush' } }],
}

test('what has the name of a secret is not written, however deep it lies', () => {
  const { lines, log } = aLog()
  log.info({ ...SECRETS, kept: { tellsSecret: true, at: new Date(0) } }, 'said')
  expect(lines.join()).not.toMatch(/hush|bWU6/)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    headers: { authorization: '[redacted]', 'set-cookie': '[redacted]' },
    list: [{ deep: { clientSecret: '[redacted]' } }],
    kept: { tellsSecret: true, at: '1970-01-01T00:00:00.000Z' },
    msg: 'said',
  })
})

test.each([
  ['a bearer token', 'sent Authorization: Bearer abc.def-123~x', 'Bearer [redacted]'],
  ['a key of Linehaul', 'the key lh_0123456789abcdefghij is known', 'lh_[redacted]'],
  ['the secret of a webhook', 'signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_[redacted]'],
  ['a signed token', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl here', '[redacted] here'],
  [
    'a password in an address',
    'at postgres://me:hu%40sh@db.example/linehaul',
    'postgres://me:[redacted]@db.example/linehaul',
  ],
])('%s is not written, wherever it stands', (_, said, written) => {
  const { lines, log } = aLog()
  log.warn({ err: new Error(said), note: said }, said)
  const { msg, note, err } = JSON.parse(lines[0] ?? '') as {
    msg: string
    note: string
    err: { message: string }
  }
  for (const text of [msg, note, err.message]) expect(text).toContain(written)
  const secret = said.split(' ').find((word) => word.length > 20) ?? 'abc.def'
  expect(lines[0]).not.toContain(secret)
})

test('of an error the values that a driver puts beside it are not written', () => {
  const { lines, log } = aLog()
  const error = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ada@acme.example)',
  })
  log.error({ err: error }, 'failed')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { message: 'duplicate key', code: '23505', type: 'Error' },
  })
  expect(lines[0]).not.toContain('ada@')
})

test('a line says what it was written about, and what it says itself comes first', async () => {
  const { lines, log } = aLog()
  await withLogFields(
    () => ({ jobId: '7', attempt: 2 }),
    async () => {
      await Promise.resolve()
      log.info({ attempt: 3 }, 'inside')
    },
  )
  log.info('outside')
  const [inside, outside] = lines.map((line) => JSON.parse(line) as object)
  expect(inside).toMatchObject({ jobId: '7', attempt: 3 })
  expect(outside).not.toHaveProperty('jobId')
})
