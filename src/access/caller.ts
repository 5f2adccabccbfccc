import { can, type Action, type Role } from './can.js'

/** Who calls, as the credential tells: the tenant comes from there and from nowhere else. */
export interface Caller {
  readonly tenantId: string
  /** `user:…`, `api-key:…`, `outside:…` or `cli:local` */
  readonly actor: string
  readonly role: Role
  /** What a narrow credential is for; `null`: all that the role may. */
  readonly scopes: readonly Action[] | null
  /** The part of the tenant that the caller works for, kept with what it causes. */
  readonly businessUnitId: string | null
  /** When a key ends, and with it whatever it may. What proves only who somebody is has none: that person comes again. */
  readonly expiresAt?: Date
  /** Who says so, where it is not Linehaul itself: `identity-provider:…`. For the audit trail. */
  readonly via?: string
  /** Of somebody who has signed in. */
  readonly session?: CallerSession
}

export interface CallerSession {
  readonly id: string
  readonly userId: string
  /** Until then nothing else may be done: `scopes` is empty. */
  readonly mustChangePassword: boolean
}

/** Whose account it is that calls, if it is a person's. */
export function userIdOf({ actor }: Pick<Caller, 'actor'>): string | undefined {
  return /^user:(.+)$/.exec(actor)?.[1]
}

/** Whether both the role and the credential's own scopes allow something. */
export function may({ role, scopes }: Pick<Caller, 'role' | 'scopes'>, action: Action): boolean {
  return can(role, action) && (scopes === null || scopes.includes(action))
}
