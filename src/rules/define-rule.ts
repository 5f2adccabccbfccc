import type { z } from 'zod'

import type { Rule } from './rule.js'

export interface RuleOptions<Value> {
  default: NoInfer<Value>
  /** For people: one sentence. */
  description: string
  /** What a number counts. Default: nothing. */
  unit?: string
  /** Default `'tenant'`. */
  scope?: 'tenant' | 'instance'
}

/** Declares something that can be set without a deployment. Its default has to fit its own schema. */
export function defineRule<Value>(
  name: string,
  schema: z.ZodType<Value>,
  { default: otherwise, description, unit, scope = 'tenant' }: RuleOptions<Value>,
): Rule<Value> {
  return Object.freeze({
    name,
    schema,
    default: schema.parse(otherwise),
    description,
    unit: unit ?? null,
    scope,
    variable: variableOf(name),
  })
}

/** `freight.pattern.min_frequency` is `FREIGHT_PATTERN_MIN_FREQUENCY` in the environment. */
export function variableOf(name: string): string {
  return name.replaceAll(/[.-]/g, '_').toUpperCase()
}
