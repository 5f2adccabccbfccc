import type { z } from 'zod'

/** Something that can be set without a deployment: declared once, by the part whose code reads it. */
export interface Rule<Value = unknown> {
  /** `domain.group.what`, in snake_case: stored with every value, so renaming one is a migration. */
  readonly name: string
  /** What is a value of it. Text, as the environment and the seeds' requests have it, is converted by `convert`. */
  readonly schema: z.ZodType<Value>
  /** What holds while neither a rule nor the environment says otherwise. */
  readonly default: Value
  /** What a number counts: `days`, `occurrences`. */
  readonly unit: string | null
  /** For people: one sentence. */
  readonly description: string
  /** `'tenant'`: every tenant may have its own value. `'instance'`: one value for all, which owners alone set. */
  readonly scope: 'tenant' | 'instance'
  /** The variable of the environment that sets it for all tenants: `FREIGHT_PATTERN_MIN_FREQUENCY`. */
  readonly variable: string
}

/** A rule whose type is of no interest, as a registry holds it. */
export type AnyRule = Rule<any> // eslint-disable-line @typescript-eslint/no-explicit-any -- each value is checked by its own schema
