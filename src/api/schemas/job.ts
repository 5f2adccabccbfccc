import { z } from 'zod'

import { JOB_STATES, type JobState, type JobView } from '../../queue/index.js'

/** How other queues call the states. */
const STATUS_OF = {
  scheduled: 'delayed',
  blocked: 'pending',
  held: 'pending',
  waiting: 'pending',
  running: 'processing',
  done: 'completed',
  cancelled: 'cancelled',
  dead: 'failed',
} as const satisfies Readonly<Record<JobState, string>>

export const STATUSES = ['delayed', 'pending', 'processing', 'completed', 'cancelled', 'failed'] as const
export type JobStatus = (typeof STATUSES)[number]

export function statusOf(state: JobState): JobStatus {
  return STATUS_OF[state]
}

/** The states that go by a status, or the one state of that name. */
export function statesOf(word: JobState | JobStatus): readonly JobState[] {
  return JOB_STATES.filter((state) => state === word || STATUS_OF[state] === word)
}

const Fault = z.object({ code: z.string(), message: z.string() })

/** What makes a job known, however much more is told of it. */
export const JobHead = z.object({
  id: z.string(),
  jobId: z.string().describe('The same as `id`.'),
  type: z.string().describe('The definition it is of, `domain.verb-noun`.'),
  status: z.enum(STATUSES),
  createdAt: z.date(),
  runAt: z.date().describe('Not before this.'),
})

/** How far it is. */
const Percent = z
  .number()
  .min(0)
  .max(100)
  .describe('In percent, as its last attempt said; 100 once it is done.')
const Step = z.string().nullable().describe('What it was doing then.')
const Message = z.string().nullable().describe('What it said about it.')

export const JobProgress = JobHead.pick({ jobId: true, status: true }).extend({
  progress: Percent,
  step: Step,
  message: Message,
  at: z.string().nullable().describe('When it said so.'),
})

export const Job = JobHead.extend({
  name: z.string().describe('The same as `type`.'),
  queue: z.string(),
  subject: z.string().nullable().describe('The business object it is about, `kind:id`.'),
  state: z.enum(JOB_STATES).describe('`status`, more finely.'),
  payload: z.unknown(),
  priority: z.number().int().describe('Lower runs first.'),
  progress: Percent,
  step: Step,
  message: Message,
  claimedAt: z.date().nullable().describe('When its last attempt began.'),
  startedAt: z.date().nullable().describe('The same as `claimedAt`.'),
  cancelRequestedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  completedAt: z.date().nullable().describe('The same as `finishedAt`.'),
  durationMs: z.number().nullable().describe('From the start of its last attempt to its end.'),
  attempt: z.number().int().describe('Attempts begun.'),
  maxAttempts: z
    .number()
    .int()
    .describe(
      'Attempts it may have in total: by its request, else by the rule in force, else its definition.',
    ),
  policy: z
    .object({
      timeout: z.string(),
      backoff: z
        .object({ base: z.string(), cap: z.string(), jitter: z.string() })
        .nullable()
        .describe("null: by its definition's own reckoning."),
    })
    .nullable()
    .describe(
      'How its next attempt would be treated, by the same order; null: its definition is not known here.',
    ),
  retry: z
    .object({
      maxAttempts: z.number().int().optional(),
      backoff: z
        .object({ base: z.string().optional(), cap: z.string().optional(), jitter: z.string().optional() })
        .optional(),
      timeout: z.string().optional(),
    })
    .nullable()
    .describe('Its own attempts, backoff and timeout; null: its request gave none.'),
  losses: z.number().int().describe('How often its worker died while running it.'),
  actor: z.string().nullable().describe('Who or what caused it, `kind:id`.'),
  correlationId: z.string().nullable(),
  businessUnitId: z.string().nullable().describe('The part of the tenant that its cause works for.'),
  result: z.unknown(),
  error: Fault.nullable().describe('Why it is dead or cancelled.'),
  attempts: z
    .array(
      z.object({
        number: z.number().int(),
        startedAt: z.string(),
        workerId: z.string(),
        ended: z.string(),
        error: Fault.optional(),
      }),
    )
    .readonly()
    .describe('The last 20 attempts that ended, oldest first.'),
})

/** A job as the engine knows it, with the words of other queues beside its own. */
export function toJob(job: JobView) {
  const { id, name, state, claimedAt, finishedAt } = job
  return {
    ...job,
    ...{ jobId: id, type: name, status: statusOf(state) },
    ...progressOf(job),
    ...{ startedAt: claimedAt, completedAt: finishedAt },
    businessUnitId: job.context?.['businessUnitId'] ?? null,
    durationMs: claimedAt && finishedAt ? finishedAt.getTime() - claimedAt.getTime() : null,
  }
}

export function toProgress(job: JobView) {
  return { jobId: job.id, status: statusOf(job.state), ...progressOf(job), at: job.progress?.at ?? null }
}

/** How far a job is, told in whichever way. */
export function progressOf({ state, progress }: Pick<JobView, 'state' | 'progress'>) {
  const percent = state === 'done' ? 100 : (progress?.percent ?? 0)
  return { progress: percent, step: progress?.step ?? null, message: progress?.message ?? null }
}
