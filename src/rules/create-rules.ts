import type { Database } from '../database/index.js'
import type { Clock } from '../time/index.js'
import { readRuleEnvironment } from './environment.js'
import { RuleRegistry } from './registry.js'
import type { AnyRule } from './rule.js'
import { RuleCache } from './rule-cache.js'
import { Rules } from './rules.js'

export interface RuleSetup {
  readonly database: Database
  /** All that can be set without a deployment. */
  readonly declared: readonly AnyRule[]
  /** Variables of the environment that stand for something else. */
  readonly taken: readonly string[]
  /** The text of a variable of the environment; `undefined` when it is not set. */
  readonly variable: (name: string) => string | undefined
  readonly clock: Clock
  readonly onError: (error: unknown, where: string) => void
}

export interface RuleParts {
  readonly rules: Rules
  /** To be started before it is asked. */
  readonly cache: RuleCache
  /** A line for each variable of the environment whose text does not fit its rule. */
  readonly problems: readonly string[]
  /** The same rules as a part of a transaction. */
  in(database: Database): Rules
}

/** @throws {InvalidRuleDeclarationError} RULES_INVALID_DECLARATION when two rules have one name or one variable. */
export function createRules({ declared, taken, variable, ...on }: RuleSetup): RuleParts {
  const registry = new RuleRegistry(declared, taken)
  const { values: environment, problems } = readRuleEnvironment(registry, variable)
  const cache = new RuleCache({ ...on, registry, environment })
  const within = (database: Database) =>
    new Rules({ ...on, database, registry, environment, changed: cache.wake })
  return { rules: within(on.database), cache, problems, in: within }
}
