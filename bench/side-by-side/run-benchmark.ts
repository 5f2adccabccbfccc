import type { Contender, Place, Store } from './contender.js'
import { medianOf, type Better } from './figures.js'
import type { Effort, FigureKind, Helper, Measured, Scenario } from './scenario.js'

/** A contender, and where its jobs lie. */
export interface Entrant {
  readonly contender: Contender
  readonly place: Place
}

export interface BenchmarkOptions {
  readonly scenarios: readonly Scenario[]
  readonly entrants: readonly Entrant[]
  readonly effort: Effort
  spawn(entrant: Entrant, role: string, options?: Readonly<Record<string, unknown>>): Promise<Helper>
  /** Hears of each cell that is over. */
  onCell?(cell: CellReport): void
}

export interface CellReport {
  readonly scenario: Scenario
  readonly contender: string
  readonly number: number
  readonly total: number
  /** What was measured, or what was wrong. */
  readonly outcome: Measured | Error
  readonly isCounted: boolean
}

export interface Result {
  /** Of its figure: a scenario with several has several results. */
  readonly scenario: string
  readonly contender: string
  readonly median: number
  readonly unit: string
  readonly runs: readonly number[]
  readonly better: Better
  readonly notes: readonly string[]
}

export interface Failure {
  readonly scenario: string
  readonly contender: string
  readonly message: string
}

export interface Outcome {
  readonly results: readonly Result[]
  readonly failures: readonly Failure[]
}

/** Runs each scenario for its contenders in turn, round after round, in an order that moves on with each round. */
export async function runBenchmark(options: BenchmarkOptions): Promise<Outcome> {
  const plan = options.scenarios.map((scenario) => ({
    scenario,
    entrants: entrantsOf(scenario, options.entrants),
  }))
  const rounds = ({ isPaced, mostRounds = Infinity }: Scenario) => ({
    first: isPaced ? -1 : 0,
    count: Math.min(options.effort.rounds, mostRounds),
  })
  const total = plan.reduce((sum, { scenario, entrants }) => {
    const { first, count } = rounds(scenario)
    return sum + entrants.length * (count - first)
  }, 0)
  const stores = new Stores()
  const results: Result[] = []
  const failures: Failure[] = []
  let number = 0
  try {
    for (const { scenario, entrants } of plan) {
      const seen = new Map<string, Measured[]>()
      const failed = new Set<string>()
      const { first, count } = rounds(scenario)
      for (let round = first; round < count; round++) {
        for (const entrant of rotated(entrants, Math.max(0, round))) {
          const { name } = entrant.contender
          number += 1
          if (failed.has(name)) continue
          const outcome = await runCell(options, scenario, entrant, stores, seen.get(name) ?? [])
          if (outcome instanceof Error) failed.add(name)
          if (outcome instanceof Error)
            failures.push({ scenario: scenario.name, contender: name, message: outcome.message })
          else seen.set(name, [...(seen.get(name) ?? []), outcome])
          options.onCell?.({ scenario, contender: name, number, total, outcome, isCounted: round >= 0 })
        }
      }
      for (const { contender } of entrants) {
        const counted = (seen.get(contender.name) ?? []).slice(-first)
        if (!failed.has(contender.name)) results.push(...resultsOf(scenario, contender.name, counted))
      }
    }
  } finally {
    await stores.close()
  }
  return { results, failures }
}

/** Those that take part in a scenario. */
export function entrantsOf({ name, only }: Scenario, entrants: readonly Entrant[]): readonly Entrant[] {
  return entrants.filter(
    ({ contender }) => !(name in contender.leftOut) && (!only || only.contenders.includes(contender.name)),
  )
}

async function runCell(
  { effort, spawn }: BenchmarkOptions,
  scenario: Scenario,
  entrant: Entrant,
  stores: Stores,
  past: readonly Measured[],
): Promise<Measured | Error> {
  try {
    const store = await stores.of(entrant)
    await store.reset()
    globalThis.gc?.()
    return await scenario.run({
      ...entrant,
      store,
      effort,
      past: past.map(({ figures }) => figures),
      spawn: (role, options) => spawn(entrant, role, options),
    })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** What each contender has open, for the whole run. */
class Stores {
  readonly #open = new Map<string, Store>()

  async of({ contender, place }: Entrant): Promise<Store> {
    const open = this.#open.get(contender.name)
    if (open) return open
    const store = await contender.open(place)
    this.#open.set(contender.name, store)
    return store
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map((store) => store.close()))
  }
}

function rotated<T>(all: readonly T[], by: number): readonly T[] {
  const at = all.length === 0 ? 0 : by % all.length
  return [...all.slice(at), ...all.slice(0, at)]
}

function resultsOf(scenario: Scenario, contender: string, counted: readonly Measured[]): readonly Result[] {
  const notes = [...new Set(counted.flatMap(({ note }) => note ?? []))]
  return scenario.figures.flatMap(({ name, unit, better }: FigureKind) => {
    const runs = counted.flatMap(({ figures }) => figures[name] ?? [])
    if (runs.length === 0) return []
    return [{ scenario: name, contender, median: medianOf(runs), unit, runs, better, notes }]
  })
}
