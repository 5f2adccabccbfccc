import { z } from 'zod'

import { isDuration, toMs, type Duration } from '../../time/index.js'
import { Instant, Text } from './plain.js'

/** Further away is taken for a mistake by the engine, and said so there. */
const MOST_MS = 1e15

const NO_LENGTH = 'must be a whole number of milliseconds, or a length of time such as 30s, 15m or 2h'

/** A whole number of milliseconds, as other queues have it, or a length of time such as `5m`. */
export const Length = z
  .union([z.int().min(0).max(MOST_MS), z.string().refine(isDuration, NO_LENGTH)], { error: NO_LENGTH })
  .transform((length): Duration => (typeof length === 'number' ? `${length}ms` : (length as Duration)))

/** A definition's name or alias. */
export const Type = Text.describe('A definition’s name or alias, such as `pattern:analyze`.')

export const Data = z.unknown().describe('What the definition wants to know; it says what is wrong with it.')

/** How one job is to run. */
export const JobOptions = z.strictObject({
  priority: z.int().min(-100).max(100).optional().describe('Lower runs first. Default 0.'),
  attempts: z.int().min(1).max(1_000_000).optional().describe("Runs in total. Default: its definition's."),
  delay: Length.optional().describe('Not before so long from now: milliseconds, or `5m`.'),
  runAt: Instant.optional().describe('Not before this instant. Not together with `delay`.'),
  timeout: Length.refine((timeout) => toMs(timeout) > 0, 'must be more than 0')
    .optional()
    .describe("Longest that one attempt may run: milliseconds, or `2m`. Default: its definition's."),
  backoff: z
    .strictObject({
      base: Length.optional(),
      cap: Length.optional(),
      jitter: z.enum(['full', 'none']).optional(),
    })
    .optional()
    .describe("How long a failed job waits. Default: its definition's."),
  subject: Text.regex(/^[a-z][a-z0-9-]*:./, 'must be written kind:id, such as order:SO-1042')
    .optional()
    .describe('The business object it is about, under which it is found. Default: what its definition says.'),
  correlationId: Text.optional().describe("Ties jobs together. Default: the request's id."),
  onClash: z
    .enum(['keep', 'replace'])
    .optional()
    .describe('Where another job for the same has not started: whose data hold. Default `keep`.'),
})

export const NewJob = z.strictObject({
  type: Type,
  data: Data.default({}),
  options: JobOptions.default({}),
})
export type NewJob = z.output<typeof NewJob>

const { delay, runAt } = JobOptions.shape

/** As {@link NewJob}, with its time outside of the options. */
export const NewScheduledJob = NewJob.extend({
  delay,
  runAt,
  options: JobOptions.omit({ delay: true, runAt: true }).default({}),
}).refine((job) => (job.delay === undefined) !== (job.runAt === undefined), {
  path: ['delay'],
  message: 'or runAt must be given, and not both',
})
