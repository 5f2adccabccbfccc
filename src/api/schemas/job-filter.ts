import { z } from 'zod'

import { BULK_ACTIONS, InvalidOptionError, JOB_STATES, type JobFilter } from '../../queue/index.js'
import { STATUSES, statesOf } from './job.js'
import { Instant, Text } from './plain.js'

/** Which jobs are meant; everything given must hold. */
export const Filter = {
  state: z.enum(JOB_STATES).optional(),
  name: Text.optional().describe('Of this definition, by its name or an alias.'),
  type: Text.optional().describe('The same as `name`; one of them is enough.'),
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
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).max(200))
    .optional()
    .describe('Only these, with commas between.'),
}

/** Of dead jobs, whose state need not be said. */
export const DeadFilter = {
  type: Filter.type,
  queue: Filter.queue,
  subject: Filter.subject,
  createdFrom: Filter.createdFrom,
  createdUntil: Filter.createdUntil,
}

/** As the engine has it: states for a status, `name` for a type. @throws {InvalidOptionError} JOBS_INVALID_OPTION */
export function toFilter({
  status,
  ...filter
}: Partial<Omit<z.output<z.ZodObject<typeof ListFilter>>, 'ids'>> & Pick<JobFilter, 'ids'>): JobFilter {
  return { ...toNamed(filter), ...(status !== undefined && { states: statesOf(status) }) }
}

/** With `type` as `name`. @throws {InvalidOptionError} JOBS_INVALID_OPTION when they differ. */
export function toNamed<Asked extends { name?: string | undefined; type?: string | undefined }>({
  type,
  name = type,
  ...others
}: Asked) {
  if (type !== undefined && name !== type)
    throw new InvalidOptionError('type', `is "${type}", but "name" is "${name}": give one of them`)
  return { ...others, ...(name !== undefined && { name }) }
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
