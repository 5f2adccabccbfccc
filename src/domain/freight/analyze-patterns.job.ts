import { z } from 'zod'

import { notifyOn } from '../../notifications/index.js'
import { defineJob, type Json } from '../../queue/index.js'
import type { FreightNeeds } from './needs.js'
import type { AnalysisResult } from './patterns/analyze-patterns.js'
import { analysisInWords } from './patterns/analysis-in-words.js'
import { readSettings } from './patterns/config.js'

const Payload = z.strictObject({
  /** Default: every customer of the tenant. */
  customerId: z.uuid().optional(),
  /** Looks only at lanes with a pickup in so many days. Default: all. */
  lookbackDays: z.int().min(1).max(365).optional(),
  /** What asked for it. */
  trigger: z.enum(['created', 'completed', 'manual', 'scheduled']).default('manual'),
})

export type AnalyzePatternsPayload = z.output<typeof Payload>

const lookBack = (lookbackDays: number) => (): AnalyzePatternsPayload => ({
  lookbackDays,
  trigger: 'scheduled',
})

/** Finds lanes in a tenant's shipments, and brings its lane suggestions up to date. */
export const analyzePatterns = defineJob<AnalyzePatternsPayload, FreightNeeds>({
  name: 'freight.analyze-patterns',
  aliases: ['pattern:analyze'],
  queue: 'pattern',
  payload: Payload,

  maxAttempts: 3,
  uniqueKey: ({ customerId, lookbackDays }) =>
    customerId ?? (lookbackDays === undefined ? 'all' : `last ${lookbackDays} days`),

  subject: ({ customerId }) => (customerId === undefined ? undefined : `customer:${customerId}`),

  schedules: [
    { name: 'daily', cron: '0 2 * * *', timeZone: 'tenant', payload: lookBack(7) },
    { name: 'weekly', cron: '0 1 * * 0', timeZone: 'tenant', payload: lookBack(30) },
  ],

  notify: notifyOn({
    eventType: 'job.analysis.pattern_complete',
    titleTemplate: 'Pattern Analysis',
    tags: ['job', 'analysis', 'patterns'],
    inWords: (result: Json) => analysisInWords(result as unknown as AnalysisResult),
  }),

  async run({ customerId, lookbackDays }, { patterns }, attempt) {
    const { jobId, tenantId, correlationId, rules, signal } = attempt
    const cause = { actor: `job:${jobId}`, ...(correlationId !== null && { correlationId }) }
    const settings = readSettings((rule) => rules.get(rule))
    const result = await patterns.analyze({ tenantId, customerId, lookbackDays, settings, cause }, signal)
    return { ...result }
  },
})
