import { toMs } from '../../../time/index.js'
import type { SampleShipment } from './sample-shipment.js'

const WEEK_MS = toMs('1w')

export interface ShiftedShipments {
  readonly shipments: readonly SampleShipment[]
  /** How many weeks every date was moved towards the future; negative when towards the past. */
  readonly weeks: number
  /** The first and the last day of shipping or delivery, after the move. Both `now` when there is no shipment. */
  readonly from: Date
  readonly to: Date
}

/**
 * Moves all dates of `shipments` by one whole number of weeks, such that the last one of shipping or delivery lies
 * less than seven days before `now`, or at it. So weekdays (UTC) and distances stay. Dates among the attributes
 * move too, and may come to lie after `now`; each date that moved is kept as an attribute, `shippedAt` as
 * `originalShippedAt`.
 */
export function shiftDates(shipments: readonly SampleShipment[], now: Date): ShiftedShipments {
  if (shipments.length === 0) return { shipments, weeks: 0, from: now, to: now }

  const { firstMs, lastMs } = spanOf(shipments)
  const weeks = Math.floor((now.getTime() - lastMs) / WEEK_MS)
  const moveMs = weeks * WEEK_MS
  const move: Move = (instant) => new Date(Date.parse(instant) + moveMs).toISOString()
  return {
    shipments: shipments.map((shipment) => shiftShipment(shipment, move)),
    weeks,
    from: new Date(firstMs + moveMs),
    to: new Date(lastMs + moveMs),
  }
}

/** Moves an ISO 8601 instant by the weeks that all are moved by. */
type Move = (instant: string) => string

function spanOf(shipments: readonly SampleShipment[]): { firstMs: number; lastMs: number } {
  let firstMs = Infinity
  let lastMs = -Infinity
  for (const { shippedAt, deliveredAt = shippedAt } of shipments) {
    firstMs = Math.min(firstMs, Date.parse(shippedAt))
    lastMs = Math.max(lastMs, Date.parse(shippedAt), Date.parse(deliveredAt))
  }
  return { firstMs, lastMs }
}

function shiftShipment(shipment: SampleShipment, move: Move): SampleShipment {
  const { shippedAt, deliveredAt, attributes = {} } = shipment
  return {
    ...shipment,
    shippedAt: move(shippedAt),
    ...(deliveredAt && { deliveredAt: move(deliveredAt) }),
    attributes: {
      ...Object.fromEntries(Object.entries(attributes).flatMap((entry) => shiftAttribute(entry, move))),
      originalShippedAt: shippedAt,
      ...(deliveredAt && { originalDeliveredAt: deliveredAt }),
    },
  }
}

type Attribute = [name: string, value: string]

/** An instant and its original, where the attribute is an instant; otherwise the attribute as it is. */
function shiftAttribute([name, value]: Attribute, move: Move): Attribute[] {
  if (!name.endsWith('At')) return [[name, value]]
  const originalName = `original${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return [
    [name, move(value)],
    [originalName, value],
  ]
}
