import { randomUUID } from 'node:crypto'

import { classify, type Ending, type Fault, type Verdict } from '../queue/classify.js'
import type { AnyJob, Attempt, Job } from '../queue/define-job.js'
import { InvalidPayloadError } from '../queue/errors.js'

/** What the attempt shall find; everything has a default. */
export type RunJobOptions = Partial<Omit<Attempt, 'number' | 'progress' | 'log' | 'finish'>> & {
  /** Which attempt it is: the last one of a job that fails makes it dead. Default 1. */
  number?: number
  /** Draws the wait before a retry. Default: the longest that the backoff allows. */
  random?: () => number
}

/** What an attempt did, and what would follow from it. */
export interface JobRun {
  /** `'retried'`, `'snoozed'`: it would run again, `delayMs` later. `'waiting-for'`: once its children have ended. */
  readonly state: 'done' | 'retried' | 'snoozed' | 'waiting-for' | 'cancelled' | 'dead'
  /** As it would come out of the database: what has no JSON is gone. */
  readonly result: unknown
  /** Why it is retried, cancelled or dead. */
  readonly error: Fault | undefined
  readonly delayMs: number | undefined
  /** In the order in which they were told. */
  readonly progress: readonly { percent: number; step?: string; message?: string }[]
  readonly logs: readonly { level: string; message: string; data?: unknown }[]
}

/**
 * Runs one handler once: no database, no loop, no waiting. Its payload is parsed as before every attempt, and what it
 * returns or throws is judged as the engine would judge it. A signal that is aborted counts as a timeout.
 */
export async function runJob<Payload, Needs>(
  job: Job<Payload, Needs>,
  payload: Payload,
  needs: Needs,
  { random = () => 1, ...given }: RunJobOptions = {},
): Promise<JobRun> {
  const heard: Heard = { progress: [], logs: [] }
  const attempt = anAttempt(job, given, heard)
  const ending = await settle(job, payload, needs, attempt)
  const stopped = attempt.signal.aborted ? 'timeout' : undefined
  const about = { attempt: attempt.number, maxAttempts: job.maxAttempts }
  const verdict = classify(ending, stopped, about, job.backoff, random)
  return { ...describe(heard.finished ?? verdict), progress: heard.progress, logs: heard.logs }
}

interface Heard {
  readonly progress: { percent: number; step?: string; message?: string }[]
  readonly logs: { level: string; message: string; data?: unknown }[]
  /** The handler finished its job itself, in a transaction: what it returns or throws afterwards changes nothing. */
  finished?: Verdict
}

function anAttempt(job: AnyJob, given: RunJobOptions, heard: Heard) {
  const now = new Date(0)
  return {
    ...{ jobId: randomUUID(), name: job.name, queue: job.queue, tenantId: 'default', number: 1 },
    ...{ maxAttempts: job.maxAttempts, runAt: now, createdAt: now, actor: null, correlationId: null },
    ...{ subject: null, context: {}, signal: new AbortController().signal },
    ...given,
    progress(percent: number, about: { step?: string; message?: string } = {}) {
      heard.progress.push({ percent, ...about })
    },
    log(level: string, message: string, data?: unknown) {
      heard.logs.push(data === undefined ? { level, message } : { level, message, data })
    },
    async finish(_tx: unknown, result?: unknown) {
      heard.finished = { kind: 'done', result: result === undefined ? null : JSON.stringify(result) }
    },
  }
}

async function settle<Payload, Needs>(
  job: Job<Payload, Needs>,
  payload: Payload,
  needs: Needs,
  attempt: Attempt,
): Promise<Ending> {
  let parsed: Payload
  try {
    parsed = job.payload.parse(payload)
  } catch (cause) {
    return { kind: 'unreadable', error: new InvalidPayloadError(job.name, cause) }
  }
  try {
    return { kind: 'returned', outcome: await job.run(parsed, needs, attempt) }
  } catch (error) {
    return { kind: 'threw', error }
  }
}

function describe(verdict: Verdict): Pick<JobRun, 'state' | 'result' | 'error' | 'delayMs'> {
  const nothing = { result: undefined, error: undefined, delayMs: undefined }
  switch (verdict.kind) {
    case 'done':
      return {
        ...nothing,
        state: 'done',
        result: verdict.result === null ? null : JSON.parse(verdict.result),
      }
    case 'cancelled':
    case 'dead':
      return { ...nothing, state: verdict.kind, error: verdict.error }
    case 'again':
      return { ...nothing, state: 'retried', error: verdict.error, delayMs: verdict.delayMs }
    case 'snoozed':
      return { ...nothing, state: 'snoozed', delayMs: verdict.delayMs }
    case 'released':
    case 'lost':
      throw new Error(`An attempt without a worker cannot be ${verdict.kind}.`)
  }
}
