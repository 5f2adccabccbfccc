import { getTenant } from '../../../access/index.js'
import type { Database } from '../../../database/index.js'
import type { Clock } from '../../../time/index.js'
import { InvalidPeriodError } from './errors.js'
import { LAPSED } from './suggestion.js'
import {
  measureAnalyses,
  selectAcceptance,
  selectDays,
  type AnalysisTimes,
  type CustomerDecisions,
  type DayCounts,
} from './store/statistics.js'

const DAY_MS = 86_400_000
const USUAL_DAYS = 30
export const MOST_DAYS = 400
/** Customers with the most decisions; a tenant may have thousands. */
const CUSTOMERS = 100

export interface SuggestionStatistics {
  /** Both included, `2026-06-30`, as the tenant's calendar has them. */
  readonly from: string
  readonly until: string
  readonly timeZone: string
  /** One for each day, the oldest first. */
  readonly days: readonly DayCounts[]
  readonly customers: readonly (CustomerDecisions & { readonly acceptanceRate: number | null })[]
  readonly analyses: AnalysisTimes
}

/** What became of lane suggestions, and how long it took to find them. */
export class SuggestionFigures {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @param period Calendar days of the tenant, both included. Default: the 30 days up to today.
   * @throws {InvalidPeriodError} FREIGHT_INVALID_PERIOD
   * @throws {TenantNotFoundError} ACCESS_TENANT_NOT_FOUND
   */
  async read(
    tenantId: string,
    period: { from?: string; until?: string } = {},
  ): Promise<SuggestionStatistics> {
    const { timeZone } = await getTenant(this.database, tenantId)
    const { from, until } = settlePeriod(period, dayOf(this.clock.now(), timeZone))
    const scope = { tenantId, timeZone, from, until }
    const customers = await selectAcceptance(this.database, { ...scope, limit: CUSTOMERS })
    return {
      ...{ from, until, timeZone },
      days: await selectDays(this.database, { ...scope, lapsed: LAPSED }),
      customers: customers.map((one) => ({ ...one, acceptanceRate: rateOf(one) })),
      analyses: await measureAnalyses(this.database, scope),
    }
  }
}

/** @throws {InvalidPeriodError} FREIGHT_INVALID_PERIOD */
export function settlePeriod(
  { from, until }: { from?: string; until?: string },
  today: string,
): { from: string; until: string } {
  const last = until ?? today
  const first = from ?? new Date(Date.parse(last) - (USUAL_DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1
  if (days < 1) throw new InvalidPeriodError(`"from" (${first}) is after "until" (${last})`)
  if (days > MOST_DAYS)
    throw new InvalidPeriodError(`it has ${days} days, and at most ${MOST_DAYS} are shown at once`)
  return { from: first, until: last }
}

/** Of what people decided; what nobody looked at says nothing about how good it was. */
export function rateOf({ accepted, rejected }: CustomerDecisions): number | null {
  const decided = accepted + rejected
  return decided === 0 ? null : Math.round((accepted / decided) * 10_000) / 10_000
}

function dayOf(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(instant)
}
