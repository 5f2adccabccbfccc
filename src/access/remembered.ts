import type { Clock } from '../time/index.js'

export interface RememberedOptions {
  /** How long an answer is good for. */
  readonly forMs: number
  /** Answers that are kept at once; the oldest goes first. */
  readonly most: number
  /** The same of "there is none". Fewer: anybody can ask for what there is not, and must not fill the memory with it. */
  readonly mostMissing: number
  readonly clock: Pick<Clock, 'monotonicMs'>
}

interface Answer<Value> {
  readonly value: Value | undefined
  readonly untilMs: number
}

/** Remembers answers for a while, asks once for all who ask at the same time, and forgets when told to. */
export class Remembered<Value> {
  readonly #found = new Map<string, Answer<Value>>()
  readonly #missing = new Map<string, Answer<Value>>()
  #asking = new Map<string, Promise<Value | undefined>>()

  constructor(private readonly options: RememberedOptions) {}

  /** What is remembered of `key`; otherwise what `ask` answers. An error is told to all who wait, and not remembered. */
  async get(key: string, ask: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const answer = this.#found.get(key) ?? this.#missing.get(key)
    if (answer && answer.untilMs > this.options.clock.monotonicMs()) return answer.value
    const asking = this.#asking.get(key) ?? this.#ask(key, ask)
    return asking
  }

  /** Whether there is something, as far as is remembered. */
  has(key: string): boolean {
    return (this.#found.get(key)?.untilMs ?? 0) > this.options.clock.monotonicMs()
  }

  /** What was being asked for at this moment is not remembered either: it may be out of date. */
  forget(): void {
    this.#found.clear()
    this.#missing.clear()
    this.#asking = new Map()
  }

  get size(): number {
    return this.#found.size + this.#missing.size
  }

  #ask(key: string, ask: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const asking = this.#asking
    const answered = ask()
      .then((value) => {
        if (asking === this.#asking) this.#keep(key, value)
        return value
      })
      .finally(() => asking.delete(key))
    asking.set(key, answered)
    return answered
  }

  #keep(key: string, value: Value | undefined): void {
    const { forMs, most, mostMissing, clock } = this.options
    const [kept, bound] = value === undefined ? [this.#missing, mostMissing] : [this.#found, most]
    this.#found.delete(key)
    this.#missing.delete(key)
    kept.set(key, { value, untilMs: clock.monotonicMs() + forMs })
    const [oldest] = kept.keys()
    if (kept.size > bound && oldest !== undefined) kept.delete(oldest)
  }
}
