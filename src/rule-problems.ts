import { VARIABLES, type Config } from './config.js'
import { DECLARED_RULES } from './declared-rules.js'
import { findEnvironmentProblems } from './rules/index.js'

/** What is wrong with the variables of the environment that stand for rules, a line for each. */
export function findRuleProblems(variable: Config['ruleVariable']): readonly string[] {
  return findEnvironmentProblems({ declared: DECLARED_RULES, taken: VARIABLES, variable })
}
