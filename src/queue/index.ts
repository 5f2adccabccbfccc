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
export { BULK_ACTIONS, type BulkRequest } from './bulk.js'
export { Client } from './client.js'
export type { Enqueued } from './write-jobs.js'
export { Engine, type EngineOptions, type EngineSignals } from './engine.js'
export * from './errors.js'
export type { Explanation } from './explain.js'
export { REASONS } from './explain-answer.js'
export { queueMigrations } from './migrations.js'
export { cancel, snooze, type Json, type Outcome } from './outcome.js'
export type { Keep } from './keep.js'
export { Operator, type BulkAnswer } from './operator.js'
export { request, type JobRequest, type OnClash, type RequestOptions } from './request.js'
export type { TenantZone } from './schedule-sync.js'
export { isFinal, JOB_STATES, LEGAL_MOVES, mayMove, type JobState } from './state.js'
export type { QueueCounts } from './store/count.js'
export type { AttemptEntry, JobView } from './store/find.js'
export type { JobFilter } from './store/select-jobs.js'
