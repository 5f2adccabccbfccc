import { isAtLeast } from '../can.js'
import type { OutsideRole, ProviderSettings } from './provider.js'

/** The highest role that the claims of a token are mapped to; `undefined` when the provider gives such a token none. */
export function roleOf(
  claims: Readonly<Record<string, unknown>>,
  { roleClaim, roles, defaultRole }: Pick<ProviderSettings, 'roleClaim' | 'roles' | 'defaultRole'>,
): OutsideRole | undefined {
  const mapped = valuesAt(claims, roleClaim).flatMap((value) =>
    Object.hasOwn(roles, value) ? [roles[value] as OutsideRole] : [],
  )
  const [first, ...others] = mapped
  if (first === undefined) return defaultRole ?? undefined
  return others.reduce((highest, role) => (isAtLeast(role, highest) ? role : highest), first)
}

/** The texts at a claim, be it one text or a list of them. A claim may itself have dots in its name. */
function valuesAt(claims: Readonly<Record<string, unknown>>, claim: string | null): string[] {
  if (claim === null) return []
  const whole = own(claims, claim)
  const found = whole ?? claim.split('.').reduce<unknown>(own, claims)
  return (Array.isArray(found) ? found : [found]).filter((value) => typeof value === 'string')
}

function own(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined
  return (holder as Record<string, unknown>)[key]
}
