export { exponential, type Backoff, type ExponentialOptions } from './backoff.js'
export {
  defineJob,
  type AnyJob,
  type Attempt,
  type Job,
  type JobOptions,
  type PayloadSchema,
} from './define-job.js'
export { Client } from './client.js'
export type { Enqueued } from './write-jobs.js'
export { Engine, type EngineOptions, type EngineSignals } from './engine.js'
export * from './errors.js'
export { queueMigrations } from './migrations.js'
export { cancel, snooze, type Json, type Outcome } from './outcome.js'
export { Operator } from './operator.js'
export { request, type JobRequest, type OnClash, type RequestOptions } from './request.js'
export type { Missed, Overlap, Schedule, ScheduleSettings } from './schedule.js'
export type { TenantZone } from './declared-schedules.js'
export type { ScheduleView } from './schedule-view.js'
export { Schedules, type NewSchedule, type ScheduleFilter } from './schedules.js'
export { isFinal, JOB_STATES, LEGAL_MOVES, mayMove, type JobState } from './state.js'
export type { QueueCounts } from './store/count.js'
export type { AttemptEntry, JobFilter, JobView } from './store/find.js'
export type { Tick } from './store/schedule-tick.js'
