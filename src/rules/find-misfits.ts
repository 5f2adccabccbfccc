import type { Executor } from '../database/index.js'
import { readRule, type Misfit } from './read-rule.js'
import { RuleRegistry } from './registry.js'
import type { AnyRule } from './rule.js'
import { selectLastingRules } from './store/select-rules.js'

/** More are not looked at, of all tenants together. */
const MOST = 10_000

/** Which settings have rules that are not over and change nothing, and why; each once, in order of the names. */
export async function findMisfits(
  db: Executor,
  declared: readonly AnyRule[],
  now: Date,
): Promise<readonly { name: string; why: Misfit }[]> {
  const registry = new RuleRegistry(declared)
  const found = new Map<string, { name: string; why: Misfit }>()
  for (const rule of await selectLastingRules(db, now, MOST)) {
    const why = readRule(registry, rule)
    if (typeof why === 'string') found.set(`${rule.name} ${why}`, { name: rule.name, why })
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
