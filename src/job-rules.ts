import { z } from 'zod'

import type { EngineSetting, Takes } from './queue/index.js'
import { defineRule, type AnyRule } from './rules/index.js'

/** What can be set of the engine, as rules. */
export function jobRules(settings: readonly EngineSetting[]): readonly AnyRule[] {
  return settings.map(({ name, takes, default: otherwise, unit, ...about }) =>
    defineRule<unknown>(name, schemaOf(takes), {
      ...about,
      default: otherwise,
      ...(unit !== null && { unit }),
    }),
  )
}

function schemaOf(takes: Takes): z.ZodType<unknown> {
  switch (takes.kind) {
    case 'whole number': {
      const number = z.int().min(takes.from).max(takes.to)
      return takes.orNone ? number.nullable() : number
    }
    case 'number':
      return z.number().min(takes.from).max(takes.to)
    case 'switch':
      return z.boolean()
    case 'text':
      return z.string().refine(takes.isTaken, `is not ${takes.what}`).describe(takes.what)
  }
}
