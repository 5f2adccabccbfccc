import type { AlertView } from './alert/alerts.js'
import type { Reporting } from './attempt/attempt-report.js'
import type { Ending, Verdict } from './attempt/classify.js'
import type { Prepared } from './enqueue/prepare.js'
import type { Recorded } from './attempt/record.js'
import type { ClaimedJob } from './store/claim.js'
import type { AttemptEntry } from './store/find.js'
import type { Progress } from './store/progress.js'
import type { Enqueued } from './enqueue/write-jobs.js'

/** What an engine tells whoever listens, as it happens in this process. Nothing of it is kept. */
export interface EngineSignals {
  /** Jobs were enqueued by this process and are committed: one signal for all that were written together. */
  'job.enqueued': EnqueuedEvent
  /** A job was claimed and its handler is about to run. Not of one that is given back before it begins. */
  'attempt.started': StartedEvent
  /** How far an attempt is was written down: at most once a second for each. */
  'attempt.progress': ProgressEvent
  /** The event loop stood still for longer than the lease, while jobs of these definitions ran. */
  'worker.blocked': { readonly blockedMs: number; readonly running: readonly string[] }
  /** Something is wrong with a queue: told once, by one of all processes, once it is written down. */
  'alert.raised': AlertView
  /** It is not any more. */
  'alert.cleared': AlertView
  /** An attempt's end was written down. */
  'attempt.ended': EndedEvent
}

export interface EnqueuedEvent {
  readonly jobs: readonly {
    readonly jobId: string
    readonly tenantId: string
    readonly name: string
    readonly queue: string
    /** False when the unique key or the id was taken, and this is the job that stood there. */
    readonly isNew: boolean
  }[]
}

interface AttemptEvent {
  readonly jobId: string
  readonly tenantId: string
  readonly name: string
  readonly queue: string
  /** 1 on the first run. */
  readonly attempt: number
}

export interface StartedEvent extends AttemptEvent {
  /** From when it was due to when it was claimed. */
  readonly waitMs: number
}

export interface ProgressEvent extends AttemptEvent {
  readonly progress: Progress
}

export interface EndedEvent extends StartedEvent {
  /** Where the job stands now; `'lost'` when it was another's by then. */
  readonly state: Recorded
  /** How the attempt ended. `'failed'`: it is tried again. */
  readonly ended: AttemptEntry['ended']
  /** How long its handler ran. */
  readonly runMs: number
  /** Of what it failed with, as the job keeps it; `null` when nothing went wrong. */
  readonly errorCode: string | null
  readonly errorMessage: string | null
  /** What its handler threw, if it did, with its stack: nothing of that is kept. */
  readonly thrown?: unknown
  /** The business object that the job is about. */
  readonly subject: string | null
}

export function enqueuedEvent(prepared: readonly Prepared[], answers: readonly Enqueued[]): EnqueuedEvent {
  return {
    jobs: prepared.map(({ row: { id, tenantId, name, queue } }, i) => ({
      jobId: answers[i]?.id ?? id,
      tenantId,
      name,
      queue,
      isNew: answers[i]?.isNew ?? false,
    })),
  }
}

export function startedEvent(job: ClaimedJob): StartedEvent {
  const dueMs = Math.max(job.runAtMs, job.createdAtMs)
  return { ...attemptEvent(job), waitMs: Math.max(0, job.claimedAtMs - dueMs) }
}

export function progressEvent(job: Reporting, progress: Progress): ProgressEvent {
  return { ...attemptEvent(job), progress }
}

export function endedEvent(
  job: ClaimedJob,
  state: Recorded,
  { verdict, ending, runMs }: { verdict: Verdict; ending: Ending; runMs: number },
): EndedEvent {
  const error = 'error' in verdict && state !== 'done' ? verdict.error : null
  return {
    ...startedEvent(job),
    state,
    ended: endedAs(state, verdict),
    runMs,
    subject: job.subject,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    ...(error && ending.kind === 'threw' && { thrown: ending.error }),
  }
}

/** The end that was written down may be another than the attempt's own: a cancel wins, and another worker may have it. */
export function endedAs(state: Recorded, verdict: Verdict): AttemptEntry['ended'] {
  if (state === 'done' || state === 'cancelled' || state === 'dead' || state === 'lost') return state
  return verdict.kind === 'again' ? 'failed' : verdict.kind
}

function attemptEvent(job: Pick<ClaimedJob, 'id' | 'tenantId' | 'name' | 'queue' | 'attempt'>): AttemptEvent {
  return { jobId: job.id, tenantId: job.tenantId, name: job.name, queue: job.queue, attempt: job.attempt }
}
