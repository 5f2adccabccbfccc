import type { Database } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import { defineJob } from '../define-job.js'
import type { Keep } from '../keep.js'
import { SYSTEM_QUEUE } from '../work/queue-settings.js'
import { deleteOld } from '../store/delete-old.js'

/** Rows of one statement, which is a transaction of its own. */
const BATCH = 1_000

export interface CleanUpEngine {
  readonly database: Database
  readonly clock: Clock
  readonly keeps: readonly Keep[]
}

/** Forgets every night what expires besides jobs. Its result says how many rows of each table. */
export const cleanUp = ({ database, clock, keeps }: CleanUpEngine) =>
  defineJob<Record<string, never>>({
    name: 'jobs.clean-up',
    queue: SYSTEM_QUEUE,
    payload: { parse: () => ({}) },
    uniqueKey: () => 'all',
    timeout: '1h',
    keep: { done: '30d' },
    schedules: [{ name: 'daily', cron: '0 2 * * *', timeZone: 'UTC', perTenant: false, payload: () => ({}) }],
    async run(_payload, _needs, { signal }) {
      const deleted: Record<string, number> = {}
      for (const keep of keeps) {
        let rows = 0
        for (let batch = BATCH; batch === BATCH; rows += batch) {
          signal.throwIfAborted()
          const limits = { keepMs: toMs(keep.for), limit: BATCH, now: clock.statementTime() }
          batch = await deleteOld(database, keep, limits)
        }
        deleted[keep.table] = (deleted[keep.table] ?? 0) + rows
      }
      return deleted
    },
  })
