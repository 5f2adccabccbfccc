/**
 * Where a delivery stands. `pending`: a job will send it. `kept`: there is no mail server to send it by. `sending`: the
 * other side may have it already. `in-doubt`: nobody knows whether the other side got it, so nobody sends it again by itself.
 */
export const DELIVERY_STATES = ['pending', 'kept', 'sending', 'sent', 'failed', 'in-doubt'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Every legal move. An attempt makes those to and out of `sending`; out of `in-doubt`, `failed` and `sent` only people lead. */
const LEGAL_MOVES: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  // Whose job was cancelled, or is not due for hours: people may have it sent nevertheless. Of two jobs one sends it.
  pending: ['pending', 'sending', 'kept', 'failed'],
  kept: ['pending', 'sending', 'failed'],
  sending: ['sent', 'failed', 'pending', 'in-doubt'],
  // An attempt that was taken for dead may still say how it ended.
  'in-doubt': ['sent', 'failed', 'pending'],
  failed: ['pending', 'sending', 'kept'],
  // A webhook's owner may ask for the same once more.
  sent: ['pending'],
}

/** From which states one may come to `state`. */
export function statesBefore(state: DeliveryState): readonly DeliveryState[] {
  return DELIVERY_STATES.filter((from) => LEGAL_MOVES[from].includes(state))
}
