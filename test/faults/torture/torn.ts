import { childKeys, PARENT, WITH_ROW, type Acknowledged, type Evidence } from './evidence.js'
import { groupBy } from './group-by.js'

/**
 * What was there by half, or out of its order: a row without its job, a job without its row, something of what was rolled
 * back, a job before what it waits for or before it was due.
 * @param poison jobs that were given up, of which half is all there will be
 */
export function findTorn(
  evidence: Evidence,
  acknowledged: readonly Acknowledged[],
  poison: ReadonlySet<string>,
): readonly string[] {
  return [
    ...vanishedRows(evidence),
    ...tornTransactions(evidence, poison),
    ...tornFlows(evidence, acknowledged),
    ...tornFamilies(evidence, poison),
    ...earlyStarts(evidence, acknowledged),
  ]
}

function vanishedRows({ effects, worked }: Evidence): readonly string[] {
  const rows = new Set(effects.map(({ jobId }) => jobId))
  return worked
    .filter(({ saw, jobId }) => saw === 'committed' && !rows.has(jobId))
    .map(({ jobId }) => `job ${jobId} was committed, and its row is not there`)
}

function tornTransactions(
  { effects, ownRows, produced }: Evidence,
  poison: ReadonlySet<string>,
): readonly string[] {
  const done = new Set(effects.map(({ jobId }) => jobId))
  const rows = new Set(ownRows.map(({ jobId }) => jobId))
  const rolledBack = produced.flatMap((entry) => (entry.saw === 'rolled back' ? [entry.jobId] : []))
  return [
    ...[...rows]
      .filter((id) => !done.has(id) && !poison.has(id))
      .map((id) => `a row whose job ${id} was never done`),
    ...effects
      .filter(({ name, jobId }) => name === WITH_ROW && !rows.has(jobId))
      .map(({ jobId }) => `a job ${jobId} without its row`),
    ...rolledBack
      .filter((id) => rows.has(id) || done.has(id))
      .map((id) => `something of job ${id}, which was rolled back`),
  ]
}

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

/** Children are nobody's to acknowledge: their parent's row tells that they must be there. */
function tornFamilies({ effects, worked }: Evidence, poison: ReadonlySet<string>): readonly string[] {
  const rows = groupBy(effects, ({ key }) => key)
  const givenUp = new Set(
    worked.flatMap((entry) => (entry.saw === 'start' && poison.has(entry.jobId) ? [entry.key] : [])),
  )
  return effects
    .filter(({ name }) => name === PARENT)
    .flatMap((parent) =>
      childKeys(parent.jobId).flatMap((key) => {
        const children = rows.get(key) ?? []
        if (children.some(({ atMs }) => atMs > parent.atMs))
          return [`job ${parent.jobId} was done before its child`]
        if (children.length > 1) return [`job ${parent.jobId} has a child that was done twice`]
        return children.length === 1 || givenUp.has(key)
          ? []
          : [`job ${parent.jobId} was done without its child`]
      }),
    )
}

/** What another job's key stands for may have been due before. */
function earlyStarts({ worked }: Evidence, acknowledged: readonly Acknowledged[]): readonly string[] {
  const dueMs = new Map(
    acknowledged.flatMap((job) => (job.key === undefined ? [[job.jobId, job.dueMs] as const] : [])),
  )
  return worked
    .filter(({ saw, jobId, atMs }) => saw === 'start' && atMs < (dueMs.get(jobId) ?? -Infinity))
    .map(({ jobId }) => `job ${jobId} began before it was due`)
}
