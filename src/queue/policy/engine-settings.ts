import type { AnyJob } from '../define-job.js'
import { systemJobs } from '../system-jobs.js'
import { settleQueues, type QueueSettings } from '../work/queue-settings.js'
import type { EngineSetting } from './engine-setting.js'
import { settingsOfJob } from './job-settings.js'
import { settingsOfQueue } from './queue-policies.js'

/** All that can be set, without a deployment, of an engine with these definitions and queues; its own jobs among them. */
export function engineSettings({
  jobs,
  queues,
}: {
  jobs: readonly AnyJob[]
  queues?: Readonly<Record<string, QueueSettings>>
}): readonly EngineSetting[] {
  const all = [...jobs, ...systemJobs()]
  const settled = settleQueues([...new Set(all.map(({ queue }) => queue))], queues, undefined)
  return [
    ...all.flatMap((job) => settingsOf(job)),
    ...[...settled].flatMap(([queue, settings]) => {
      const { weight, concurrency } = settingsOfQueue(queue, settings)
      return [weight, concurrency]
    }),
  ]
}

function settingsOf(job: AnyJob): readonly EngineSetting[] {
  const { maxAttempts, timeout, backoff, concurrency, schedules } = settingsOfJob(job)
  return [
    ...[maxAttempts, timeout, ...(backoff ? [backoff.base, backoff.cap] : []), concurrency],
    ...[...schedules.values()].flatMap(({ cron, timeZone, enabled }) => [cron, timeZone, enabled]),
  ]
}
