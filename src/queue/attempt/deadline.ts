import type { Cancel, Clock } from '../../time/index.js'

/** Something that is not to take longer than so long. */
export interface Timed {
  readonly hasEnded: boolean
  /** Called in the turn after it began, unless it has ended by then. */
  watch(): void
}

let begun: Timed[] = []

/**
 * Has what just began watched from the next turn of the event loop on. Most short attempts have ended by then, and never
 * cost an alarm.
 */
export function watchFromNextTurn(timed: Timed): void {
  if (begun.push(timed) === 1) setImmediate(watchAll)
}

function watchAll(): void {
  const all = begun
  begun = []
  for (const timed of all) if (!timed.hasEnded) timed.watch()
}

/** An alarm `ms` after `sinceMs`, by the clock that never runs backwards. */
export function alarmAt(clock: Clock, sinceMs: number, ms: number, ring: () => void): Cancel {
  return clock.after(Math.max(0, sinceMs + ms - clock.monotonicMs()), ring)
}
