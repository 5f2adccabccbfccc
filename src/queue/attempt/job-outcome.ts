import type { Transaction } from '../../database/index.js'
import type { AnyJob } from '../define-job.js'
import type { Fault } from './classify.js'

/** How a job ended for good. Of an attempt that fails and is tried again nobody hears. */
export interface JobOutcome {
  readonly jobId: string
  readonly tenantId: string
  /** The definition, with its `notify`. */
  readonly definition: AnyJob
  readonly state: 'done' | 'dead' | 'cancelled'
  /** JSON text of what its handler returned; only of one that is done, and if it returned anything. */
  readonly result: string | null
  /** Of one that is dead or cancelled. */
  readonly error: Fault | null
  /** Who or what caused the job, as `kind:id`. */
  readonly actor: string | null
  readonly correlationId: string | null
  readonly subject: string | null
  readonly attempt: number
}

/** What follows from how a job ended, written in the transaction that ends it: both commit or neither. */
export type HearOutcome = (tx: Transaction, outcome: JobOutcome) => Promise<void>
