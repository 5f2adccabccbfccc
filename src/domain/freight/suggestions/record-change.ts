import { newId, type Transaction } from '../../../database/index.js'
import { publish } from '../../../events/index.js'
import type { Cause, FreightLog, SuggestionEvent } from '../events.js'
import { insertUntold } from './store/untold.js'

/** An analysis may make thousands of suggestions at once: an event names so many of them, and counts them all. */
const NAMED = 100

/** Written out, so that a search finds who makes an event. */
const TYPES = {
  created: 'suggestion.created',
  accepted: 'suggestion.accepted',
  rejected: 'suggestion.rejected',
  expired: 'suggestion.expired',
  withdrawn: 'suggestion.withdrawn',
} as const

/** What happened to suggestions of one tenant, all at once. */
export interface SuggestionChange {
  readonly tenantId: string
  readonly what: keyof typeof TYPES
  readonly ids: readonly string[]
  readonly cause?: Cause
}

/**
 * Records it, and shows it on the screens of the tenant, in the transaction that makes it so. New suggestions are kept in mind
 * for those who are to be told of them.
 */
export async function recordChange(
  tx: Transaction,
  events: FreightLog,
  change: SuggestionChange,
): Promise<void> {
  const { tenantId, what, ids, cause } = change
  if (ids.length === 0) return
  if (what === 'created') await insertUntold(tx, tenantId, { id: newId(), suggestionIds: ids })
  const type = TYPES[what]
  const data = { count: ids.length, suggestionIds: ids.slice(0, NAMED) }
  const subject = ids.length === 1 ? `suggestion:${ids[0]}` : `tenant:${tenantId}`
  const event: SuggestionEvent = { type, tenantId, subject, data, ...cause }
  await events.record(tx, [event])
  await publish(tx, [{ tenantId, stream: 'tenant', type, data, needs: 'lanes.read' }])
}
