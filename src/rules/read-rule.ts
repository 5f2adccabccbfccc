import { convert, type Converted } from './convert.js'
import type { RuleRegistry } from './registry.js'
import type { StoredRule } from './stored-rule.js'

/** Why a rule that is kept changes nothing: nobody declares its name, its value fits no more, or it is one tenant's and all have one value. */
export type Misfit = 'undeclared' | 'unfit' | 'of-one-tenant'

/** The value that a rule sets, or why it sets none: what is declared changes with versions, what is kept does not. */
export function readRule(
  registry: RuleRegistry,
  { name, value, tenantId }: Pick<StoredRule, 'name' | 'value' | 'tenantId'>,
): Converted | Misfit {
  const declared = registry.find(name)
  if (!declared) return 'undeclared'
  if (declared.scope === 'instance' && tenantId !== null) return 'of-one-tenant'
  return convert(declared, value) ?? 'unfit'
}
