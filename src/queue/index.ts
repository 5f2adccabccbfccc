import type { MigrationSet } from '../database/index.js'
import { job } from './migrations/001-job.js'

export { exponential, type Backoff, type ExponentialOptions } from './backoff.js'
export {
  defineJob,
  type AnyJob,
  type Attempt,
  type Job,
  type JobOptions,
  type PayloadSchema,
  type Schedule,
} from './define-job.js'
export { Client, type Enqueued } from './client.js'
export { Engine, type EngineOptions, type EngineSignals } from './engine.js'
export * from './errors.js'
export { cancel, snooze, type Json, type Outcome } from './outcome.js'
export { Operator } from './operator.js'
export { request, type JobRequest, type OnClash, type RequestOptions } from './request.js'
export type { TenantZone } from './schedule-sync.js'
export { isFinal, JOB_STATES, LEGAL_MOVES, mayMove, type JobState } from './state.js'
export type { QueueCounts } from './store/count.js'
export type { AttemptEntry, JobFilter, JobView } from './store/find.js'

export const queueMigrations: MigrationSet = { part: 'queue', migrations: [job] }
