import type { Cancel, Clock } from '../clock.js'
import { toMs, type Duration } from '../duration.js'

interface Alarm {
  atMs: number
  action: () => void
  isNap: boolean
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
    return this.#set({ atMs: this.#nowMs + ms, action, isNap: false })
  }

  nap(ms: number, wake: () => void): Cancel {
    return this.#set({ atMs: this.#nowMs + ms, action: wake, isNap: true })
  }

  /** Rings every alarm due within `duration`, those included that a ringing one sets. */
  advance(duration: Duration): void {
    this.#moveTo(this.#nowMs + toMs(duration), { naps: true })
  }

  /** Moves to `instant` and rings the alarms due by then, but ends no nap: see {@link endNaps}. */
  skipTo(instant: Date): void {
    this.#moveTo(instant.getTime(), { naps: false })
  }

  /** Wakes everyone who naps, without moving. */
  endNaps(): void {
    for (const alarm of [...this.#alarms]) if (alarm.isNap) this.#ring(alarm)
  }

  /** When the next alarm rings; naps are none. */
  get nextAlarmAt(): Date | undefined {
    const alarm = this.#nextBy(Infinity, { naps: false })
    return alarm && new Date(alarm.atMs)
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

  #set(alarm: Alarm): Cancel {
    this.#alarms.add(alarm)
    return () => this.#alarms.delete(alarm)
  }

  #moveTo(untilMs: number, which: { naps: boolean }): void {
    for (let alarm = this.#nextBy(untilMs, which); alarm; alarm = this.#nextBy(untilMs, which)) {
      this.#nowMs = Math.max(this.#nowMs, alarm.atMs)
      this.#ring(alarm)
    }
    this.#nowMs = untilMs
  }

  #ring(alarm: Alarm): void {
    this.#alarms.delete(alarm)
    alarm.action()
  }

  #nextBy(untilMs: number, which: { naps: boolean }): Alarm | undefined {
    const due = [...this.#alarms].filter(({ atMs, isNap }) => atMs <= untilMs && (which.naps || !isNap))
    return due.sort((a, b) => a.atMs - b.atMs)[0]
  }
}
