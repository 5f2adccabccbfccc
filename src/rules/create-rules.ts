import type { Database } from '../database/index.js'
import type { Clock } from '../time/index.js'
import { readRuleEnvironment, type EnvironmentOfRules } from './environment.js'
import { RuleRegistry } from './registry.js'
import { RuleCache } from './rule-cache.js'
import { Rules } from './rules.js'

export interface RuleSetup extends EnvironmentOfRules {
  readonly database: Database
  readonly clock: Clock
  readonly onError: (error: unknown, where: string) => void
}

export interface RuleParts {
  readonly rules: Rules
  /** To be started before it is asked. */
  readonly cache: RuleCache
  /** The same rules as a part of a transaction. */
  in(database: Database): Rules
}

/**
 * A variable of the environment whose text does not fit its rule counts as not set: {@link findEnvironmentProblems} tells it.
 * @throws {InvalidRuleDeclarationError} RULES_INVALID_DECLARATION when two rules have one name or one variable.
 */
export function createRules({ declared, taken, variable, ...on }: RuleSetup): RuleParts {
  const registry = new RuleRegistry(declared, taken)
  const { values: environment } = readRuleEnvironment(registry, variable)
  const cache = new RuleCache({ ...on, registry, environment })
  const within = (database: Database) =>
    new Rules({ ...on, database, registry, environment, changed: cache.wake })
  return { rules: within(on.database), cache, in: within }
}
