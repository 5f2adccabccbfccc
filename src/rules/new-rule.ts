import { refuseToOthers, type Caller } from '../access/index.js'
import { newId } from '../database/index.js'
import { convert } from './convert.js'
import { describeType } from './describe-type.js'
import { InstanceRuleError, InvalidRuleValueError, InvalidRuleWindowError } from './errors.js'
import type { AnyRule } from './rule.js'
import type { StoredRule } from './stored-rule.js'

/** What somebody wants to hold. */
export interface NewRule {
  readonly name: string
  /** As its type, or as text that reads like it. */
  readonly value: unknown
  /** Default: the name up to its last dot. */
  readonly category?: string | undefined
  /** Default: now. */
  readonly effectiveFrom?: Date | undefined
  /** The first instant at which it does not hold any more. Default: it holds until another takes over. */
  readonly effectiveUntil?: Date | null | undefined
  /** A draft holds only once it is activated. Default `'active'`. */
  readonly status?: 'active' | 'draft' | undefined
  /** `'instance'`: for all tenants, which only owners may set; `'tenant'`: the caller's own. Default: as declared. */
  readonly scope?: 'tenant' | 'instance' | undefined
}

/** What only owners may. */
export const FOR_ALL = 'decide what holds for all tenants'

/**
 * The rule that a caller asks for, made at `now`.
 * @throws {RuleError} RULES_INVALID_VALUE, RULES_INVALID_WINDOW, RULES_INSTANCE_ONLY
 * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
 */
export function drawRule(
  caller: Caller,
  declared: AnyRule,
  wanted: NewRule,
  now: Date,
): Omit<StoredRule, 'seq'> {
  const { name, effectiveFrom: from = now, effectiveUntil: until = null, status = 'active' } = wanted
  const converted = convert(declared, wanted.value)
  if (!converted) throw new InvalidRuleValueError(name, describeType(declared))
  if (until && until <= from) throw new InvalidRuleWindowError(from, until)
  const isActive = status === 'active'
  return {
    ...{ id: newId(), tenantId: tenantOf(caller, declared, wanted), name, value: converted.kept },
    ...{ category: wanted.category ?? categoryOf(name), effectiveFrom: from, effectiveUntil: until },
    ...{ status, author: caller.actor, createdAt: now },
    ...{ activatedAt: isActive ? now : null, activatedBy: isActive ? caller.actor : null },
    ...{ revokedAt: null, revokedBy: null },
  }
}

/** The tenant that it is for; `null`: all. */
function tenantOf(caller: Caller, declared: AnyRule, { scope = declared.scope }: NewRule): string | null {
  if (scope === 'instance') {
    refuseToOthers(caller, FOR_ALL)
    return null
  }
  if (declared.scope === 'instance') throw new InstanceRuleError(declared.name)
  return caller.tenantId
}

/** `freight.pattern` of `freight.pattern.min_frequency`. */
function categoryOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'))
}
