import { convert } from './convert.js'
import { describeType } from './describe-type.js'
import type { RuleRegistry } from './registry.js'

/** What the environment says of rules. */
export interface RuleEnvironment {
  /** Values by the names of rules, of those alone that are set. */
  readonly values: ReadonlyMap<string, unknown>
  /** A line for each variable that is wrong. */
  readonly problems: readonly string[]
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
