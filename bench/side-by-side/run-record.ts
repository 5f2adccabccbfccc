import type { About, Contender } from './contender.js'
import { machine } from './machine.js'
import { publicResults, type PublicResults } from './results-file.js'
import type { Outcome, Result } from './results.js'
import { judge } from './targets.js'

/** Everything that one has to know of a run to repeat it: what bench/results keeps. */
export interface RunRecord extends PublicResults {
  readonly at: string
  readonly run: 'quick' | 'full'
  readonly machine: readonly string[]
  readonly servers: readonly string[]
  readonly contenders: readonly (About & Pick<Contender, 'name' | 'leftOut'>)[]
  /** Contenders that could not take part, and why. */
  readonly absent: Readonly<Record<string, string>>
  readonly failures: Outcome['failures']
  /** What a reader has to know of a figure, such as that its time was up. */
  readonly notes: readonly Pick<Result, 'scenario' | 'contender' | 'notes'>[]
  readonly targets: readonly { readonly says: string; readonly value: number; readonly isReached: boolean }[]
  readonly tookSeconds: number
}

export interface RunAbout {
  readonly isFull: boolean
  readonly tookSeconds: number
  readonly servers: readonly string[]
  readonly contenders: readonly Contender[]
  readonly absent: ReadonlyMap<string, string>
}

export function recordRun(
  { isFull, tookSeconds, servers, contenders, absent }: RunAbout,
  outcome: Outcome,
  now = new Date(),
): RunRecord {
  return {
    at: now.toISOString(),
    run: isFull ? 'full' : 'quick',
    machine: machine(),
    servers,
    contenders: contenders.map(({ name, about, leftOut }) => ({ name, ...about, leftOut })),
    absent: Object.fromEntries(absent),
    failures: outcome.failures,
    ...publicResults(outcome),
    notes: outcome.results
      .filter(({ notes }) => notes.length > 0)
      .map(({ scenario, contender, notes }) => ({ scenario, contender, notes })),
    targets: judge(outcome.results).map(({ target, ...verdict }) => ({ says: target.says, ...verdict })),
    tookSeconds,
  }
}
