import { z } from 'zod'

import type { ScheduleView } from '../../queue/index.js'
import { Data, Length, Type } from './new-job.js'
import { Text } from './plain.js'

const Missed = z.union([z.enum(['latest', 'skip']), z.strictObject({ all: z.int().min(1).max(1_000) })])

/** When a schedule ticks, and what becomes of ticks that cannot be served. */
export const ScheduleSettings = z.strictObject({
  cron: Text.describe('Five fields: minute hour day month weekday.'),
  timeZone: Text.describe('An IANA name such as Europe/Berlin.'),
  every: Length.describe('Instead of a cron: 5 seconds to 366 days, such as `15m`.'),
  overlap: z
    .enum(['allow', 'skip', 'queue'])
    .describe('While a job of it is not finished: make the next one all the same, never, or afterwards.'),
  missed: Missed.describe(
    'Of the ticks that nobody was there to see: the latest, none, or the newest so many.',
  ),
  jitter: Length.describe('Each job runs later than its tick by a chance time up to this.'),
})

export const ScheduleChange = ScheduleSettings.partial()

export const NewSchedule = ScheduleChange.extend({
  type: Type,
  name: Text.regex(/^[^/]+$/, 'must not have a /')
    .optional()
    .describe('Default: one of its own.'),
  data: Data.default({}),
})
export type NewSchedule = z.output<typeof NewSchedule>

/** As other queues have it: always by a cron. */
export const RecurringJob = NewSchedule.omit({ every: true }).extend({ cron: ScheduleSettings.shape.cron })

const Origin = z.enum(['people', 'setting', 'code'])

export const Schedule = z.object({
  id: z.string().describe('`definition/schedule`. In a path its / is written %2F.'),
  type: z.string().describe('The definition of its jobs.'),
  name: z.string(),
  cron: z.string().nullable(),
  timeZone: z.string().nullable(),
  every: z.string().nullable(),
  overlap: z.string(),
  missed: Missed,
  jitter: z.string(),
  paused: z.boolean(),
  enabled: z.boolean().describe('False: a rule keeps it from ticking, whether people have paused it or not.'),
  from: z
    .object({ timing: Origin, timeZone: Origin, enabled: Origin })
    .describe(
      'Where its cron or interval, its zone and `enabled` come from: what people changed of it, a rule or variable, or the code.',
    ),
  nextAt: z.date().nullable().describe('Null while it is paused, or not enabled.'),
  lastAt: z.date().nullable().describe('Its last tick, whatever became of it.'),
  waitingTick: z.date().nullable().describe('A tick whose job is made once the one before has ended.'),
  declared: z.enum(['by code', 'by people', 'elsewhere']),
  changed: z
    .object({ at: z.date(), by: z.string(), settings: z.record(z.string(), z.unknown()) })
    .nullable()
    .describe('What people changed of what the code declares.'),
  lastPause: z
    .object({ at: z.date(), by: z.string(), reason: z.string().nullable() })
    .nullable()
    .describe('When, by whom and why it was last paused or resumed.'),
})

export function toSchedule({ jobName, ...view }: ScheduleView) {
  return {
    ...view,
    type: jobName,
    changed: view.changed && { ...view.changed, settings: { ...view.changed.settings } },
  }
}

export const ScheduleId = z.object({
  id: z.string().describe('`definition/schedule`, its / written %2F; or the name, where no other has it.'),
})

/** One tick, and what its job made of it. */
export const Tick = z.object({
  scheduleId: z.string(),
  at: z.date().describe('When it was due, or was asked for.'),
  outcome: z
    .enum(['enqueued', 'skipped', 'missed'])
    .describe('`skipped`: a job of the schedule was not finished. `missed`: nobody was there to see it.'),
  by: z.string().nullable().describe('Who asked for it; null: the clock.'),
  jobId: z.string().nullable(),
  state: z.string().nullable().describe("The job's; null once it has been forgotten."),
  startedAt: z.date().nullable().describe("When its job's first attempt began, of those that are kept."),
  endedAt: z.date().nullable().describe('When its job ended for good.'),
  durationMs: z
    .number()
    .nullable()
    .describe('From `startedAt` to `endedAt`, all attempts and waits together.'),
  counts: z.object({
    done: z.number().int(),
    failed: z.number().int(),
    cancelled: z.number().int(),
    open: z.number().int(),
  }),
  result: z.unknown(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
