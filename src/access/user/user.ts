import type { Role } from '../can.js'

/** A role within a tenant; `owner` is of the instance. */
export type TenantRole = Exclude<Role, 'owner'>

export const TENANT_ROLES = [
  'viewer',
  'operator',
  'manager',
  'admin',
] as const satisfies readonly TenantRole[]

/** A member of a tenant, as the tenant sees it. */
export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  /** In this tenant. An owner of the instance may do everything, whatever this is. */
  readonly role: TenantRole
  readonly businessUnitId: string | null
  readonly isOwner: boolean
  readonly disabledAt: Date | null
  /** Until when its one-time password can be used; `null` once the person has chosen one. */
  readonly oneTimeUntil: Date | null
  readonly createdAt: Date
}

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly role: TenantRole
  readonly businessUnitId?: string | null | undefined
  /** Default `false`. Only owners make owners. */
  readonly isOwner?: boolean | undefined
}

/** What is left out stays as it is. */
export interface UserChanges {
  readonly name?: string | undefined
  readonly role?: TenantRole | undefined
  readonly businessUnitId?: string | null | undefined
  readonly isOwner?: boolean | undefined
  readonly isDisabled?: boolean | undefined
}

/** Which members are meant, newest first. */
export interface UserFilter {
  readonly limit: number
  /** The id of the last user of the page before. */
  readonly after?: string | undefined
  /** Part of the name or the e-mail, in any case. */
  readonly search?: string | undefined
}

/** How two e-mails are compared. In JavaScript, since databases differ in what they take for lower case. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase()
}
