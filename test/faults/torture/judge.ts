import type { Acknowledged, Evidence } from './evidence.js'

/** What became of the jobs of a stage. Each list but the first two numbers must be empty. */
export interface Verdict {
  readonly injected: number
  readonly acknowledged: number
  /** Acknowledged, and never done. */
  readonly lost: readonly string[]
  /** Their rows were committed more than once, although together with the end of the job. */
  readonly doubled: readonly string[]
  /** A row without its job, a job without its row, something of what was rolled back, a job before what it waits for. */
  readonly torn: readonly string[]
  /** Attempts beyond those that a job's handler asked for: what at least once means. */
  readonly reruns: number
  /** Of those, jobs that took three processes down with them and were given up, as promised. */
  readonly gaveUp: readonly string[]
  /** From a fault until all was done that had been acknowledged before it, at the longest; `null` without any. */
  readonly recoverMs: number | null
}

/** A job is given up once so many of its workers died under it. */
const MOST_LOSSES = 3

export function judge(evidence: Evidence): Verdict {
  const acknowledged = evidence.produced.flatMap((entry) => (entry.saw === 'acknowledged' ? [entry] : []))
  const doneMs = findDone(evidence)
  const starts = countBy(evidence.worked.filter(({ saw }) => saw === 'start').map(({ jobId }) => jobId))
  const poison = new Set(evidence.gaveUp.filter((id) => (starts.get(id) ?? 0) >= MOST_LOSSES))
  const undone = acknowledged.filter((job) => doneMs(job) === undefined)
  return {
    injected: evidence.injectedMs.length,
    acknowledged: new Set(acknowledged.map(({ jobId }) => jobId)).size,
    lost: idsOf(undone.filter(({ jobId }) => !poison.has(jobId))),
    gaveUp: idsOf(undone.filter(({ jobId }) => poison.has(jobId))),
    doubled: [...countBy(evidence.effects.map(({ jobId }) => jobId))].flatMap(([id, n]) =>
      n > 1 ? [id] : [],
    ),
    torn: findTorn(evidence, acknowledged),
    reruns: countReruns(evidence),
    recoverMs: longestRecovery(evidence.injectedMs, acknowledged, doneMs),
  }
}

type WhenDone = (job: Acknowledged) => number | undefined

function findDone({ effects, worked }: Evidence): WhenDone {
  const effectMs = new Map(effects.map(({ jobId, atMs }) => [jobId, atMs]))
  const endMs = new Map(worked.flatMap((entry) => (entry.saw === 'end' ? [[entry.jobId, entry.atMs]] : [])))
  const byKey = new Map<string, number[]>()
  for (const { key, atMs } of effects) if (key !== null) listOf(byKey, key).push(atMs)
  return ({ jobId, proof, key, askedMs }) => {
    if (proof === 'plain') return endMs.get(jobId)
    if (key === undefined) return effectMs.get(jobId)
    const later = (byKey.get(key) ?? []).filter((atMs) => atMs >= askedMs)
    return later.length > 0 ? Math.min(...later) : undefined
  }
}

function findTorn(evidence: Evidence, acknowledged: readonly Acknowledged[]): readonly string[] {
  return [...tornTransactions(evidence), ...tornFlows(evidence, acknowledged)]
}

function tornTransactions({ effects, ownRows, produced }: Evidence): readonly string[] {
  const done = new Set(effects.map(({ jobId }) => jobId))
  const rows = new Set(ownRows.map(({ jobId }) => jobId))
  const rolledBack = produced.flatMap((entry) => (entry.saw === 'rolled back' ? [entry.jobId] : []))
  return [
    ...[...rows].filter((id) => !done.has(id)).map((id) => `a row whose job ${id} was never done`),
    ...effects
      .filter(({ name, jobId }) => name === WITH_ROW && !rows.has(jobId))
      .map(({ jobId }) => `a job ${jobId} without its row`),
    ...rolledBack
      .filter((id) => rows.has(id) || done.has(id))
      .map((id) => `something of job ${id}, which was rolled back`),
  ]
}

/** The definition whose jobs are enqueued together with a row. */
export const WITH_ROW = 'torture.with-row'

function tornFlows({ effects }: Evidence, acknowledged: readonly Acknowledged[]): readonly string[] {
  const doneMs = new Map(effects.map(({ jobId, atMs }) => [jobId, atMs]))
  const isEarly = (id: string, parent: string) =>
    (doneMs.get(id) ?? Infinity) < (doneMs.get(parent) ?? Infinity)
  return acknowledged.flatMap(({ jobId, after = [] }) =>
    doneMs.has(jobId) && after.some((parent) => isEarly(jobId, parent))
      ? [`job ${jobId} was done before one that it waits for`]
      : [],
  )
}

/** Starts of the same attempt beyond the first: its worker died, or was taken for dead. */
function countReruns({ worked }: Evidence): number {
  const attempts = worked.flatMap((entry) =>
    entry.saw === 'start' ? [`${entry.jobId} ${entry.attempt} ${entry.turn}`] : [],
  )
  return attempts.length - new Set(attempts).size
}

function longestRecovery(
  injectedMs: readonly number[],
  acknowledged: readonly Acknowledged[],
  doneMs: WhenDone,
): number | null {
  if (injectedMs.length === 0) return null
  const lengths = injectedMs.flatMap((faultMs) =>
    acknowledged
      .filter(({ acknowledgedMs }) => acknowledgedMs <= faultMs)
      .map((job) => (doneMs(job) ?? 0) - Math.max(faultMs, job.dueMs)),
  )
  return Math.round(lengths.reduce((most, ms) => Math.max(most, ms), 0))
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

function countBy(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

const idsOf = (jobs: readonly Acknowledged[]) => [...new Set(jobs.map(({ jobId }) => jobId))]
