import { z } from 'zod'

import { DEFAULT_THRESHOLDS, THRESHOLD_RANGES } from '../../queue/index.js'

const { failureRatePercent, failureMinutes, failureLeastEnds, deadPerHour } = THRESHOLD_RANGES
const { oldestWaitingMinutes, scheduleLateMinutes, noWorkerMinutes } = THRESHOLD_RANGES

/** What may be off may be null. */
function within<MayBeOff extends boolean>(range: { least: number; most: number; mayBeOff: MayBeOff }) {
  const number = z.number().int().min(range.least).max(range.most)
  return (range.mayBeOff ? number.nullable() : number) as MayBeOff extends true
    ? z.ZodNullable<typeof number>
    : typeof number
}

const Thresholds = z.strictObject({
  failureRatePercent: within(failureRatePercent).describe(
    'Of the attempts that ended lately, those that failed.',
  ),
  failureMinutes: within(failureMinutes).describe('How far back is lately.'),
  failureLeastEnds: within(failureLeastEnds).describe('With fewer ends than that a rate tells nothing.'),
  oldestWaitingMinutes: within(oldestWaitingMinutes).describe(
    'How long the job has waited that has waited longest.',
  ),
  deadPerHour: within(deadPerHour).describe('Jobs that died within the last hour.'),
  scheduleLateMinutes: within(scheduleLateMinutes).describe(
    'How long a schedule has been due without a tick.',
  ),
  noWorkerMinutes: within(noWorkerMinutes).describe(
    'How long a job has waited in a queue that no live worker serves.',
  ),
})

/** Only what is to differ from the defaults. */
export const ThresholdChanges = Thresholds.partial().describe(
  `By default: ${JSON.stringify(DEFAULT_THRESHOLDS)}`,
)

export const ThresholdsView = z.object({
  queue: z.string(),
  thresholds: Thresholds,
  changed: z
    .object({ by: z.string(), at: z.date() })
    .nullable()
    .describe('Who decided that; null: nobody, these are the defaults.'),
})
