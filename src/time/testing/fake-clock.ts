import type { Cancel, Clock } from '../clock.js'
import { toMs, type Duration } from '../duration.js'

interface Alarm {
  atMs: number
  action: () => void
}

/** A clock that stands still until a test moves it. Alarms ring one at a time, each at its own instant. */
export class FakeClock implements Clock {
  #nowMs: number
  readonly #startMs: number
  readonly #alarms = new Set<Alarm>()

  constructor(start: Date | string = '2026-01-05T08:00:00Z') {
    this.#nowMs = new Date(start).getTime()
    this.#startMs = this.#nowMs
  }

  now(): Date {
    return new Date(this.#nowMs)
  }

  statementTime(): Date {
    return this.now()
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs
  }

  after(ms: number, action: () => void): Cancel {
    const alarm = { atMs: this.#nowMs + ms, action }
    this.#alarms.add(alarm)
    return () => this.#alarms.delete(alarm)
  }

  /** Rings every alarm due within `duration`, those included that a ringing one sets. */
  advance(duration: Duration): void {
    const untilMs = this.#nowMs + toMs(duration)
    for (let alarm = this.#nextBy(untilMs); alarm; alarm = this.#nextBy(untilMs)) {
      this.#alarms.delete(alarm)
      this.#nowMs = Math.max(this.#nowMs, alarm.atMs)
      alarm.action()
    }
    this.#nowMs = untilMs
  }

  /** Time goes by while nothing can run: what rang meanwhile rings late, at the next `advance`. */
  block(duration: Duration): void {
    this.#nowMs += toMs(duration)
  }

  /** `duration` before now. */
  ago(duration: Duration): Date {
    return new Date(this.#nowMs - toMs(duration))
  }

  get pendingAlarms(): number {
    return this.#alarms.size
  }

  #nextBy(untilMs: number): Alarm | undefined {
    const due = [...this.#alarms].filter(({ atMs }) => atMs <= untilMs)
    return due.sort((a, b) => a.atMs - b.atMs)[0]
  }
}
