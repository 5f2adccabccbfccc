import type { Role } from '../can.js'

/** Which role a token has by what it claims; an outside token never makes an owner. */
export type OutsideRole = Exclude<Role, 'owner'>

/** What decides about the tokens of an outside issuer. */
export interface ProviderSettings {
  readonly name: string
  /** As its tokens say it in `iss`, to the letter. */
  readonly issuer: string
  /** What its tokens must have in `aud`. */
  readonly audience: string
  /** Where its public keys are. */
  readonly jwksUrl: string
  /** Where in the token the roles are, with dots for what is nested: `realm_access.roles`. `null`: nowhere. */
  readonly roleClaim: string | null
  /** What a value of the claim is here; of several the highest counts. */
  readonly roles: Readonly<Record<string, OutsideRole>>
  /** For tokens without any of these. `null`: they are refused. */
  readonly defaultRole: OutsideRole | null
  /** Its people belong to this business unit. `null`: to the whole tenant. */
  readonly businessUnitId: string | null
}

/** An outside issuer (OIDC) that a tenant trusts to say who its people are. */
export interface Provider extends ProviderSettings {
  readonly id: string
  readonly tenantId: string
  readonly createdAt: Date
  readonly createdBy: string
}
