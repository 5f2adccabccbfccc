import type { Evidence, Injection, Worked } from './evidence.js'
import { groupBy } from './group-by.js'

type Start = Extract<Worked, { saw: 'start' }>

/** The starts of each attempt, the first one first. More than one: its worker died, or was taken for dead. */
function startsByAttempt(worked: readonly Worked[]): ReadonlyMap<string, readonly Start[]> {
  const starts = worked.flatMap((entry) => (entry.saw === 'start' ? [entry] : []))
  starts.sort((a, b) => a.atMs - b.atMs)
  return groupBy(starts, ({ jobId, attempt, turn }) => `${jobId} ${attempt} ${turn}`)
}

/** Starts of the same attempt beyond the first. */
export function countReruns(worked: readonly Worked[]): number {
  return [...startsByAttempt(worked).values()].reduce((sum, starts) => sum + starts.length - 1, 0)
}

export function rerunsOf(worked: readonly Worked[], jobId: string): number {
  return countReruns(worked.filter((entry) => entry.jobId === jobId))
}

/** For each injection that befell a process with attempts in hand: how long until the first of them began again. */
export function firstReruns({ injections, worked }: Evidence): readonly number[] {
  const attempts = startsByAttempt(worked)
  return injections.flatMap((injection) => {
    const waits = restartsAfter(injection, attempts).map(({ atMs }) => atMs - injection.atMs)
    return waits.length > 0 ? [waits.reduce((a, b) => Math.min(a, b))] : []
  })
}

/** Jobs that were begun again after what is promised to have no such consequence. */
export function listHarmed({ injections, worked }: Evidence): readonly string[] {
  const attempts = startsByAttempt(worked)
  return injections
    .filter(({ isHarmless = false }) => isHarmless)
    .flatMap((injection) => restartsAfter(injection, attempts).map(({ jobId }) => jobId))
}

/** The next starts of attempts that the process had begun last. */
function restartsAfter(
  { atMs, of }: Injection,
  attempts: ReadonlyMap<string, readonly Start[]>,
): readonly Start[] {
  if (of === undefined) return []
  return [...attempts.values()].flatMap((starts) => {
    const next = starts.findIndex((start) => start.atMs > atMs)
    const restart = starts[next]
    return restart && starts[next - 1]?.by === of ? [restart] : []
  })
}
