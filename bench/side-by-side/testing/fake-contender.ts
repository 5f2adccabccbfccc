import type { Contender, Handle, Session } from '../contender.js'
import { numbers } from '../measure.js'
import type { Entrant } from '../run-benchmark.js'

/** What is wrong with a queue that keeps its jobs in an array. */
export interface Plant {
  /** A job that never runs. */
  readonly loses?: number
  /** A job that runs twice. */
  readonly doubles?: number
  /** A job that runs, and is not among the finished ones. */
  readonly forgets?: number
  /** Turns of the event loop that each job takes. Default 1. */
  readonly turns?: number
  /** How many of those behind a key have run, of which none but the first is to. Default 1. */
  readonly unblocks?: number
}

/** A contender whose jobs lie in this process, and which may have a fault planted in it. */
export function fakeEntrant(name: string, plant: Plant = {}): Entrant {
  const contender: Contender = {
    name,
    kind: 'embedded',
    about: { version: '1', settings: 'none', durability: 'none' },
    keepsFinished: true,
    leftOut: {},
    open: async () => {
      const session = new FakeSession(plant)
      return {
        reset: async () => session.clear(),
        session: async () => session,
        fill: async (state, count) => {
          if (state === 'waiting') await session.enqueueMany(numbers(0, count))
        },
        close: async () => undefined,
      }
    },
  }
  return { contender, place: { url: name, size: async () => 0, logged: async () => undefined } }
}

class FakeSession implements Session {
  readonly #waiting: number[] = []
  #finished = 0

  constructor(private readonly plant: Plant) {}

  clear(): void {
    this.#waiting.length = 0
    this.#finished = 0
  }

  async enqueue(n: number): Promise<void> {
    this.#waiting.push(n)
  }

  async enqueueMany(numbers: readonly number[]): Promise<void> {
    for (const n of numbers) this.#waiting.push(n)
  }

  async work(_concurrency: number, handle: Handle): Promise<() => Promise<void>> {
    let isOver = false
    const loop = async () => {
      while (!isOver) await this.#runNext(handle)
    }
    const looping = loop()
    return async () => {
      isOver = true
      await looping
    }
  }

  async #runNext(handle: Handle): Promise<void> {
    const { loses, doubles, forgets, turns = 1 } = this.plant
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    const n = this.#waiting.shift()
    if (n === undefined || n === loses) return
    await handle(n)
    if (n === doubles) await handle(n)
    if (n !== forgets) this.#finished += 1
  }

  async block(): Promise<void> {}

  async unblocked(): Promise<number> {
    return this.plant.unblocks ?? 1
  }

  async unfinished(): Promise<number> {
    return this.#waiting.length
  }

  async finished(): Promise<number> {
    return this.#finished
  }

  async close(): Promise<void> {}
}
