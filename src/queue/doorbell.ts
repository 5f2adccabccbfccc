import type { Clock } from '../time/index.js'

/**
 * Lets one loop sleep until its time is up or somebody rings.
 * A ring that finds nobody asleep cuts the next sleep short, so none is ever lost.
 */
export class Doorbell {
  #rung = false
  #wake: (() => void) | undefined

  constructor(private readonly clock: Clock) {}

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  async sleep(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const cancel = this.clock.nap?.(ms, resolve) ?? this.clock.after(ms, resolve)
        this.#wake = () => {
          cancel()
          resolve()
        }
      })
    }
    this.#rung = false
    this.#wake = undefined
  }
}
