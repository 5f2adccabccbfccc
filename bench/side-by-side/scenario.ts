import type { Contender, Place, Store } from './contender.js'
import type { Better } from './figures.js'

/** Something that is measured of each contender in turn. */
export interface Scenario {
  readonly name: string
  /** The heading under which it is reported. */
  readonly group: string
  readonly says: string
  /** What a cell of it measures: mostly one figure, under the name of the scenario. */
  readonly figures: readonly FigureKind[]
  /** Not part of a quick run. */
  readonly isFullOnly?: boolean
  /** Whether it runs once more beforehand, uncounted: code that runs for hours is compiled by then, as it is in a user's process. */
  readonly warmsUp?: boolean
  /** Rounds at most, where a cell needs long to fill its tables. */
  readonly mostRounds?: number
  /** Rounds in any kind of run, where they follow on one another: the jobs of one are not taken out before the next. */
  readonly blocks?: number
  /** Who takes part; all others are left out for this reason. */
  readonly only?: { readonly contenders: readonly string[]; readonly because: string }
  run(cell: Cell): Promise<Measured>
  /** After its last cell. */
  end?(): Promise<void>
}

export interface FigureKind {
  readonly name: string
  readonly unit: string
  readonly better: Better
}

/** One run of one scenario for one contender. */
export interface Cell {
  readonly contender: Contender
  readonly place: Place
  readonly store: Store
  readonly effort: Effort
  /** Figures of the counted rounds before, by the name of the figure. */
  readonly past: readonly Measured['figures'][]
  readonly isWarmUp: boolean
  /** Starts another process that opens the same store. */
  spawn(): Promise<Helper>
}

/** How much a cell does. */
export interface Effort {
  readonly rounds: number
  /** What a cell of a rate aims at. */
  readonly secondsPerCell: number
  /** The most that a drain has; others have a share of it. */
  readonly jobsPerCell: number
  /** Samples of a latency. */
  readonly samples: number
}

export interface Measured {
  readonly figures: Readonly<Record<string, number>>
  /** What a reader has to know of this run, such as that its time was up. */
  readonly note?: string
}

/** A process beside this one. */
export interface Helper {
  readonly pid: number
  ask<Answer>(question: string, value?: unknown): Promise<Answer>
  /** Called with what it tells of its own accord. */
  onTell(listener: (what: string, value: unknown) => void): void
  kill(): Promise<void>
  end(): Promise<void>
}

/** A cell takes no longer, its preparation apart. */
export const CELL_LIMIT_MS = 20_000

/** After 1,000 jobs, as it was, a drain of Linehaul's had three quarters of the rate of its third round. */
const WARM_UP = { share: 1 / 4, least: 1_000 }

/** As many jobs for each contender: what a queue does in a second depends on how many there are. */
export function jobsFor({ effort, isWarmUp }: Cell, share = 1): number {
  const jobs = Math.round(effort.jobsPerCell * share)
  return isWarmUp ? Math.min(jobs, Math.max(WARM_UP.least, Math.round(jobs * WARM_UP.share))) : jobs
}

/** After which a slow one is cut off: its rate is that of what it did until then. */
export function timeFor({ effort }: Cell): number {
  return Math.min(CELL_LIMIT_MS, effort.secondsPerCell * 3_000)
}

export const rate = (name: string): FigureKind => ({ name, unit: 'jobs/s', better: 'more' })
