import type { LiveEvent } from './live-event.js'

/** Data that were taken in from outside. */
export interface Sync {
  readonly tenantId: string
  /** What was taken in: `shipments`. */
  readonly type: string
  /** What it takes to hear of it. */
  readonly needs: string
  readonly durationMs: number
  readonly at: Date
}

/** Tells everybody of a tenant who may that new data are there. */
export function syncCompleted(sync: Sync, results: object): LiveEvent {
  return eventOf(sync, 'sync_completed', { type: sync.type, results })
}

/** Tells them that some did not come. @param error a sentence for people, without what is nobody's business */
export function syncFailed(sync: Sync, error: string): LiveEvent {
  return eventOf(sync, 'sync_error', { type: sync.type, error })
}

function eventOf({ tenantId, needs, durationMs, at }: Sync, type: string, data: object): LiveEvent {
  const [duration, timestamp] = [Math.round(durationMs), at.toISOString()]
  return { tenantId, stream: 'tenant', needs, type, data: { ...data, duration, timestamp } }
}
