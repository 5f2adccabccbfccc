import type { Caller } from './caller.js'
import { isAtLeast, type Action, type Role } from './can.js'

/** What a credential allows. */
export interface Rights {
  readonly role: Role
  readonly scopes: readonly Action[] | null
  /** `null`: it does not end. */
  readonly expiresAt: Date | null
}

export class GivesTooMuchError extends Error {
  readonly code = 'ACCESS_GIVES_TOO_MUCH'
  constructor(why: string) {
    super(`Nobody can give, renew or take away more than they have: ${why}. Ask somebody who has it.`)
    this.name = 'GivesTooMuchError'
  }
}

export type Giver = Pick<Caller, 'role' | 'scopes' | 'expiresAt'>

/** Who takes away: whatever ends sooner may end others sooner, too. */
export function asTaker<Taker extends Giver>({ expiresAt: _, ...taker }: Taker): Omit<Taker, 'expiresAt'> {
  return taker
}

/** Why `giver` may not decide about `wanted`; `undefined` when it has all of that itself. */
export function excessOf(giver: Giver, wanted: Rights): string | undefined {
  if (!isAtLeast(giver.role, wanted.role)) return `your role is ${giver.role}, and ${wanted.role} is above it`
  const beyond = wanted.scopes?.filter((scope) => giver.scopes !== null && !giver.scopes.includes(scope))
  if (beyond?.length) return `your credential is not for ${beyond.join(', ')}`
  if (giver.scopes !== null && wanted.scopes === null)
    return 'your credential is for some actions only, and this is for all of the role'
  const endsAt = giver.expiresAt
  if (endsAt && (wanted.expiresAt === null || wanted.expiresAt > endsAt))
    return `your credential ends at ${endsAt.toISOString()}, and this would outlive it`
  return undefined
}
