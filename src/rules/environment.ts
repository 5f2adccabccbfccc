import { convert } from './convert.js'
import { describeType } from './describe-type.js'
import { RuleRegistry } from './registry.js'
import type { AnyRule } from './rule.js'

/** What the environment says of rules. */
export interface RuleEnvironment {
  /** Values by the names of rules, of those alone that are set. */
  readonly values: ReadonlyMap<string, unknown>
  /** A line for each variable that is wrong. */
  readonly problems: readonly string[]
}

export interface EnvironmentOfRules {
  /** All that can be set without a deployment. */
  readonly declared: readonly AnyRule[]
  /** Variables of the environment that stand for something else. */
  readonly taken: readonly string[]
  /** The text of a variable of the environment; `undefined` when it is not set. */
  readonly variable: (name: string) => string | undefined
}

/** @param lookUp the text of a variable; `undefined` when it is not set */
export function readRuleEnvironment(
  registry: RuleRegistry,
  lookUp: (variable: string) => string | undefined,
): RuleEnvironment {
  const values = new Map<string, unknown>()
  const problems: string[] = []
  for (const rule of registry.list()) {
    const text = lookUp(rule.variable)
    if (text === undefined) continue
    const converted = convert(rule, text)
    if (converted) values.set(rule.name, converted.value)
    else problems.push(`${rule.variable} is not ${describeType(rule)}`)
  }
  return { values, problems }
}

/** A line for each variable of the environment whose text does not fit its rule. */
export function findEnvironmentProblems({
  declared,
  taken,
  variable,
}: EnvironmentOfRules): readonly string[] {
  return readRuleEnvironment(new RuleRegistry(declared, taken), variable).problems
}
