import { newId, type Transaction } from '../../database/index.js'
import type { AnyJob } from '../define-job.js'
import type { ClaimedJob } from '../store/claim.js'
import type { Fault } from './classify.js'

/** How a job ended for good. Of an attempt that is tried again nobody hears, nor of a cancel: whoever cancelled it knows. */
export interface JobOutcome {
  readonly jobId: string
  readonly tenantId: string
  /** The definition, with its `notify`. */
  readonly definition: AnyJob
  readonly state: 'done' | 'dead'
  /** JSON text of what its handler returned; only of one that is done, and if it returned anything. */
  readonly result: string | null
  /** Of one that is dead. */
  readonly error: Fault | null
  /** Who or what caused the job, as `kind:id`. */
  readonly actor: string | null
  readonly correlationId: string | null
  readonly subject: string | null
  /** Attempts begun. */
  readonly attempt: number
  /** A UUID of this very end: a job that is replayed ends once more. */
  readonly endId: string
}

/** What follows from how a job ended, written in the transaction that ends it: both commit or neither. */
export type HearOutcome = (tx: Transaction, outcome: JobOutcome) => Promise<void>

/** What of a job those who hear of its end are told. */
export type ToldJob = Pick<ClaimedJob, 'id' | 'tenantId' | 'attempt' | 'actor' | 'correlationId' | 'subject'>

/** @returns `undefined` when nobody is to hear of it: its definition says so, is not known here, or the job was cancelled. */
export function outcomeOf(
  job: ToldJob & { readonly fence?: string },
  definition: AnyJob | undefined,
  {
    state,
    result = null,
    error = null,
  }: Pick<JobOutcome, 'state'> & { result?: string | null; error?: Fault | null },
): JobOutcome | undefined {
  if (!definition?.notify) return undefined
  const { id: jobId, tenantId, attempt, actor, correlationId, subject, fence } = job
  const about = { jobId, tenantId, attempt, actor, correlationId, subject }
  return { ...about, definition, state, result, error, endId: fence ?? newId() }
}
