import type { MigrationSet } from '../database/index.js'
import { rule } from './migrations/001-rule.js'

export { createRules, type RuleParts } from './create-rules.js'
export { defineRule, type RuleOptions } from './define-rule.js'
export { describeType } from './describe-type.js'
export { RuleError } from './errors.js'
export type { Contender, Resolution } from './resolve.js'
export type { AnyRule, Rule } from './rule.js'
export { Rules, type EffectiveQuery, type NewRule, type RuleFilter } from './rules.js'
export { phaseOf, RULE_STATUSES, type Phase, type RuleStatus, type StoredRule } from './stored-rule.js'
export type { RuleChange } from './upcoming.js'

export const ruleMigrations: MigrationSet = { part: 'rules', migrations: [rule] }
