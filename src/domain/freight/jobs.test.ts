import { expect, test } from 'vitest'

import { DEFAULTS_ONLY, type Attempt } from '../../queue/index.js'
import { analyzePatterns, expireSuggestions } from './index.js'
import type { AnalysisRequest } from './patterns/analyze-patterns.js'
import { DEFAULT_SETTINGS } from './patterns/config.js'

const attempt = {
  jobId: 'j',
  tenantId: 't',
  number: 1,
  correlationId: 'k',
  signal: AbortSignal.timeout(60_000),
  rules: DEFAULTS_ONLY.inForce('t'),
} as Attempt

test('an analysis is one job per customer, else per length of look-back', () => {
  const key = analyzePatterns.uniqueKey
  expect(key?.({ customerId: 'c', trigger: 'created' })).toBe('c')
  expect(key?.({ lookbackDays: 7, trigger: 'scheduled' })).toBe('last 7 days')
  expect(key?.({ trigger: 'manual' })).toBe('all')
})

test('a scheduled analysis has a payload that its own schema takes', () => {
  const payloads = analyzePatterns.schedules.map(({ payload }) => payload(new Date('2026-06-30T12:00:00Z')))
  expect(payloads.map((payload) => analyzePatterns.payload.parse(payload))).toEqual([
    { lookbackDays: 7, trigger: 'scheduled' },
    { lookbackDays: 30, trigger: 'scheduled' },
  ])
})

test('jobs work for the tenant of their attempt, and hand its signal on', async () => {
  const asked: unknown[] = []
  const result = { enabled: true, analyzed: 1, qualified: 0, created: 0, refreshed: 0, expired: 0, tookMs: 3 }
  const needs = {
    patterns: {
      analyze: async (request: AnalysisRequest, signal: AbortSignal) => {
        asked.push(request, signal)
        return result
      },
    },
    suggestions: { expireDue: async (tenantId: string) => asked.push(tenantId) },
    suggestionDigest: { tell: async () => undefined },
  }
  const payload = { lookbackDays: 7, trigger: 'manual' } as const
  expect(await analyzePatterns.run(payload, needs, attempt)).toEqual(result)
  expect(await expireSuggestions.run({}, needs, attempt)).toEqual({ expired: 3 })
  const cause = { actor: 'job:j', correlationId: 'k' }
  expect(asked).toEqual([
    { tenantId: 't', lookbackDays: 7, settings: DEFAULT_SETTINGS, cause },
    attempt.signal,
    't',
  ])
})
