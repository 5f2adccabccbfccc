import { expect, test } from 'vitest'

import { hasFailedLong, judgeAnswer } from './judge-answer.js'
import { webhookBackoff, WEBHOOK_ATTEMPTS } from './webhook-backoff.js'

const now = new Date('2026-12-01T09:00:00Z')
const again = (retryAfterMs?: number) => ({ kind: 'again', retryAfterMs })

test.each([
  [200, null, { kind: 'delivered' }],
  [204, '5', { kind: 'delivered' }],
  [410, null, { kind: 'gone' }],
  [302, null, again()],
  [404, null, again()],
  [429, '120', again(120_000)],
  [503, 'Tue, 01 Dec 2026 09:00:30 GMT', again(30_000)],
  [503, 'Tue, 01 Dec 2026 08:00:00 GMT', again(0)],
  [503, '999999999', again(6 * 3_600_000)],
  [503, 'soon', again()],
])('%s with Retry-After %s', (status, retryAfter, verdict) => {
  expect(judgeAnswer(status, retryAfter, now)).toEqual(verdict)
})

test('a webhook has failed for long after a day, and not a moment before', () => {
  expect(hasFailedLong(new Date(now.getTime() - 86_400_000), now)).toBe(true)
  expect(hasFailedLong(new Date(now.getTime() - 86_399_999), now)).toBe(false)
})

test('the attempts of one delivery go on for more than a day, and for less than a day and a half', () => {
  const waits = (random: number) =>
    Array.from({ length: WEBHOOK_ATTEMPTS - 1 }, (_, n) => webhookBackoff(n + 1, () => random))
  const hours = (random: number) => waits(random).reduce((sum, ms) => sum + ms) / 3_600_000
  expect(hours(0)).toBeGreaterThan(24)
  expect(hours(1)).toBeLessThan(36)
  expect(waits(0.5).slice(0, 3)).toEqual([10_000, 20_000, 40_000])
})
