import type { Database } from '../../database/index.js'
import { toMs } from '../../time/index.js'
import { limitOf, rateRoomAt, type LimitValues, type Usage } from '../limit/limit.js'
import type { Registry } from '../registry.js'
import { listHeldLimits, listStarts, type HeldLimit } from '../store/explain-limits.js'
import { countUsage, type Window } from '../store/usage.js'

/** Held jobs are counted no further; behind more of them nothing tells when a job starts. */
const MOST_COUNTED = 10_000

/** One limit that a held job counts against. */
export interface LimitFact {
  readonly key: string
  readonly running: number
  /** Let in, and about to start. */
  readonly admitted: number
  /** Held jobs that have their turn before it. */
  readonly ahead: number
  /** What its definition here says; `null` when that says nothing of it. */
  readonly concurrency: number | null
  readonly rate: { readonly max: number; readonly perMs: number } | null
  /** When the rate lets it in, each job before it taking the first room there is; `null`: it has none, or nobody knows. */
  readonly roomAt: Date | null
  /** Whether the rate has no room at present. */
  readonly isRateFull: boolean
}

/** Where each limit of a held job stands. */
export async function gatherLimits(
  { database, registry }: { database: Database; registry: Registry<never> },
  jobId: string,
  now: Date,
): Promise<readonly LimitFact[]> {
  const held = await listHeldLimits(database, jobId, MOST_COUNTED)
  const windows = held.map(({ key }) => windowOf(key, limitOf(registry, key)))
  const usages = new Map((await countUsage(database, windows, now)).map((usage) => [usage.key, usage]))
  const starts = await listStarts(database, windows, now)
  return held.flatMap((line) => {
    const usage = usages.get(line.key)
    const own = starts.filter(({ key }) => key === line.key).map(({ at }) => at)
    return usage ? [factOf(line, limitOf(registry, line.key), usage, own, now)] : []
  })
}

function windowOf(key: string, { rate }: LimitValues): Window {
  return { key, perMs: rate ? toMs(rate.per) : null }
}

function factOf(
  { key, ahead, held }: HeldLimit,
  { concurrency, rate }: LimitValues,
  { running, waiting }: Usage,
  starts: readonly Date[],
  now: Date,
): LimitFact {
  const isCounted = held < MOST_COUNTED
  return {
    ...{ key, running, admitted: waiting, ahead, concurrency: concurrency ?? null },
    rate: rate ? { max: rate.max, perMs: toMs(rate.per) } : null,
    roomAt: rate && isCounted ? rateRoomAt(rate, { starts, waiting, ahead, now }) : null,
    isRateFull: rate !== undefined && starts.length + waiting >= rate.max,
  }
}
