import { convert } from './convert.js'
import { describeType } from './describe-type.js'
import { byPrecedence, whyBefore } from './precedence.js'
import type { AnyRule } from './rule.js'
import { holdsAt, spanOf, type StoredRule } from './stored-rule.js'

/** Where a value comes from, the strongest first. */
export const SOURCES = ['tenant', 'global', 'environment', 'default'] as const
export type Source = (typeof SOURCES)[number]

/** A value that could hold. */
export interface Contender {
  readonly value: unknown
  readonly source: Source
  /** For `'tenant'` and `'global'`. */
  readonly rule: StoredRule | null
  /** Why it holds, or why it does not; a whole sentence. */
  readonly why: string
}

/** As many of those that a rule beats are told, and as many of those that do not fit any more. */
export const MOST_BEATEN = 20

/** What holds at one instant. */
export interface Resolution extends Contender {
  readonly name: string
  /** What would hold without it, the strongest first: `MOST_BEATEN` rules at most, and what holds without any. */
  readonly beaten: readonly Contender[]
}

/**
 * What holds for a tenant at an instant, why, and what it beats.
 * @param rules that the tenant has, and those for all tenants; others of these are left out here
 * @param environment by the names of rules
 */
export function resolve(
  declared: AnyRule,
  rules: readonly StoredRule[],
  environment: ReadonlyMap<string, unknown>,
  at: Date,
): Resolution {
  const inForce = rules
    .filter((rule) => rule.name === declared.name && holdsAt(spanOf(rule), at.getTime()))
    .sort(byPrecedence)
  const { usable, unusable } = strongestOf(declared, inForce)
  const [winner, ...losers] = usable
  return {
    name: declared.name,
    ...(winner
      ? { ...asContender(declared, winner), why: whyInForce(winner) }
      : fallback(declared, environment)),
    beaten: [
      ...losers.map((rule) => ({
        ...asContender(declared, rule),
        why: whyBefore(winner as StoredRule, rule),
      })),
      ...(winner ? fallbacks(declared, environment) : []),
      ...unusable.map((rule) => ({
        ...asContender(declared, rule),
        why: `It does not fit any more: "${declared.name}" takes ${describeType(declared)}.`,
      })),
    ],
  }
}

/** Looks no further than at what is told. */
function strongestOf(declared: AnyRule, inForce: readonly StoredRule[]) {
  const usable: StoredRule[] = []
  const unusable: StoredRule[] = []
  for (const rule of inForce) {
    if (usable.length > MOST_BEATEN) break
    if (convert(declared, rule.value) !== undefined) usable.push(rule)
    else if (unusable.length < MOST_BEATEN) unusable.push(rule)
  }
  return { usable, unusable }
}

function asContender(declared: AnyRule, rule: StoredRule): Omit<Contender, 'why'> {
  const value = convert(declared, rule.value)?.value ?? rule.value
  return { value, source: rule.tenantId === null ? 'global' : 'tenant', rule }
}

function whyInForce(rule: StoredRule): string {
  const { fromMs, untilMs } = spanOf(rule)
  const whose =
    rule.tenantId === null
      ? 'No rule of the tenant is in force; one for all tenants'
      : "The tenant's own rule"
  const until = untilMs === Infinity ? '' : ` until ${new Date(untilMs).toISOString()}`
  return `${whose} is in force from ${new Date(fromMs).toISOString()}${until}.`
}

/** What holds where no rule does. */
function fallback(declared: AnyRule, environment: ReadonlyMap<string, unknown>): Contender {
  const { name, variable, default: otherwise } = declared
  if (environment.has(name))
    return {
      value: environment.get(name),
      source: 'environment',
      rule: null,
      why: `No rule is in force, and ${variable} is set.`,
    }
  return {
    value: otherwise,
    source: 'default',
    rule: null,
    why: `No rule is in force, and ${variable} is not set.`,
  }
}

/** What would hold if no rule did. */
function fallbacks(declared: AnyRule, environment: ReadonlyMap<string, unknown>): Contender[] {
  const { value, source } = fallback(declared, environment)
  const what = source === 'environment' ? `the environment (${declared.variable})` : 'the default'
  return [{ value, source, rule: null, why: `A rule in force comes before ${what}.` }]
}
