import { getTenant } from '../../../access/index.js'
import type { Database } from '../../../database/index.js'
import type { Clock } from '../../../time/index.js'
import type { Cause, FreightLog } from '../events.js'
import { applyDecisions } from './apply-decisions.js'
import { decide, NO_LONGER_QUALIFIES, type Decision } from './decide.js'
import type { PatternSettings } from './config.js'
import type { AnalysisScope, Survey } from './lane-figures.js'
import { FIRST_SLICE, nextSliceSize } from './slice-size.js'
import { selectCustomerSlice } from './store/customer-slice.js'
import { insertAnalysis } from './store/analyses.js'
import { surveyLanes } from './store/survey-lanes.js'
import { addUp, NOTHING_DONE, type Counts } from './counts.js'

const DAY_MS = 86_400_000

export interface AnalysisRequest {
  tenantId: string
  /** Default: every customer. */
  customerId?: string
  /** Looks only at lanes with a pickup in so many days; their figures cover the whole window all the same. Default: all. */
  lookbackDays?: number
  /** What holds for the whole analysis, whatever is set meanwhile. */
  settings: PatternSettings
  /** What the analysis is made because of. Default: nothing known. */
  cause?: Cause
}

/** What an analysis did. */
export type AnalysisResult = Counts & {
  /** False when the tenant has switched the analysis off: then nothing was done. */
  readonly enabled: boolean
  readonly tookMs: number
}

/** What holds for the whole analysis. */
interface How {
  readonly settings: PatternSettings
  readonly cause: Cause
}

/** Finds lanes in shipments, and keeps the pending suggestions in step with them. */
export class PatternAnalyzer {
  readonly #database: Database
  readonly #events: FreightLog
  readonly #clock: Clock

  constructor({ database, events, clock }: { database: Database; events: FreightLog; clock: Clock }) {
    this.#database = database
    this.#events = events
    this.#clock = clock
  }

  /**
   * One statement for all customers on a server; slices of customers on an embedded database, so that others get their
   * turn between them. Stops between slices, and between batches of suggestions, when `signal` aborts.
   * @throws {TenantNotFoundError} ACCESS_TENANT_NOT_FOUND
   */
  async analyze(request: AnalysisRequest, signal: AbortSignal): Promise<AnalysisResult> {
    const startMs = this.#clock.monotonicMs()
    const { enabled } = request.settings
    const counts = enabled ? await this.#run(request, signal) : NOTHING_DONE
    const tookMs = Math.round(this.#clock.monotonicMs() - startMs)
    if (enabled) await this.#note(request, { ...counts, tookMs })
    return { ...counts, enabled, tookMs }
  }

  async #note(
    { tenantId, customerId }: AnalysisRequest,
    figures: Counts & { tookMs: number },
  ): Promise<void> {
    await insertAnalysis(this.#database, tenantId, { ...figures, customerId, at: this.#clock.now() })
  }

  async #run(request: AnalysisRequest, signal: AbortSignal): Promise<Counts> {
    const { timeZone } = await getTenant(this.#database, request.tenantId)
    const scope = toScope(request, timeZone, this.#clock.now())
    const isWhole = scope.customerIds !== null || this.#database.kind === 'server'
    const how = { settings: request.settings, cause: request.cause ?? {} }
    return isWhole ? this.#analyzeSlice(scope, how, signal) : this.#analyzeInSlices(scope, how, signal)
  }

  async #analyzeInSlices(scope: AnalysisScope, how: How, signal: AbortSignal): Promise<Counts> {
    let counts = NOTHING_DONE
    let limit = FIRST_SLICE
    let after: string | null = null
    for (;;) {
      const customerIds = await selectCustomerSlice(this.#database, scope.tenantId, { after, limit })
      const last = customerIds.at(-1)
      if (last === undefined) return counts
      const startMs = this.#clock.monotonicMs()
      counts = addUp(counts, await this.#analyzeSlice({ ...scope, customerIds }, how, signal))
      limit = nextSliceSize(limit, this.#clock.monotonicMs() - startMs)
      after = last
    }
  }

  async #analyzeSlice(scope: AnalysisScope, { settings, cause }: How, signal: AbortSignal): Promise<Counts> {
    signal.throwIfAborted()
    const survey = await this.#database.transaction((tx) => surveyLanes(tx, scope))
    const decisions = decideAll(survey, settings, scope.now)
    const done = await applyDecisions(
      { database: this.#database, events: this.#events },
      { scope, settings, decisions, cause },
      signal,
    )
    return { analyzed: survey.analyzed, qualified: decisions.filter(isQualified).length, ...done }
  }
}

function toScope(
  { tenantId, customerId, lookbackDays, settings }: AnalysisRequest,
  timeZone: string,
  now: Date,
): AnalysisScope {
  const { analysisWindowDays, requireExactMatch, minFrequency } = settings
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)
  return {
    tenantId,
    customerIds: customerId === undefined ? null : [customerId],
    timeZone,
    windowFrom: daysAgo(analysisWindowDays),
    now,
    lookedAtSince: lookbackDays === undefined ? null : daysAgo(lookbackDays),
    requireExactMatch,
    minFrequency,
  }
}

function decideAll(survey: Survey, settings: PatternSettings, now: Date): Decision[] {
  return [
    ...survey.lanes.map((lane) => decide(lane, settings, now)),
    ...survey.orphanedIds.map((id) => ({ kind: 'withdraw', id, reason: NO_LONGER_QUALIFIES }) as const),
  ]
}

function isQualified(decision: Decision): boolean {
  return decision.kind === 'leave' ? decision.qualifies : decision.kind !== 'withdraw'
}
