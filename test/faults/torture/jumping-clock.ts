import { systemClock, type Cancel, type Clock } from '../../../src/time/index.js'

/** The clock of a process, which may tell another time than the world around it. */
export class JumpingClock implements Clock {
  #aheadMs = 0

  /** Puts it forward, or back. */
  jump(byMs: number): void {
    this.#aheadMs += byMs
  }

  now(): Date {
    return new Date(Date.now() + this.#aheadMs)
  }

  statementTime(): null {
    return null
  }

  monotonicMs(): number {
    return systemClock.monotonicMs()
  }

  after(ms: number, action: () => void): Cancel {
    return systemClock.after(ms, action)
  }
}
