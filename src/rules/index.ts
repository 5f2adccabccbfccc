import type { MigrationSet } from '../database/index.js'
import { rule } from './migrations/001-rule.js'
import { changedRule } from './migrations/002-changed-rule.js'
import { openRule } from './migrations/003-open-rule.js'
import { ruleChangedAt } from './migrations/004-rule-changed-at.js'

export { createRules, type RuleParts } from './create-rules.js'
export { defineRule } from './define-rule.js'
export { findEnvironmentProblems } from './environment.js'
export { describeType } from './describe-type.js'
export { findMisfits } from './find-misfits.js'
export type { NewRule } from './new-rule.js'
export type { Contender, Resolution } from './resolve.js'
export type { AnyRule, Rule } from './rule.js'
export { Rules } from './rules.js'
export { phaseOf, RULE_STATUSES, type StoredRule } from './stored-rule.js'
export type { RuleChange } from './upcoming.js'

export const ruleMigrations: MigrationSet = {
  part: 'rules',
  migrations: [rule, changedRule, openRule, ruleChangedAt],
}
