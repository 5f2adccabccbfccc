import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { gatherLimits, type LimitFact } from './explain-limits.js'
import { LEASE_MS } from '../duty/lease.js'
import type { Registry } from '../registry.js'
import {
  countAhead,
  getWorkerFacts,
  listOpenAwaited,
  listPausesOf,
  type AheadFacts,
  type AwaitedFact,
  type PauseFact,
  type WorkerFacts,
} from '../store/explain.js'
import type { JobView } from './job-view.js'
import { getRate } from '../store/queue-rate.js'

/** Nobody needs to know the place in a longer line to the job, and to count it would cost. */
export const PLACE_LIMIT = 100_000

/** What is known about a job that might keep it from running. */
export interface Facts {
  readonly pauses: readonly PauseFact[]
  readonly workers: WorkerFacts
  /** Whether a worker of its queue knows its definition; where there is none, whether this process does. */
  readonly isKnown: boolean
  readonly ahead: AheadFacts | undefined
  readonly perSecond: number
  readonly limits: readonly LimitFact[]
  /** The first of the open jobs that it waits for; one more than are named. */
  readonly awaited: readonly AwaitedFact[]
}

/** Of the jobs that one waits for, so many are named. */
export const NAMED = 5

export async function gatherFacts(
  { database, registry, clock }: { database: Database; registry: Registry<never>; clock: Clock },
  job: JobView,
): Promise<Facts> {
  const now = clock.statementTime()
  const workers = await getWorkerFacts(database, job, LEASE_MS, now)
  return {
    pauses: await listPausesOf(database, job),
    workers,
    isKnown: workers.serving > 0 ? workers.isKnown : registry.find(job.name) !== undefined,
    ahead: job.state === 'waiting' ? await countAhead(database, job.id, PLACE_LIMIT + 1) : undefined,
    perSecond: job.state === 'waiting' ? await getRate(database, job.queue, now) : 0,
    limits: job.state === 'held' ? await gatherLimits({ database, registry }, job.id, workers.now) : [],
    awaited: job.state === 'blocked' ? await listOpenAwaited(database, job.id, NAMED + 1) : [],
  }
}
