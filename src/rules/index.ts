import type { MigrationSet } from '../database/index.js'

export { defineRule, type RuleOptions } from './define-rule.js'
export type { AnyRule, Rule } from './rule.js'

export const ruleMigrations: MigrationSet = { part: 'rules', migrations: [] }
