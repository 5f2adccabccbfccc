import { randomUUID } from 'node:crypto'

import { classify, type Ending, type Fault, type Verdict } from '../queue/attempt/classify.js'
import { AttemptReport } from '../queue/attempt/attempt-report.js'
import type { Attempt, AwaitedJob, AnyJob, Job, JobRequest } from '../queue/index.js'
import { InvalidPayloadError } from '../queue/errors.js'
import { wishOf } from '../queue/attempt/outcome.js'
import { resultText } from '../queue/attempt/result-text.js'
import { FakeClock } from '../time/testing/fake-clock.js'

/** What the attempt shall find; everything has a default. */
export type RunJobOptions = Partial<
  Omit<Attempt, 'number' | 'progress' | 'log' | 'finish' | 'awaited' | 'rules'>
> & {
  /** Which attempt it is: the last one of a job that fails makes it dead. Default 1. */
  number?: number
  /** What became of the jobs that it waited for. Default: it has waited for none. */
  awaited?: readonly AwaitedJob[]
  /** What is set, by the names of rules. Default: nothing, each is at its default. */
  rules?: Readonly<Record<string, unknown>>
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
  /** What it waits for: requests, and ids of jobs. */
  readonly children: readonly (JobRequest | string)[]
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
  const told = { progress: heard.progress, logs: heard.logs }
  const wish = ending.kind === 'returned' ? wishOf(ending.outcome) : undefined
  if (wish?.kind === 'wait' && !heard.finished)
    return { ...NOTHING, ...told, state: 'waiting-for', children: wish.children }
  const stopped = attempt.signal.aborted ? 'timeout' : undefined
  const about = { attempt: attempt.number, maxAttempts: attempt.maxAttempts }
  const verdict = classify(ending, stopped, about, job.backoff, random)
  return { ...describe(heard.finished ?? verdict), ...told }
}

interface Heard {
  readonly progress: { percent: number; step?: string; message?: string }[]
  readonly logs: { level: string; message: string; data?: unknown }[]
  /** The handler finished its job itself, in a transaction: what it returns or throws afterwards changes nothing. */
  finished?: Verdict
}

function anAttempt(
  job: AnyJob,
  { awaited = [], rules = {}, ...given }: RunJobOptions,
  heard: Heard,
): Attempt {
  const now = new Date(0)
  const about = {
    ...{ jobId: randomUUID(), name: job.name, queue: job.queue, tenantId: 'default', number: 1 },
    ...{ maxAttempts: job.maxAttempts, runAt: now, createdAt: now, actor: null, correlationId: null },
    ...{ subject: null, context: {}, signal: new AbortController().signal },
    ...given,
  }
  const ignore = () => undefined
  const reporting = { ...about, id: about.jobId, fence: '', attempt: about.number, keepMs: 0 }
  const report = new AttemptReport(reporting, new FakeClock(now), ignore, ignore) // refuses what the engine's would
  return {
    ...about,
    rules: {
      get: ({ name, default: otherwise }) => (Object.hasOwn(rules, name) ? rules[name] : otherwise) as never,
    },
    awaited: async () => awaited,
    progress(percent, about = {}) {
      report.setProgress(percent, about)
      heard.progress.push({ percent, ...about })
    },
    log(level, message, data) {
      report.log(level, message, data)
      heard.logs.push(data === undefined ? { level, message } : { level, message, data })
    },
    async finish(_tx, result) {
      heard.finished = { kind: 'done', result: resultText(result) }
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

const NOTHING = { result: undefined, error: undefined, delayMs: undefined, children: [] } as const

function describe(verdict: Verdict): Omit<JobRun, 'progress' | 'logs'> {
  switch (verdict.kind) {
    case 'done':
      return {
        ...NOTHING,
        state: 'done',
        result: verdict.result === null ? null : JSON.parse(verdict.result),
      }
    case 'cancelled':
    case 'dead':
      return { ...NOTHING, state: verdict.kind, error: verdict.error }
    case 'again':
      return { ...NOTHING, state: 'retried', error: verdict.error, delayMs: verdict.delayMs }
    case 'snoozed':
      return { ...NOTHING, state: 'snoozed', delayMs: verdict.delayMs }
    case 'blocked':
    case 'released':
    case 'lost':
      throw new Error(`An attempt without a worker cannot be ${verdict.kind}.`)
  }
}
