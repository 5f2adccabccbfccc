import type { JobView } from '../queue/index.js'
import { facts, table, type Cell } from './table.js'

/** As the API tells it: instants are text. */
export type ToldJob = {
  readonly [Name in keyof JobView]: JobView[Name] extends Date
    ? string
    : JobView[Name] extends Date | null
      ? string | null
      : JobView[Name]
}

export const JOB_COLUMNS: Readonly<Record<string, (job: ToldJob) => Cell>> = {
  ID: ({ id }) => id,
  NAME: ({ name }) => name,
  QUEUE: ({ queue }) => queue,
  STATE: ({ state }) => state,
  ATTEMPT: ({ attempt, maxAttempts }) => `${attempt}/${maxAttempts}`,
  'RUN AT': ({ runAt }) => runAt,
  ERROR: ({ error }) => error?.message,
}

/** All of one job. */
export function describeJob(job: ToldJob): string {
  const { id, name, queue, subject, state, attempt, maxAttempts, losses, actor, error } = job
  const head = facts({
    id,
    name,
    queue,
    subject,
    state,
    attempt: `${attempt} of ${maxAttempts}`,
    'lost workers': losses || null,
    'caused by': actor,
    created: job.createdAt,
    'run at': job.runAt,
    started: job.claimedAt,
    finished: job.finishedAt,
    error: error && `${error.code}: ${error.message}`,
    payload: JSON.stringify(job.payload),
    result: job.result === null ? null : JSON.stringify(job.result),
  })
  return job.attempts.length === 0 ? head : `${head}\n\n${describeAttempts(job.attempts)}`
}

function describeAttempts(attempts: ToldJob['attempts']): string {
  const rows = attempts.map(({ number, startedAt, ended, workerId, error }) => [
    number,
    startedAt,
    ended,
    workerId,
    error?.message,
  ])
  return table(['ATTEMPT', 'STARTED', 'ENDED', 'WORKER', 'ERROR'], rows)
}
