import { isDuration, toMs, type Duration } from '../../time/index.js'
import type { Setting } from '../settings.js'

/** What values a setting takes, for whoever checks, converts and describes them. */
export type Takes =
  | { readonly kind: 'whole number'; readonly from: number; readonly to: number; readonly orNone: boolean }
  | { readonly kind: 'number'; readonly from: number; readonly to: number }
  | { readonly kind: 'switch' }
  /** `what` it takes, such as `an IANA name`; `isTaken` tells whether a text is one. */
  | { readonly kind: 'text'; readonly what: string; isTaken(text: string): boolean }

/** Something of the engine's that can be set without a deployment. */
export interface EngineSetting<Value = unknown> extends Setting<Value> {
  readonly takes: Takes
  /** For people: one sentence. */
  readonly description: string
  readonly unit: string | null
  /** `'instance'`: one value for all tenants. */
  readonly scope: 'tenant' | 'instance'
}

/** A length of time longer than none, up to `longest`, or to what the code says if that is longer. */
export function lengthUpTo(longest: Duration, declared: Duration): Takes {
  const most = toMs(longest) > toMs(declared) ? longest : declared
  return {
    kind: 'text',
    what: `a length of time up to ${most}, such as 30s, 5m or 1h`,
    isTaken: (text) => isDuration(text) && toMs(text) > 0 && toMs(text) <= toMs(most),
  }
}

const MOST = 1_000_000

export const FROM_ONE: Takes = { kind: 'whole number', from: 1, to: MOST, orNone: false }

export const FROM_ONE_OR_NONE: Takes = { kind: 'whole number', from: 1, to: MOST, orNone: true }
