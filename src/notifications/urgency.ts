import type { Priority } from './notice.js'

/** A job's priority: the lower runs first, and nobody can ask for less than -100. */
const URGENCY: Readonly<Record<Priority, number>> = { critical: -100, high: -50, medium: 0, low: 0 }

/** Where what a notice causes stands in line: what is critical or high waits behind no backlog of its tenant. */
export function urgencyOf(priority: Priority): number {
  return URGENCY[priority]
}
