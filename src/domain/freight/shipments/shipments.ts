import { isDataError, type Database, type Transaction } from '../../../database/index.js'
import { findCustomer } from '../../../directory/index.js'
import type { Clock } from '../../../time/index.js'
import { ShipmentNotFoundError, ShipmentRefusedError } from '../errors.js'
import type { Cause, FreightLog } from '../events.js'
import { changeStatus, type StatusChange } from './change-status.js'
import { createShipments, type Creation } from './create-shipments.js'
import type { ShipmentInput } from './input.js'
import type { Shipment, ShipmentRow } from './shipment.js'
import type { ShipmentStatus } from './status.js'
import { selectShipment } from './store/select-shipment.js'
import { selectShipments } from './store/select-shipments.js'

export interface ShipmentList {
  /** An id or a name. Default: every customer. */
  customer?: string
  /** Default: any. */
  status?: ShipmentStatus
  limit: number
  /** The key of the last shipment of the page before. */
  after?: string
}

/** Takes shipments in and follows them to their end. */
export class Shipments {
  readonly #database: Database
  readonly #events: FreightLog
  readonly #clock: Clock

  constructor({ database, events, clock }: { database: Database; events: FreightLog; clock: Clock }) {
    this.#database = database
    this.#events = events
    this.#clock = clock
  }

  /**
   * Takes one shipment in. An id sent before is the same shipment: it stays as it is, `created` is false.
   * @throws {FieldError} FREIGHT_UNKNOWN_CUSTOMER, FREIGHT_UNKNOWN_LOCATION, FREIGHT_SAME_LOCATION
   * @throws {ShipmentRefusedError} FREIGHT_SHIPMENT_REFUSED
   */
  async create(
    tenantId: string,
    input: ShipmentInput,
    cause: Cause = {},
  ): Promise<{ shipment: Shipment; created: boolean }> {
    const creation = await this.#createOne(tenantId, input, cause)
    if (creation.kind === 'rejected') throw creation.error
    return { shipment: await this.get(tenantId, creation.id), created: creation.kind === 'created' }
  }

  /**
   * Takes many in, as part of `tx`: what became of each, in the order of `inputs`. A few hundred at a time are quickest.
   * A value that the database refuses rejects the whole call.
   */
  async createMany(
    tx: Transaction,
    tenantId: string,
    inputs: readonly ShipmentInput[],
    cause: Cause = {},
  ): Promise<readonly Creation[]> {
    const batch = { tenantId, inputs, now: this.#clock.now(), cause }
    const { creations, events } = await createShipments(tx, batch)
    await this.#events.record(tx, events)
    return creations
  }

  /** @throws {ShipmentNotFoundError} FREIGHT_SHIPMENT_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<Shipment> {
    const shipment = await selectShipment(this.#database, tenantId, id)
    if (!shipment) throw new ShipmentNotFoundError(id)
    return shipment
  }

  /** Newest first. A customer that does not exist has none. */
  async list(
    tenantId: string,
    { customer, status, limit, after }: ShipmentList,
  ): Promise<readonly ShipmentRow[]> {
    const found = customer === undefined ? null : await findCustomer(this.#database, tenantId, customer)
    if (found === undefined) return []
    return selectShipments(this.#database, tenantId, {
      customerId: found?.id ?? null,
      status: status ?? null,
      limit,
      after: after ?? null,
    })
  }

  /**
   * Moves a shipment to another status; its moves and stops follow.
   * @throws {ShipmentNotFoundError} FREIGHT_SHIPMENT_NOT_FOUND
   * @throws {IllegalStatusError} FREIGHT_ILLEGAL_STATUS
   */
  async changeStatus(
    tenantId: string,
    id: string,
    change: StatusChange,
    cause: Cause = {},
  ): Promise<Shipment> {
    await this.#database.transaction(async (tx) => {
      const request = { tenantId, id, change, now: this.#clock.now(), cause }
      await this.#events.record(tx, await changeStatus(tx, request))
    })
    return this.get(tenantId, id)
  }

  async #createOne(tenantId: string, input: ShipmentInput, cause: Cause): Promise<Creation> {
    try {
      const [creation] = await this.#database.transaction((tx) =>
        this.createMany(tx, tenantId, [input], cause),
      )
      return creation as Creation
    } catch (error) {
      throw isDataError(error) ? new ShipmentRefusedError(input.id, error) : error
    }
  }
}
