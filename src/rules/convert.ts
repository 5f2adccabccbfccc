import { z } from 'zod'

import type { AnyRule } from './rule.js'

/** A value in both its forms: as code reads it, and as it is kept. */
export interface Converted {
  readonly value: unknown
  /** JSON; the schema makes `value` of it. */
  readonly kept: unknown
}

/**
 * Takes what fits the rule's schema as it is, and text also as what it reads like: `"10"` as a number, `"yes"` as true,
 * `"[1,2]"` as a list. `undefined` when nothing of it fits.
 */
export function convert(rule: AnyRule, given: unknown): Converted | undefined {
  for (const kept of readingsOf(given)) {
    const { success, data } = rule.schema.safeParse(kept)
    if (success) return { value: data, kept }
  }
  return undefined
}

function readingsOf(given: unknown): unknown[] {
  if (typeof given !== 'string') return [given]
  return [given, ...asNumber(given), ...asJson(given), ...asBoolean(given)]
}

function asNumber(text: string): number[] {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(text) ? [Number(text)] : []
}

function asJson(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return [] // it is none
  }
}

const Flag = z.stringbool()

function asBoolean(text: string): boolean[] {
  const { success, data } = Flag.safeParse(text.trim())
  return success ? [data] : []
}
