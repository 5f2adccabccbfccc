import { z } from 'zod'

import type { AnyRule } from './rule.js'

/** What a rule takes, to go on after "takes": `a whole number from 1 to 100`. A schema's own description comes first. */
export function describeType({ schema }: Pick<AnyRule, 'schema'>): string {
  return inWords(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
}

type JsonSchema = z.core.JSONSchema.BaseSchema

function inWords(schema: JsonSchema): string {
  const { description, enum: values, anyOf, type } = schema
  if (description !== undefined) return description
  if (values) return values.length === 1 ? JSON.stringify(values[0]) : `one of ${values.join(', ')}`
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (anyOf) return anyOf.map((part) => inWords(part as JsonSchema)).join(' or ')
  switch (type) {
    case 'boolean':
      return 'true or false'
    case 'integer':
      return `a whole number${range(schema)}`
    case 'number':
      return `a number${range(schema)}`
    case 'string':
      return `text${lengths(schema)}`
    case 'array':
      return `a list, each of it ${inWords((schema.items ?? {}) as JsonSchema)}`
    case 'null':
      return 'null'
    default:
      return 'an object'
  }
}

/** Beyond it a number is not exact; zod says so of every whole number. */
const isBound = (bound: unknown): bound is number =>
  typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const least = isBound(minimum) ? `${minimum}` : undefined
  const most = isBound(maximum) ? `${maximum}` : undefined
  const above = isBound(exclusiveMinimum) ? ` above ${exclusiveMinimum}` : ''
  const below = isBound(exclusiveMaximum) ? ` below ${exclusiveMaximum}` : ''
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  if (least !== undefined) return ` from ${least} on${below}`
  return `${above}${most === undefined ? below : `${above && ','} up to ${most}`}`
}

function lengths({ minLength, maxLength, pattern }: JsonSchema): string {
  if (pattern !== undefined) return ` that fits ${pattern}`
  if (minLength !== undefined && maxLength !== undefined) return ` of ${minLength} to ${maxLength} characters`
  if (maxLength !== undefined) return ` of ${maxLength} characters at most`
  return minLength === undefined ? '' : ` of ${minLength} characters at least`
}
