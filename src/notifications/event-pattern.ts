import { z } from 'zod'

/** A type of events, or many by `*` for any characters: `job.analysis.*`. */
export const EventPattern = z
  .string()
  .regex(/^[a-z0-9_.*-]{1,100}$/, 'must be an event type, or a pattern such as job.* or *')

export function matchesPattern(pattern: string, eventType: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return eventType === pattern
  const last = rest.pop() ?? ''
  if (eventType.length < first.length + last.length) return false
  if (!eventType.startsWith(first) || !eventType.endsWith(last)) return false
  let left = eventType.slice(first.length, eventType.length - last.length)
  for (const part of rest) {
    const at = left.indexOf(part)
    if (at === -1) return false
    left = left.slice(at + part.length)
  }
  return true
}

/** The same as SQL's LIKE has it. */
export function likeOf(pattern: string): string {
  return pattern.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%')
}
