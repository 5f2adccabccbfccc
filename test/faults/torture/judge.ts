import type { Acknowledged, Evidence, Refusal } from './evidence.js'
import { groupBy } from './group-by.js'
import { countReruns, firstReruns, listHarmed, rerunsOf } from './reruns.js'
import { findTorn } from './torn.js'

/** What became of the jobs of a stage. */
export interface Verdict {
  readonly injected: number
  readonly acknowledged: number
  /** Acknowledged, and never done. */
  readonly lost: readonly string[]
  /** Their rows were committed more than once, although together with the end of the job. */
  readonly doubled: readonly string[]
  /** What was there by half, or out of its order, in sentences. */
  readonly torn: readonly string[]
  /** Calls that had an error for an answer. */
  readonly refused: readonly Refusal[]
  /** Attempts beyond those that a job's handler asked for: what at least once means. */
  readonly reruns: number
  /** Run again although their worker stood still for no longer than it may. */
  readonly harmed: readonly string[]
  /** Jobs that took three processes down with them and were given up, as promised, and those that waited for them. */
  readonly gaveUp: readonly string[]
  /** From the death of a process until the first attempt it interrupted began again, at the longest; `null`: there was none. */
  readonly rerunMs: number | null
  /** From a fault until all was done that had been acknowledged before it, at the longest; `null` without any. */
  readonly recoverMs: number | null
}

/** A job is given up once so many of its workers died under it. */
const MOST_LOSSES = 3

export function judge(evidence: Evidence): Verdict {
  const acknowledged = evidence.produced.flatMap((entry) => (entry.saw === 'acknowledged' ? [entry] : []))
  const doneMs = findDone(evidence)
  const poison = findPoison(evidence)
  const undone = acknowledged.filter((job) => doneMs(job) === undefined)
  const isGivenUp = ({ jobId, after = [] }: Acknowledged) => [jobId, ...after].some((id) => poison.has(id))
  return {
    injected: evidence.injections.length,
    acknowledged: new Set(acknowledged.map(({ jobId }) => jobId)).size,
    lost: distinct([
      ...idsOf(undone.filter((job) => !isGivenUp(job))),
      ...evidence.gaveUp.filter((id) => !poison.has(id)),
    ]),
    gaveUp: distinct([...poison, ...idsOf(undone.filter(isGivenUp))]),
    doubled: findDoubled(evidence),
    torn: findTorn(evidence, acknowledged, poison),
    refused: evidence.produced.flatMap((entry) => (entry.saw === 'refused' ? [entry] : [])),
    reruns: countReruns(evidence.worked),
    harmed: listHarmed(evidence),
    rerunMs: longest(firstReruns(evidence)),
    recoverMs: longestRecovery(evidence, acknowledged, doneMs),
  }
}

/** Codes that mean: no database this moment, or others in the way. The same call may be made again. */
const ASK_AGAIN =
  /^(DATABASE_UNAVAILABLE|CONNECTION_LOST|08\w{3}|53\w{3}|57P0[1-3]|57014|25006|40001|40P01|55P03|E[A-Z]+)$/

/** Whether an answer is one that a fault excuses. */
export function mayAskAgain({ code }: Refusal): boolean {
  return ASK_AGAIN.test(code)
}

/** Those whose every start but the last was one that their worker did not bring to an end, and there were enough. */
function findPoison({ gaveUp, worked }: Evidence): ReadonlySet<string> {
  return new Set(gaveUp.filter((id) => rerunsOf(worked, id) + 1 >= MOST_LOSSES))
}

type WhenDone = (job: Acknowledged) => number | undefined

function findDone({ effects, worked }: Evidence): WhenDone {
  const instantsOf = (wanted: 'committed' | 'end') =>
    new Map(worked.flatMap(({ saw, jobId, atMs }) => (saw === wanted ? [[jobId, atMs] as const] : [])))
  const [committedMs, endMs] = [instantsOf('committed'), instantsOf('end')]
  const effectMs = new Map(effects.map(({ jobId, atMs }) => [jobId, committedMs.get(jobId) ?? atMs]))
  const byKey = groupBy(
    effects.filter(({ key }) => key !== null),
    ({ key }) => key,
  )
  return ({ jobId, proof, key, askedMs }) => {
    if (proof === 'plain') return endMs.get(jobId)
    if (key === undefined) return effectMs.get(jobId)
    const later = (byKey.get(key) ?? []).filter(({ atMs }) => atMs >= askedMs)
    return shortest(later.flatMap((effect) => effectMs.get(effect.jobId) ?? [])) ?? undefined
  }
}

/** By the rows that are there, or by the transactions that were answered. */
function findDoubled({ effects, worked }: Evidence): readonly string[] {
  const committed = worked.filter(({ saw }) => saw === 'committed')
  return distinct([effects, committed].flatMap((seen) => repeated(seen.map(({ jobId }) => jobId))))
}

function longestRecovery(
  { injections }: Evidence,
  acknowledged: readonly Acknowledged[],
  doneMs: WhenDone,
): number | null {
  if (injections.length === 0) return null
  const lengths = injections.flatMap(({ atMs }) =>
    acknowledged
      .filter(({ acknowledgedMs }) => acknowledgedMs <= atMs)
      .map((job) => (doneMs(job) ?? 0) - Math.max(atMs, job.dueMs)),
  )
  return Math.round(longest(lengths.filter((ms) => ms > 0)) ?? 0)
}

/** A spread of some ten thousand would be more arguments than a call may have. */
function longest(lengths: readonly number[]): number | null {
  return lengths.reduce<number | null>((most, ms) => Math.max(most ?? ms, ms), null)
}

function shortest(lengths: readonly number[]): number | null {
  return lengths.reduce<number | null>((least, ms) => Math.min(least ?? ms, ms), null)
}

function repeated(ids: readonly string[]): readonly string[] {
  const groups = groupBy(ids, (id) => id)
  return [...groups.values()].flatMap(([id, ...others]) =>
    id !== undefined && others.length > 0 ? [id] : [],
  )
}

const distinct = (ids: readonly string[]) => [...new Set(ids)]

const idsOf = (jobs: readonly Acknowledged[]) => jobs.map(({ jobId }) => jobId)
