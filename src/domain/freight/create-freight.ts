import type { Database } from '../../database/index.js'
import type { Notify } from '../../notifications/index.js'
import type { Rules } from '../../rules/index.js'
import type { Clock } from '../../time/index.js'
import type { FreightLog } from './events.js'
import type { ImportOptions } from './import/commit-rows.js'
import { importShipments, type ImportReport } from './import/import-shipments.js'
import type { ImportRow } from './import/row.js'
import { tellImport } from './import/tell-import.js'
import { DedicatedLanes } from './lanes/dedicated-lanes.js'
import { PatternAnalyzer } from './patterns/analyze-patterns.js'
import { PatternConfigs } from './patterns/pattern-configs.js'
import { Shipments } from './shipments/shipments.js'
import { SuggestionDigest } from './suggestions/suggestion-digest.js'
import { SuggestionFigures } from './suggestions/statistics.js'
import { Suggestions } from './suggestions/suggestions.js'

/** The freight domain's services. */
export interface Freight {
  readonly shipments: Shipments
  /** Takes shipments in, chunk by chunk, and tells what became of the lines. */
  importShipments(
    tenantId: string,
    rows: AsyncIterable<ImportRow>,
    options?: Pick<ImportOptions, 'cause' | 'note'>,
  ): AsyncGenerator<ImportReport>
  readonly patternConfigs: PatternConfigs
  readonly patterns: PatternAnalyzer
  readonly suggestions: Suggestions
  readonly suggestionDigest: SuggestionDigest
  readonly suggestionFigures: SuggestionFigures
  readonly lanes: DedicatedLanes
}

export interface FreightOptions {
  database: Database
  events: FreightLog
  notify: Notify
  rules: Rules
  clock: Clock
  /** Hears of what must not keep a service from its work, and has failed. */
  onError: (error: unknown, where: string) => void
}

/** Builds the freight domain's services on one database. Also serves its jobs as their needs. */
export function createFreight(options: FreightOptions): Freight {
  const { database, events, notify, rules, clock, onError } = options
  const shipments = new Shipments({ database, events, clock })
  return {
    shipments,
    importShipments: (tenantId, rows, wish = {}) =>
      tellImport(importShipments(rows, { ...wish, database, shipments, tenantId }), {
        ...{ database, clock, tenantId, onError },
      }),
    patternConfigs: new PatternConfigs(rules),
    patterns: new PatternAnalyzer({ database, events, clock }),
    suggestions: new Suggestions({ database, events, clock }),
    suggestionFigures: new SuggestionFigures(database, clock),
    suggestionDigest: new SuggestionDigest({ database, notify, clock }),
    lanes: new DedicatedLanes(database),
  }
}
