import { z } from 'zod'

import type { Database, Transaction } from '../../../database/index.js'
import { findCustomer, isId, text } from '../../../directory/index.js'
import type { Clock } from '../../../time/index.js'
import type { FreightLog } from '../events.js'
import { getLane } from '../lanes/get-lane.js'
import type { DedicatedLane } from '../lanes/lane.js'
import { selectLaneShipments } from '../shipments/store/select-shipments.js'
import { acceptSuggestion, type Acceptance } from './accept-suggestion.js'
import { recordChange } from './record-change.js'
import { SuggestionDecidedError, SuggestionNotFoundError } from './errors.js'
import { markDecided } from './store/decide-suggestion.js'
import { expireLapsed } from './store/expire-suggestions.js'
import { lockSuggestions } from './store/save-suggestions.js'
import { selectSuggestion, selectSuggestions } from './store/select-suggestions.js'
import { LAPSED, type Suggestion, type SuggestionDetail, type SuggestionStatus } from './suggestion.js'

/** How many of the shipments behind a suggestion are shown with it. */
const SHIPMENTS_SHOWN = 100

export const Rejection = z.strictObject({
  /** Why, for whoever asks later. */
  reason: text(500).optional(),
})

export type Rejection = z.output<typeof Rejection>

export interface SuggestionList {
  /** Default `'pending'`. */
  status?: SuggestionStatus
  /** An id or a name. Default: every customer. */
  customer?: string
  limit: number
  /** The id of the last suggestion of the page before. */
  after?: string
}

/** Shows what the analysis found, and lets people decide about it. */
export class Suggestions {
  readonly #database: Database
  readonly #events: FreightLog
  readonly #clock: Clock

  constructor({ database, events, clock }: { database: Database; events: FreightLog; clock: Clock }) {
    this.#database = database
    this.#events = events
    this.#clock = clock
  }

  /** Most confident first. A customer that does not exist has none. */
  async list(
    tenantId: string,
    { status = 'pending', customer, limit, after }: SuggestionList,
  ): Promise<readonly Suggestion[]> {
    const found = customer === undefined ? null : await findCustomer(this.#database, tenantId, customer)
    if (found === undefined) return []
    const filter = {
      status,
      customerId: found?.id ?? null,
      limit,
      after: after ?? null,
      now: this.#clock.now(),
    }
    return selectSuggestions(this.#database, tenantId, filter)
  }

  /**
   * With the newest 100 of the shipments behind it; `shipmentCount` tells how many there are.
   * @throws {SuggestionNotFoundError} FREIGHT_SUGGESTION_NOT_FOUND
   */
  async get(tenantId: string, id: string): Promise<SuggestionDetail> {
    const suggestion = isId(id) ? await selectSuggestion(this.#database, tenantId, id) : undefined
    if (!suggestion) throw new SuggestionNotFoundError(id)
    const shipments = await selectLaneShipments(this.#database, tenantId, {
      ...suggestion,
      customerId: suggestion.customer.id,
      originId: suggestion.origin.id,
      destinationId: suggestion.destination.id,
      limit: SHIPMENTS_SHOWN,
    })
    return { ...suggestion, shipments }
  }

  /**
   * Makes a dedicated lane of a pending suggestion. All of it happens or nothing.
   * @param actor who accepts, as `kind:id`.
   * @throws {FreightError} FREIGHT_SUGGESTION_NOT_FOUND, FREIGHT_SUGGESTION_DECIDED, FREIGHT_LANE_EXISTS,
   * FREIGHT_LANE_NAME_TAKEN, FREIGHT_DRIVER_REQUIRED
   * @throws {RecordNotFoundError} DIRECTORY_DRIVER_NOT_FOUND, DIRECTORY_EQUIPMENT_NOT_FOUND
   */
  async accept(
    tenantId: string,
    id: string,
    acceptance: Acceptance = {},
    actor: string | null = null,
  ): Promise<DedicatedLane> {
    const laneId = await this.#database.transaction(async (tx) => {
      const suggestion = await lockPending(tx, tenantId, id, this.#clock.now())
      const request = { tenantId, suggestion, acceptance, actor, now: this.#clock.now() }
      const accepted = await acceptSuggestion(tx, request)
      await this.#recordDecision(tx, tenantId, 'accepted', { id, actor })
      await this.#events.record(tx, accepted.events)
      return accepted.laneId
    })
    return getLane(this.#database, tenantId, laneId)
  }

  /**
   * Ends a pending suggestion. Its lane comes back after 30 days at the earliest, and with new evidence only.
   * @param actor who rejects, as `kind:id`.
   * @throws {FreightError} FREIGHT_SUGGESTION_NOT_FOUND, FREIGHT_SUGGESTION_DECIDED
   */
  async reject(
    tenantId: string,
    id: string,
    { reason }: Rejection = {},
    actor: string | null = null,
  ): Promise<Suggestion> {
    const now = this.#clock.now()
    return this.#database.transaction(async (tx) => {
      await lockPending(tx, tenantId, id, this.#clock.now())
      const decided = {
        id,
        status: 'rejected',
        by: actor,
        reason: reason ?? null,
        laneId: null,
        now,
      } as const
      await markDecided(tx, tenantId, decided)
      await this.#recordDecision(tx, tenantId, 'rejected', { id, actor })
      return (await selectSuggestion(tx, tenantId, id)) as Suggestion
    })
  }

  /** Expires every pending suggestion whose time is over. @returns how many. */
  expireDue(tenantId: string, now: Date = this.#clock.now()): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const ids = await expireLapsed(tx, tenantId, now, LAPSED)
      await recordChange(tx, this.#events, { tenantId, what: 'expired', ids })
      return ids.length
    })
  }

  #recordDecision(
    tx: Transaction,
    tenantId: string,
    what: 'accepted' | 'rejected',
    { id, actor }: { id: string; actor: string | null },
  ): Promise<void> {
    const cause = actor === null ? {} : { actor }
    return recordChange(tx, this.#events, { tenantId, what, ids: [id], cause })
  }
}

async function lockPending(tx: Transaction, tenantId: string, id: string, now: Date): Promise<Suggestion> {
  if (!isId(id)) throw new SuggestionNotFoundError(id)
  await lockSuggestions(tx, tenantId, [id])
  const suggestion = await selectSuggestion(tx, tenantId, id)
  if (!suggestion) throw new SuggestionNotFoundError(id)
  if (suggestion.status !== 'pending') throw new SuggestionDecidedError(id, suggestion.status)
  if (suggestion.expiresAt <= now) throw new SuggestionDecidedError(id, 'expired')
  return suggestion
}
