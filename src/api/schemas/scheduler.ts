import { z } from 'zod'

import type { SchedulerStatus, Standing, TickView } from '../../queue/index.js'

/** As other schedulers answer. */
export const success = <Data extends z.ZodType>(data: Data) => z.object({ success: z.literal(true), data })

export const Scheduler = z.object({
  status: z.enum(['running', 'stopped']),
  isRunning: z.boolean(),
  startedAt: z.date().nullable(),
  startedBy: z.string().nullable(),
  stopped: z
    .object({ at: z.date(), by: z.string(), ofAll: z.boolean() })
    .nullable()
    .describe('Who stopped it, and when; null: nobody, and if it does not run, no process makes ticks.'),
  processes: z.number().int().describe('Live processes that make ticks.'),
})

export const Status = Scheduler.extend({
  activeJobs: z.array(z.string()).describe('Schedules that are not paused.'),
  lastSyncs: z
    .record(
      z.string(),
      z.object({
        lastStart: z.date().nullable(),
        lastEnd: z.date().nullable(),
        lastResults: z.unknown(),
        lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
      }),
    )
    .describe('How the last job of each schedule went, paused or not.'),
})

export function succeeded<Data>(data: Data): { success: true; data: Data } {
  return { success: true, data }
}

export function toScheduler(standing: Standing) {
  return { ...standing, status: standing.isRunning ? ('running' as const) : ('stopped' as const) }
}

export function toStatus({ active, lastRuns, ...standing }: SchedulerStatus) {
  return {
    ...toScheduler(standing),
    activeJobs: active.map(({ id }) => id),
    lastSyncs: Object.fromEntries(lastRuns.map((run) => [run.scheduleId, toSync(run)])),
  }
}

function toSync({ startedAt, endedAt, result, error }: TickView) {
  return { lastStart: startedAt, lastEnd: endedAt, lastResults: result, lastError: error }
}
