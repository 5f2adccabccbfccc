import type { Store } from './contender.js'
import type { Entrant } from './run-benchmark.js'

/** What each contender has open, from its first cell to the end of the run. */
export class Stores {
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
