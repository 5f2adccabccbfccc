export { exponential, type Backoff, type ExponentialOptions } from './backoff.js'
export type { Attempt } from './attempt.js'
export {
  defineJob,
  type AnyJob,
  type Job,
  type JobOptions,
  type PayloadSchema,
  type Schedule,
} from './define-job.js'
export { Client } from './client.js'
export type { Enqueued } from './write-jobs.js'
export { Engine, type EngineOptions } from './engine.js'
export type {
  EndedEvent,
  EngineSignals,
  EnqueuedEvent,
  ProgressEvent,
  StartedEvent,
} from './engine-signals.js'
export * from './errors.js'
export type { Middleware } from './middleware.js'
export { queueMigrations } from './migrations.js'
export { cancel, snooze, type Json, type Outcome } from './outcome.js'
export { Operator } from './operator.js'
export { request, type JobRequest, type OnClash, type RequestOptions } from './request.js'
export type { TenantZone } from './schedule-sync.js'
export { isFinal, JOB_STATES, LEGAL_MOVES, mayMove, type JobState } from './state.js'
export type { LogLevel, LogLine } from './store/log.js'
export type { Progress } from './store/progress.js'
export type { ThreadAttempt, ThreadHandler } from './thread-handler.js'
export type { QueueCounts } from './store/count.js'
export { countDepth, type Depth } from './store/depth.js'
export type { AttemptEntry, JobFilter, JobView } from './store/find.js'
