export { exponential, type Backoff, type ExponentialOptions } from './backoff.js'
export type { Attempt } from './attempt.js'
export { defineJob, type AnyJob, type Job, type JobOptions, type PayloadSchema } from './define-job.js'
export { BULK_ACTIONS, type BulkRequest } from './bulk.js'
export { Client } from './client.js'
export type { Enqueued } from './write-jobs.js'
export { Engine } from './engine.js'
export type { EngineOptions } from './engine-options.js'
export type {
  EndedEvent,
  EngineSignals,
  EnqueuedEvent,
  ProgressEvent,
  StartedEvent,
} from './engine-signals.js'
export * from './errors.js'
export type { Explanation } from './explain.js'
export { REASONS } from './explain-answer.js'
export type { Flow, FlowPart } from './flow.js'
export {
  foreignTransaction,
  type ForeignTransactionOptions,
  type RunStatement,
} from './foreign-transaction.js'
export type { Keep } from './keep.js'
export type { Middleware } from './middleware.js'
export { queueMigrations } from './migrations.js'
export { cancel, snooze, waitFor, type Json, type Outcome } from './outcome.js'
export { Operator, type BulkAnswer, type QueueView } from './operator.js'
export type { PauseTarget } from './pause-target.js'
export type { PastPause, Pause, PauseFilter, Pauses } from './pauses.js'
export type { OwnRetry, RetryOptions } from './retry.js'
export { request, type JobRequest, type OnClash, type RequestOptions } from './request.js'
export type { Missed, Overlap, Schedule, ScheduleSettings } from './schedule.js'
export type { TenantZone } from './declared-schedules.js'
export type { ScheduleView } from './schedule-view.js'
export { Schedules, type NewSchedule, type ScheduleFilter } from './schedules.js'
export { isFinal, JOB_STATES, LEGAL_MOVES, mayMove, type JobState } from './state.js'
export type { AwaitedJob } from './store/awaited.js'
export type { LogLevel, LogLine } from './store/log.js'
export type { Progress } from './store/progress.js'
export type { ThreadAttempt, ThreadHandler } from './thread-handler.js'
export type { QueueCounts } from './store/count.js'
export { countDepth, type Depth } from './store/depth.js'
export type { AttemptEntry, JobView } from './store/find.js'
export type { Tick } from './store/schedule-tick.js'
export type { JobFilter } from './store/select-jobs.js'
