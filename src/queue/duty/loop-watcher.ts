import type { Cancel, Clock } from '../../time/index.js'
import { LEASE_MS } from './lease.js'

const LOOK_EVERY_MS = 1_000

/** Finds out that the event loop stood still for longer than the lease, once it turns again. */
export class LoopWatcher {
  #cancel: Cancel | undefined

  constructor(
    private readonly clock: Clock,
    private readonly onBlocked: (blockedMs: number) => void,
  ) {}

  start(): void {
    const dueMs = this.clock.monotonicMs() + LOOK_EVERY_MS
    this.#cancel = this.clock.after(LOOK_EVERY_MS, () => {
      const lateMs = this.clock.monotonicMs() - dueMs
      this.start()
      if (lateMs > LEASE_MS) this.onBlocked(lateMs)
    })
  }

  stop(): void {
    this.#cancel?.()
  }
}
