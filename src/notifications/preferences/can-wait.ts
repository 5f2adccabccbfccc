import type { Priority } from '../notice.js'

/** Critical and high ones heed neither quiet hours nor digests. */
export function canWait(priority: Priority): boolean {
  return priority === 'medium' || priority === 'low'
}
