import { isDeepStrictEqual } from 'node:util'

import { resolve, type Resolution } from './resolve.js'
import type { AnyRule } from './rule.js'
import { spanOf, type StoredRule } from './stored-rule.js'

/** Another value takes over. */
export interface RuleChange {
  readonly name: string
  readonly at: Date
  readonly before: Resolution
  readonly after: Resolution
}

export interface Between {
  readonly from: Date
  readonly until: Date
}

/**
 * When another rule, or another value, takes over after `from` and up to `until`, in order of time.
 * @param environment values by the names of rules
 */
export function changesBetween(
  declared: readonly AnyRule[],
  rules: readonly StoredRule[],
  environment: ReadonlyMap<string, unknown>,
  { from, until }: Between,
): readonly RuleChange[] {
  const changes = declared.flatMap((rule) => {
    const own = rules.filter(({ name }) => name === rule.name)
    const instants = [from, ...boundsOf(own, { from, until })]
    const resolved = instants.map((at) => ({ at, now: resolve(rule, own, environment, at) }))
    return resolved.slice(1).flatMap(({ at, now: after }, index) => {
      const before = (resolved[index] as { now: Resolution }).now
      return isSame(before, after) ? [] : [{ name: rule.name, at, before, after }]
    })
  })
  return changes.sort((a, b) => a.at.getTime() - b.at.getTime())
}

function boundsOf(rules: readonly StoredRule[], { from, until }: Between): Date[] {
  const bounds = rules.flatMap((rule) => Object.values(spanOf(rule)) as number[])
  const inside = bounds.filter((ms) => ms > from.getTime() && ms <= until.getTime())
  return [...new Set(inside)].sort((a, b) => a - b).map((ms) => new Date(ms))
}

function isSame(before: Resolution, after: Resolution): boolean {
  return before.rule?.id === after.rule?.id && isDeepStrictEqual(before.value, after.value)
}
