import type { QueueFigures } from '../store/queue-minute.js'

type Writable<Figures> = { -readonly [Name in keyof Figures]: Figures[Name] }

/** What was counted twice over is one: sums are added, of the longest the longer stays. */
export function addFigures(to: Writable<QueueFigures>, more: QueueFigures): void {
  to.done += more.done
  to.dead += more.dead
  to.cancelled += more.cancelled
  to.failed += more.failed
  to.enqueued += more.enqueued
  to.runMs += more.runMs
  to.maxRunMs = Math.max(to.maxRunMs, more.maxRunMs)
  to.waitMs += more.waitMs
}
