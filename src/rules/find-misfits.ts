import type { Executor } from '../database/index.js'
import { readRule, type Misfit } from './read-rule.js'
import { RuleRegistry } from './registry.js'
import type { AnyRule } from './rule.js'
import { selectLastingRules } from './store/select-rules.js'

export interface Misfits {
  /** Each setting once, in order of the names, with the tenant whose rule of these is the newest; `null`: it is for all. */
  readonly found: readonly { name: string; why: Misfit; tenantId: string | null }[]
  /** Whether there were as many rules as are looked at; then there may be more of either. */
  readonly isCapped: boolean
}

/**
 * Which settings have rules that are not over and change nothing, and why.
 * @param most of all tenants together no more rules than these are looked at, the newest
 */
export async function findMisfits(
  db: Executor,
  declared: readonly AnyRule[],
  { now, most }: { now: Date; most: number },
): Promise<Misfits> {
  const registry = new RuleRegistry(declared)
  const found = new Map<string, Misfits['found'][number]>()
  const rules = await selectLastingRules(db, now, most)
  for (const rule of rules) {
    const { name, tenantId } = rule
    const why = readRule(registry, rule)
    if (typeof why !== 'string') continue
    const key = `${name} ${why}`
    if (!found.has(key)) found.set(key, { name, why, tenantId })
  }
  return {
    found: [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    isCapped: rules.length >= most,
  }
}
