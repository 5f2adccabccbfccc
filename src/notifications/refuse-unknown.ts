import { nearestNames } from '../queue/index.js'
import { UnknownEventTypeError } from './errors.js'
import { matchesPattern } from './event-pattern.js'
import type { EventType } from './event-types.js'

/** What patterns choose among at one place. */
export interface Choice {
  readonly among: readonly EventType[]
  /** The request that lists them. */
  readonly listedAt: string
  /** What was chosen there before. It may be chosen again, though another version has taken its types away since. */
  readonly before: readonly string[]
  /** Where the pattern of that index stands in what was asked for, with dots between the parts. */
  fieldOf(index: number): string
}

/**
 * Refuses a pattern that would never fit anything, as one with a slip in it does.
 * @throws {UnknownEventTypeError} NOTIFICATIONS_UNKNOWN_EVENT_TYPE, which tells the nearest that are known.
 */
export function refuseUnknown(
  patterns: readonly string[],
  { among, listedAt, before, fieldOf }: Choice,
): void {
  const types = among.map(({ type }) => type)
  const isKnown = (pattern: string) =>
    before.includes(pattern) || types.some((type) => matchesPattern(pattern, type))
  for (const [index, pattern] of patterns.entries()) {
    if (isKnown(pattern)) continue
    const nearest = nearestNames(pattern, pattern.includes('*') ? [...familiesOf(types), ...types] : types)
    throw new UnknownEventTypeError(pattern, { nearest, listedAt, field: fieldOf(index) })
  }
}

/** `job.*` and `job.analysis.*` of `job.analysis.done`: nearer to a pattern than any one type. */
function familiesOf(types: readonly string[]): readonly string[] {
  const families = types.flatMap((type) =>
    [...type.matchAll(/\./g)].map(({ index }) => `${type.slice(0, index)}.*`),
  )
  return [...new Set(families)]
}
