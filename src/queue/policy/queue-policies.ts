import type { LimitValues } from '../limit/limit.js'
import { DEFAULTS_ONLY, type Settings } from '../settings.js'
import type { QueueSettings } from '../work/queue-settings.js'
import { FROM_ONE, FROM_ONE_OR_NONE, type EngineSetting } from './engine-setting.js'

interface QueueValues {
  readonly weight: EngineSetting<number>
  readonly concurrency: EngineSetting<number | null>
}

/** Beyond these, sums of weights and their inverses are not exact, and in the end not finite: a queue would get nothing. */
const LEAST_WEIGHT = 0.001
const MOST_WEIGHT = 1_000_000

/** All that can be set of a queue without a deployment. */
export function settingsOfQueue(queue: string, { weight = 1, concurrency }: QueueSettings): QueueValues {
  const common = { scope: 'instance' } as const
  return {
    weight: {
      ...{ name: `queues.${queue}.weight`, default: weight, unit: null, ...common },
      takes: { kind: 'number', from: Math.min(LEAST_WEIGHT, weight), to: Math.max(MOST_WEIGHT, weight) },
      description: `Share of the queue ${queue} in a worker's claims while all queues have work, beside the weights of the others.`,
    },
    concurrency: {
      ...{ name: `queues.${queue}.concurrency`, default: concurrency ?? null, unit: 'jobs', ...common },
      takes: concurrency === undefined ? FROM_ONE_OR_NONE : FROM_ONE,
      description: `Most jobs of the queue ${queue} that run at once, on all workers together.`,
    },
  }
}

interface Treated {
  readonly weight: number
  readonly limit: LimitValues
}

/** How the queues of a worker are treated at present: as is set, else as they were declared. */
export class QueuePolicies {
  #treated: ReadonlyMap<string, Treated>

  constructor(
    private readonly declared: ReadonlyMap<string, QueueSettings>,
    private readonly source: Settings = DEFAULTS_ONLY,
  ) {
    this.#treated = this.#treat()
  }

  /** Something else is set than before. */
  refresh(): void {
    this.#treated = this.#treat()
  }

  get weights(): ReadonlyMap<string, number> {
    return new Map([...this.#treated].map(([queue, { weight }]) => [queue, weight]))
  }

  /** `undefined`: it has none. */
  limitOf(queue: string): LimitValues | undefined {
    const limit = this.#treated.get(queue)?.limit
    return limit?.concurrency === undefined && limit?.rate === undefined ? undefined : limit
  }

  get haveLimits(): boolean {
    return [...this.#treated.keys()].some((queue) => this.limitOf(queue) !== undefined)
  }

  /** Whether a queue is served and has no limit: a free slot is all that its next job needs. */
  takeAtOnce(queue: string): boolean {
    return this.#treated.has(queue) && this.limitOf(queue) === undefined
  }

  #treat(): ReadonlyMap<string, Treated> {
    const inForce = this.source.inForce(null)
    return new Map(
      [...this.declared].map(([queue, settings]) => {
        const { weight, concurrency } = settingsOfQueue(queue, settings)
        const limit = { concurrency: inForce.get(concurrency) ?? undefined, rate: settings.rate }
        return [queue, { weight: inForce.get(weight), limit }]
      }),
    )
  }
}
