import { z } from 'zod'

import { BULK_ACTIONS, JOB_STATES, type JobFilter, type Operator } from '../../queue/index.js'
import { STATUSES, statesOf } from './job.js'
import { Instant, Text } from './plain.js'

/** Which jobs are meant; everything given must hold. */
export const Filter = {
  state: z.enum(JOB_STATES).optional(),
  name: Text.optional().describe('Of this definition.'),
  queue: Text.optional(),
  subject: Text.optional().describe('About this business object, `kind:id`.'),
  createdFrom: Instant.optional().describe('Created at this instant or later.'),
  createdUntil: Instant.optional().describe('Created before this instant.'),
}

/** A list's, in the words of other queues as well. */
export const ListFilter = {
  ...Filter,
  status: z
    .enum([...STATUSES, ...JOB_STATES])
    .optional()
    .describe('Or `state`, which is finer.'),
  type: Text.optional().describe('The same as `name`; an alias will do.'),
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).max(200))
    .optional()
    .describe('Only these, with commas between.'),
}

/** Of dead jobs, whose state need not be said. */
export const DeadFilter = {
  type: ListFilter.type,
  queue: Filter.queue,
  subject: Filter.subject,
  createdFrom: Filter.createdFrom,
  createdUntil: Filter.createdUntil,
}

/** As the engine has it: states for a status, the definition's name for an alias. */
export function toFilter(
  { status, type, name = type, ...filter }: Partial<z.output<z.ZodObject<typeof ListFilter>>>,
  { registry }: Pick<Operator, 'registry'>,
): JobFilter {
  const canonical = name === undefined ? {} : { name: registry.find(name)?.name ?? name }
  return { ...filter, ...canonical, ...(status !== undefined && { states: statesOf(status) }) }
}

export const BulkFilter = z.strictObject({
  ...Filter,
  ids: z.array(z.uuid()).max(1_000).optional().describe('Only these.'),
})

export const Bulk = z.strictObject({
  action: z.enum(BULK_ACTIONS),
  filter: BulkFilter.describe('Of several jobs all that match now; an empty one means all.'),
  to: Text.optional().describe('The queue to move to.'),
  reason: Text.optional().describe('Why they are cancelled.'),
  dryRun: z.boolean().default(false).describe('Only counts.'),
})

export const BulkAnswer = z.object({
  count: z.number().int().describe('How many jobs match, as far as 10,000.'),
  isAtLeast: z.boolean().describe('Whether the count stopped at 10,000.'),
  jobId: z.string().nullable().describe('The job that does it, its result says how many; null in a dry run.'),
})
