/** Undoes what it was returned for: cancels an alarm, unsubscribes a listener. */
export type Cancel = () => void

/** The one way to ask for the time or to wait. Handed to everything that does either. */
export interface Clock {
  now(): Date
  /**
   * The instant that SQL statements shall take for now; `null` leaves it to the database's own clock,
   * so that many processes with clocks that differ agree.
   */
  statementTime(): Date | null
  /** Milliseconds since some fixed moment, never running backwards: for measuring lengths. */
  monotonicMs(): number
  /** Calls `action` once, `ms` from now, unless cancelled before. */
  after(ms: number, action: () => void): Cancel
  /** The same for a loop that looks at the world again and again: a fake clock may have it look early. Default: {@link after}. */
  nap?(ms: number, wake: () => void): Cancel
}

/** Longest delay a Node timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's own clock. Its alarms keep the process alive until they ring or are cancelled. */
export const systemClock: Clock = {
  now: () => new Date(),
  statementTime: () => null,
  monotonicMs: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(ms, LONGEST_TIMER_MS))
    return () => clearTimeout(timer)
  },
}
