import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { defineJob } from '../define-job.js'
import { prepare } from './prepare.js'
import type { JobRequest } from './request.js'

const NOW = new Date('2026-01-05T08:00:00Z')

const options = {
  name: 'test.work',
  queue: 'default',
  payload: z.object({ text: z.string().default('none') }),
  maxAttempts: 7,
  run: async () => undefined,
} as const
const work = defineJob<{ text: string }>(options)
const unique = defineJob<{ text: string }>({ ...options, uniqueKey: ({ text }) => `key ${text}` })

const aWish = (wish: Partial<JobRequest> = {}): JobRequest => ({
  name: 'test.work',
  payload: {},
  tenantId: 'default',
  ...wish,
})

test('a request becomes a row with every default, and the payload as its schema returns it', () => {
  const { policy, row } = prepare(work, aWish(), NOW)
  expect(policy).toBe('none')
  expect(row).toMatchObject({
    tenantId: 'default',
    queue: 'default',
    name: 'test.work',
    payload: '{"text":"none"}',
    priority: 0,
    runAt: null,
    delayMs: 0,
    maxAttempts: 7,
    uniqueKey: null,
    atMostMs: null,
    actor: null,
    correlationId: null,
    retry: null,
  })
})

test('what a request says of retries takes the place of what its definition says', () => {
  const wish = aWish({ maxAttempts: 2, backoff: { base: '5s' }, timeout: '90s' })
  expect(prepare(work, wish, NOW).row).toMatchObject({
    maxAttempts: 2,
    retry: '{"maxAttempts":2,"backoff":{"base":"5s"},"timeout":"90s"}',
  })
})

test.each([undefined, ''])('a request of the tenant %j is refused', (tenantId) => {
  expect(() => prepare(work, aWish({ tenantId: tenantId as string }), NOW)).toThrow(/tenantId.*whose job/)
})

test('each request has an id of its own', () => {
  expect(prepare(work, aWish(), NOW).row.id).not.toBe(prepare(work, aWish(), NOW).row.id)
})

describe('with a unique key', () => {
  test('requests are kept off by default', () => {
    const { policy, row } = prepare(unique, aWish({ payload: { text: 'a' } }), NOW)
    expect(policy).toBe('keep')
    expect(row.uniqueKey).toBe('key a')
  })

  test('a debounced one is delayed by itself', () => {
    const onClash = { debounce: '30s', atMost: '5m' } as const
    const { policy, row } = prepare(unique, aWish({ onClash }), NOW)
    expect(policy).toBe('debounce')
    expect(row).toMatchObject({ delayMs: 30_000, atMostMs: 300_000 })
  })
})

describe('options are refused that', () => {
  const debounce = { debounce: '30s', atMost: '5m' } as const
  const later = new Date('2026-01-06T08:00:00Z')
  test.each<[string, Partial<JobRequest>, string]>([
    ['name two run times', { delay: '1s', runAt: later }, 'runAt'],
    ['debounce and delay', { onClash: debounce, delay: '1s' }, 'onClash'],
    ['debounce and name a run time', { onClash: debounce, runAt: later }, 'onClash'],
    ['debounce for longer than at most', { onClash: { debounce: '5m', atMost: '30s' } }, 'onClash'],
    ['name a tenant with a NUL', { tenantId: 'a\0b' }, 'tenantId'],
    ['name an actor of 501 characters', { actor: 'a'.repeat(501) }, 'actor'],
    ['make a unique key of 501 characters', { payload: { text: 'a'.repeat(501) } }, 'uniqueKey'],
    ['have a fraction for a priority', { priority: 0.5 }, 'priority'],
    ['have a priority above 100', { priority: 101 }, 'priority'],
    ['have a priority below -100', { priority: -101 }, 'priority'],
    ['have no number for a priority', { priority: Number.NaN }, 'priority'],
    ['name no instant at all', { runAt: new Date('nonsense') }, 'runAt'],
    ['name an instant in the far future', { runAt: new Date('2032-01-01T00:00:00Z') }, 'runAt'],
    ['delay for longer than five years', { delay: '2000d' }, 'delay'],
    ['allow no attempts', { maxAttempts: 0 }, 'maxAttempts'],
    ['allow half an attempt', { maxAttempts: 1.5 }, 'maxAttempts'],
    ['allow more attempts than can be counted', { maxAttempts: 1_000_001 }, 'maxAttempts'],
    ['have a timeout without a unit', { timeout: '30' as never }, 'timeout'],
    ['have a timeout of no time', { timeout: '0s' }, 'timeout'],
    ['wait by a function, which cannot be stored', { backoff: (() => 1) as never }, 'backoff'],
    ['wait from a base without a unit', { backoff: { base: '30' as never } }, 'backoff.base'],
    ['wait up to a cap without a unit', { backoff: { cap: 5 as never } }, 'backoff.cap'],
    ['wait with an unknown jitter', { backoff: { jitter: 'half' as never } }, 'jitter'],
  ])('%s', (_what, wrong, option) => {
    expect(() => prepare(unique, aWish(wrong), NOW)).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_OPTION',
        message: expect.stringContaining(`"${option}"`) as string,
      }) as Error,
    )
  })

  test('say what shall happen on a clash where nothing can clash', () => {
    expect(() => prepare(work, aWish({ onClash: 'replace' }), NOW)).toThrow(/test.*has none/)
  })

  test('have a delay without a unit', () => {
    expect(() => prepare(work, aWish({ delay: '30' as never }), NOW)).toThrow(
      expect.objectContaining({ code: 'TIME_INVALID_DURATION' }) as Error,
    )
  })
})

describe('a payload is refused that', () => {
  const invalid = expect.objectContaining({ code: 'JOBS_INVALID_PAYLOAD' }) as Error

  test('does not fit its schema', () => {
    expect(() => prepare(work, aWish({ payload: { text: 1 } }), NOW)).toThrow(invalid)
  })

  test('holds a NUL character, which the database cannot store', () => {
    expect(() => prepare(work, aWish({ payload: { text: 'a\0b' } }), NOW)).toThrow(invalid)
  })

  test('has no JSON', () => {
    const odd = defineJob({ ...options, payload: { parse: () => ({ big: 10n }) } })
    expect(() => prepare(odd, aWish(), NOW)).toThrow(invalid)
  })

  test('has more than 256 KiB, counted in bytes, with advice', () => {
    const envelope = Buffer.byteLength('{"text":""}')
    const most = 'x'.repeat(256 * 1024 - envelope)
    expect(prepare(work, aWish({ payload: { text: most } }), NOW).row.payload).toHaveLength(256 * 1024)
    expect(() => prepare(work, aWish({ payload: { text: `${most.slice(1)}ä` } }), NOW)).toThrow(
      expect.objectContaining({
        code: 'JOBS_PAYLOAD_TOO_LARGE',
        message: expect.stringContaining('Store the data and pass its id') as string,
      }) as Error,
    )
  })
})
