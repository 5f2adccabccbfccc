import type { Priority } from './notice.js'

/** The time of a critical one never runs out: somebody has to acknowledge it. */
export function isOver(
  { expiresAt, priority }: { expiresAt: Date | null; priority: Priority },
  now: Date,
): boolean {
  return priority !== 'critical' && expiresAt !== null && expiresAt <= now
}
