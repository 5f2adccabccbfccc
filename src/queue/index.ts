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
export * from './errors.js'
export { cancel, snooze, type Json, type Outcome } from './outcome.js'
export { request, type JobRequest, type OnClash, type RequestOptions } from './request.js'
