import { expect, test } from 'vitest'

import { digestNotice } from './digest-notice.js'
import { rateOf, settlePeriod } from './statistics.js'

const news = (n: number) => ({ id: `s${n}`, name: `Lane ${n}`, customer: 'Acme', confidence: 0.9 })
const job = { tenantId: 'acme', jobId: 'j1' }

test('a digest names the best new suggestions, and says how many more there are', () => {
  expect(digestNotice(job, { count: 7, best: [news(1), news(2)] })).toMatchObject({
    cause: 'suggestions:j1',
    eventType: 'suggestion.digest',
    target: { kind: 'role', role: 'manager' },
    title: '7 new lane suggestions',
    message:
      '7 new lane suggestions to accept or reject: Lane 1 for Acme, 90 % sure; Lane 2 for Acme, 90 % sure; and 5 more.',
    relatedEntities: [
      { id: 's1', url: '/api/v1/lane-suggestions/s1' },
      { id: 's2', url: '/api/v1/lane-suggestions/s2' },
    ],
  })
  expect(digestNotice(job, { count: 1, best: [news(1)] }).message).toBe(
    '1 new lane suggestion to accept or reject: Lane 1 for Acme, 90 % sure.',
  )
})

test('statistics cover the 30 days up to today, unless asked otherwise, and at most 400', () => {
  const today = '2026-06-30'
  expect(settlePeriod({}, today)).toEqual({ from: '2026-06-01', until: today })
  expect(settlePeriod({ until: '2026-03-01' }, today)).toEqual({ from: '2026-01-31', until: '2026-03-01' })
  const refused = expect.objectContaining({ code: 'FREIGHT_INVALID_PERIOD' }) as Error
  expect(() => settlePeriod({ from: '2026-07-01' }, today)).toThrow(refused)
  expect(() => settlePeriod({ from: '2025-05-26' }, today)).toThrow(refused)
  expect(settlePeriod({ from: '2025-05-27' }, today)).toMatchObject({ from: '2025-05-27' })
})

test('the acceptance rate is of those that people decided about', () => {
  const customer = { id: 'c', name: 'Acme' }
  expect(rateOf({ customer, accepted: 2, rejected: 1, expired: 5 })).toBe(0.6667)
  expect(rateOf({ customer, accepted: 0, rejected: 0, expired: 5 })).toBeNull()
})
