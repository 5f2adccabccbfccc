import { DECLARED_RULES } from '../../src/declared-rules.js'
import { describeType, type AnyRule } from '../../src/rules/index.js'

/** A table of all that can be set without a deployment. */
export function describeRules(): string {
  const rows = [...DECLARED_RULES].sort((a, b) => (a.name < b.name ? -1 : 1)).map(describe)
  const head = ['| rule | | takes | default | variable | for |', '| --- | --- | --- | --- | --- | --- |']
  return [...head, ...rows].join('\n')
}

function describe(rule: AnyRule): string {
  const { name, description, unit, default: otherwise, variable, scope } = rule
  const takes = `${describeType(rule)}${unit === null ? '' : ` (${unit})`}`.replaceAll('|', '\\|')
  const whom = scope === 'tenant' ? 'each tenant' : 'all tenants'
  return `| \`${name}\` | ${description} | ${takes} | \`${JSON.stringify(otherwise)}\` | \`${variable}\` | ${whom} |`
}
