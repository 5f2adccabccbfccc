import type { Database } from '../database/index.js'
import { toMs, type Clock } from '../time/index.js'
import { LEASE_MS } from './lease.js'
import type { Registry } from './registry.js'
import {
  countAhead,
  countRunning,
  getWorkerFacts,
  listOpenAwaited,
  listPausesOf,
  type AheadFacts,
  type AwaitedFact,
  type PauseFact,
  type WorkerFacts,
} from './store/explain.js'
import type { JobView } from './store/find.js'
import { getRate } from './store/queue-rate.js'

/** Nobody needs to know the place in a longer line to the job, and to count it would cost. */
export const PLACE_LIMIT = 100_000

/** One limit that a job counts against. */
export interface LimitFact {
  readonly key: string
  readonly running: number
  /** What its definition here says; `null` when that says nothing of it. */
  readonly concurrency: number | null
  readonly rate: { readonly max: number; readonly perMs: number } | null
}

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
    limits: job.state === 'held' ? await limitsOf(database, registry, job) : [],
    awaited: job.state === 'blocked' ? await listOpenAwaited(database, job.id, NAMED + 1) : [],
  }
}

async function limitsOf(
  database: Database,
  registry: Registry<never>,
  { id, name }: JobView,
): Promise<readonly LimitFact[]> {
  const declared = registry.find(name)?.limits ?? []
  return (await countRunning(database, id)).map(({ key, running }) => {
    const limit = declared.find((_, n) => key === `${name}/${n}` || key.startsWith(`${name}/${n}/`))
    const { concurrency = null, rate } = limit ?? {}
    return { key, running, concurrency, rate: rate ? { max: rate.max, perMs: toMs(rate.per) } : null }
  })
}
