import { medianOf, type Better } from './figures.js'
import type { Measured, Scenario } from './scenario.js'

export interface Result {
  /** The name of the figure: a scenario with several has several results. */
  readonly scenario: string
  readonly contender: string
  readonly median: number
  readonly unit: string
  readonly runs: readonly number[]
  readonly better: Better
  readonly notes: readonly string[]
}

/** A cell whose figure does not count: jobs were lost or doubled, or it could not run. */
export interface Failure {
  readonly scenario: string
  readonly contender: string
  readonly message: string
}

export interface Outcome {
  readonly results: readonly Result[]
  readonly failures: readonly Failure[]
}

/** One result for each figure of a scenario. */
export function resultsOf(
  scenario: Scenario,
  contender: string,
  counted: readonly Measured[],
): readonly Result[] {
  const notes = [...new Set(counted.flatMap(({ note }) => note ?? []))]
  return scenario.figures.flatMap(({ name, unit, better }) => {
    const runs = counted.flatMap(({ figures }) => figures[name] ?? [])
    if (runs.length === 0) return []
    return [{ scenario: name, contender, median: medianOf(runs), unit, runs, better, notes }]
  })
}
