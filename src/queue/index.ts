export { Alerts, type AlertFilter, type AlertView, type ThresholdsView } from './alert/alerts.js'
export {
  DEFAULT_THRESHOLDS,
  THRESHOLD_RANGES,
  type ThresholdChanges,
  type Thresholds,
} from './alert/thresholds.js'
export { exponential, type Backoff, type ExponentialOptions } from './attempt/backoff.js'
export type { Attempt } from './attempt/attempt.js'
export {
  defineJob,
  type AnyJob,
  type ByHand,
  type Job,
  type JobOptions,
  type PayloadSchema,
} from './define-job.js'
export { BULK_ACTIONS, type BulkRequest } from './operate/bulk.js'
export { Client } from './enqueue/client.js'
export type { Enqueued } from './enqueue/write-jobs.js'
export { Engine, type EngineInside } from './engine.js'
export type { EngineOptions } from './engine-options.js'
export type {
  EndedEvent,
  EngineSignals,
  EnqueuedEvent,
  ProgressEvent,
  StartedEvent,
} from './engine-signals.js'
export * from './errors.js'
export type { Explanation } from './operate/explain.js'
export { REASONS } from './operate/explain-answer.js'
export type { Flow, FlowPart } from './flow/flow.js'
export {
  foreignTransaction,
  type ForeignTransactionOptions,
  type RunStatement,
} from './enqueue/foreign-transaction.js'
export type { Keep } from './keep.js'
export type { Middleware } from './attempt/middleware.js'
export { queueMigrations } from './migrations.js'
export { cancel, snooze, waitFor, type Json, type Outcome } from './attempt/outcome.js'
export type { QueueView } from './operate/job-search.js'
export { Operator, type BulkAnswer } from './operate/operator.js'
export { Metrics } from './operate/metrics.js'
export type { Health, JobMetrics } from './operate/metrics-answer.js'
export { Workers } from './operate/workers.js'
export type { PauseTarget } from './limit/pause-target.js'
export type { PastPause, Pause, PauseFilter, Pauses } from './limit/pauses.js'
export type { EngineSetting, Takes } from './policy/engine-setting.js'
export { engineSettings } from './policy/engine-settings.js'
export type { OwnRetry, RetryOptions } from './attempt/retry.js'
export { request, type JobRequest, type OnClash, type RequestOptions } from './enqueue/request.js'
export type { Missed, Overlap, Schedule, ScheduleSettings } from './schedule/schedule.js'
export type { TenantZone } from './schedule/declared-schedules.js'
export type { ScheduleView } from './schedule/schedule-view.js'
export type { SchedulerControl } from './store/scheduler.js'
export { Scheduler, type SchedulerScope, type SchedulerStatus } from './schedule/scheduler.js'
export type { Standing } from './schedule/scheduler-standing.js'
export { MOST_PREVIEWED, type ScheduleFilter } from './schedule/schedule-search.js'
export { Schedules, type NewSchedule } from './schedule/schedules.js'
export type { QueueSettings } from './work/queue-settings.js'
export { LEASE_MS } from './duty/lease.js'
export { Periodic, type Service } from './duty/periodic.js'
export { isFinal, JOB_STATES, LEGAL_MOVES, mayMove, type JobState } from './state.js'
export type { AwaitedJob } from './store/awaited.js'
export type { LogLevel, LogLine } from './store/log.js'
export type { Progress } from './store/progress.js'
export type { ThreadAttempt, ThreadHandler } from './attempt/thread-handler.js'
export { ALERT_KINDS, countOpenAlerts, type Alert, type AlertKind } from './store/alert.js'
export type { QueueCounts } from './store/count.js'
export { countDepth, type Depth } from './store/depth.js'
export type { JobView } from './operate/job-view.js'
export type { AttemptEntry } from './store/find.js'
export type { TickCounts, TickView } from './schedule/tick-view.js'
export { isEngineName } from './system-names.js'
export type { QueueFigures, StatisticsStep } from './store/queue-minute.js'
export { MOST_STEP_MINUTES, Statistics, type StatisticsFilter } from './statistics/statistics.js'
export { pointerTo, wrongPointersOf } from './wrong-fields.js'
export { nearestNames } from './nearest-name.js'
export type { Tick } from './store/schedule-tick.js'
export type { Standing as JobStanding } from './store/standing.js'
export type { WorkerView } from './store/worker-list.js'
export type { JobFilter } from './store/select-jobs.js'
export type { HearOutcome, JobOutcome } from './attempt/job-outcome.js'
export { DEFAULTS_ONLY, type Setting, type Settings, type SettingsInForce } from './settings.js'
