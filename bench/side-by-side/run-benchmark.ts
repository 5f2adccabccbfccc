import type { Contender, Place } from './contender.js'
import { resultsOf, type Failure, type Outcome, type Result } from './results.js'
import type { Effort, Helper, Measured, Scenario } from './scenario.js'
import { Stores } from './stores.js'

/** A contender, and where its jobs lie. */
export interface Entrant {
  readonly contender: Contender
  readonly place: Place
}

export interface BenchmarkOptions {
  readonly scenarios: readonly Scenario[]
  readonly entrants: readonly Entrant[]
  readonly effort: Effort
  spawn(entrant: Entrant): Promise<Helper>
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

/** Runs each scenario for its contenders in turn, round after round, in an order that moves on with each round. */
export async function runBenchmark(options: BenchmarkOptions): Promise<Outcome> {
  const total = options.scenarios.reduce((sum, scenario) => sum + planOf(scenario, options).length, 0)
  const stores = new Stores()
  const results: Result[] = []
  const failures: Failure[] = []
  let number = 0
  try {
    for (const scenario of options.scenarios) {
      const run = new ScenarioRun(scenario, options, stores)
      for (const cell of planOf(scenario, options)) {
        number += 1
        const outcome = await run.cell(cell)
        if (outcome) options.onCell?.({ scenario, ...reportOf(cell), number, total, outcome })
      }
      await scenario.end?.()
      results.push(...run.results())
      failures.push(...run.failures)
    }
  } finally {
    await stores.close()
  }
  return { results, failures }
}

interface PlannedCell {
  readonly entrant: Entrant
  /** -1: to warm up, and not counted. */
  readonly round: number
}

const reportOf = ({ entrant, round }: PlannedCell) => ({
  contender: entrant.contender.name,
  isCounted: round >= 0,
})

function planOf(scenario: Scenario, { entrants, effort }: BenchmarkOptions): readonly PlannedCell[] {
  const { warmsUp, blocks, mostRounds = Infinity } = scenario
  const taking = entrantsOf(scenario, entrants)
  const counted = Array.from({ length: blocks ?? Math.min(effort.rounds, mostRounds) }, (_, round) => round)
  const rounds = warmsUp ? [-1, ...counted] : counted
  return rounds.flatMap((round) => rotated(taking, Math.max(0, round)).map((entrant) => ({ entrant, round })))
}

/** Those that take part in a scenario. */
export function entrantsOf({ name, only }: Scenario, entrants: readonly Entrant[]): readonly Entrant[] {
  return entrants.filter(
    ({ contender }) => !(name in contender.leftOut) && (!only || only.contenders.includes(contender.name)),
  )
}

function rotated<T>(all: readonly T[], by: number): readonly T[] {
  const at = all.length === 0 ? 0 : by % all.length
  return [...all.slice(at), ...all.slice(0, at)]
}

/** The cells of one scenario, and what came of them. */
class ScenarioRun {
  readonly failures: Failure[] = []
  readonly #counted = new Map<string, Measured[]>()

  constructor(
    private readonly scenario: Scenario,
    private readonly options: BenchmarkOptions,
    private readonly stores: Stores,
  ) {}

  /** `undefined`: its contender has failed before. */
  async cell({ entrant, round }: PlannedCell): Promise<Measured | Error | undefined> {
    const { name } = entrant.contender
    if (this.#hasFailed(name)) return undefined
    try {
      const measured = await this.#measure(entrant, round)
      if (round >= 0) add(this.#counted, name, measured)
      return measured
    } catch (error) {
      const { message } = error as Error
      this.failures.push({ scenario: this.scenario.name, contender: name, message })
      return error as Error
    }
  }

  /** Of those that did not fail. */
  results(): readonly Result[] {
    return [...this.#counted]
      .filter(([name]) => !this.#hasFailed(name))
      .flatMap(([name, measured]) => resultsOf(this.scenario, name, measured))
  }

  async #measure(entrant: Entrant, round: number): Promise<Measured> {
    const { scenario, options } = this
    const store = await this.stores.of(entrant)
    const { effort } = options
    const past = (this.#counted.get(entrant.contender.name) ?? []).map(({ figures }) => figures)
    const spawn = () => options.spawn(entrant)
    try {
      return await scenario.run({ ...entrant, store, effort, past, isWarmUp: round < 0, spawn })
    } finally {
      // What is left would keep the server busy while others are measured.
      if (!scenario.blocks || round === scenario.blocks - 1) await store.reset()
    }
  }

  #hasFailed(name: string): boolean {
    return this.failures.some(({ contender }) => contender === name)
  }
}

function add(lists: Map<string, Measured[]>, name: string, measured: Measured): void {
  lists.set(name, [...(lists.get(name) ?? []), measured])
}
