import type { DeliveryState } from '../notifications/index.js'

/** Not the part's own list, which would load the part for a help text; the compiler compares them. */
export const DELIVERY_STATES = Object.keys({
  pending: true,
  kept: true,
  sending: true,
  sent: true,
  failed: true,
  'in-doubt': true,
} satisfies Record<DeliveryState, true>)
