import { newId, type Database, type Transaction } from '../../../database/index.js'
import type { Cause, FreightLog } from '../events.js'
import { recordChange } from '../suggestions/record-change.js'
import { withdrawSuggestions, type Withdrawal } from '../suggestions/store/expire-suggestions.js'
import {
  insertSuggestions,
  lockSuggestions,
  refreshSuggestions,
  type Run,
  type SuggestionFigures,
} from '../suggestions/store/save-suggestions.js'
import { suggestName } from '../lanes/lane-name.js'
import type { PatternSettings } from './config.js'
import type { Confidence } from './confidence.js'
import type { Changes } from './counts.js'
import type { Decision } from './decide.js'
import type { AnalysisScope, LaneFigures } from './lane-figures.js'

const DAY_MS = 86_400_000

/**
 * Decisions written in one transaction. On a server fewer, larger ones are quicker: 22,742 suggestions of a million
 * shipments took 4.1 to 4.7 s in batches of 500 and 3.7 to 4.3 s in batches of 2,000, the survey included. The embedded
 * database serves nobody else meanwhile, so there they are small.
 */
const BATCH = { server: 2_000, embedded: 100 }

export interface Verdict {
  scope: AnalysisScope
  settings: PatternSettings
  decisions: readonly Decision[]
  cause: Cause
}

interface On {
  readonly database: Database
  readonly events: FreightLog
}

/** Writes what was decided, batch by batch. Writing it again changes nothing, so stopping in between does no harm. */
export async function applyDecisions(
  { database, events }: On,
  { scope, settings, decisions, cause }: Verdict,
  signal: AbortSignal,
): Promise<Changes> {
  const { tenantId, windowFrom, now } = scope
  const run = { tenantId, windowFrom, now, expiresAt: expiryOf(settings, now) }
  const changes = { created: 0, refreshed: 0, expired: 0 }
  const pending = decisions.filter(({ kind }) => kind !== 'leave')
  const size = BATCH[database.kind]
  for (let from = 0; from < pending.length; from += size) {
    signal.throwIfAborted()
    const batch = pending.slice(from, from + size)
    const done = await database.transaction((tx) => applyBatch(tx, events, { run, batch, cause }))
    changes.created += done.created
    changes.refreshed += done.refreshed
    changes.expired += done.expired
  }
  return changes
}

function expiryOf({ suggestionTtlDays }: PatternSettings, now: Date): Date {
  return new Date(now.getTime() + suggestionTtlDays * DAY_MS)
}

async function applyBatch(
  tx: Transaction,
  events: FreightLog,
  { run, batch, cause }: { run: Run; batch: readonly Decision[]; cause: Cause },
): Promise<Changes> {
  const created: SuggestionFigures[] = []
  const refreshed: SuggestionFigures[] = []
  const withdrawn: Withdrawal[] = []
  for (const decision of batch) {
    if (decision.kind === 'create') created.push(toRow(newId(), decision))
    if (decision.kind === 'refresh') refreshed.push(toRow(decision.id, decision))
    if (decision.kind === 'withdraw') withdrawn.push(decision)
  }
  await lockSuggestions(
    tx,
    run.tenantId,
    [...refreshed, ...withdrawn].map(({ id }) => id),
  )
  const { tenantId } = run
  const refreshes = await refreshSuggestions(tx, run, refreshed)
  const gone = await withdrawSuggestions(tx, tenantId, withdrawn, run.now)
  const added = await insertSuggestions(tx, run, created)
  await recordChange(tx, events, { tenantId, what: 'withdrawn', ids: gone, cause })
  await recordChange(tx, events, { tenantId, what: 'created', ids: added, cause })
  return { refreshed: refreshes, expired: gone.length, created: added.length }
}

function toRow(
  id: string,
  { figures, confidence: sure }: { figures: LaneFigures; confidence: Confidence },
): SuggestionFigures {
  const { originName, destinationName, ...rest } = figures
  return {
    ...rest,
    id,
    confidence: sure.score,
    factors: sure.factors,
    suggestedName: suggestName(originName, destinationName),
  }
}
