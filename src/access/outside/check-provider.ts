import type { Caller } from '../caller.js'
import { excessOf, GivesTooMuchError } from '../give.js'
import { refuseToOthers } from '../user/rules.js'
import { InvalidProviderError } from './errors.js'
import type { OutsideRole, ProviderSettings } from './provider.js'

/**
 * Refuses a provider that could let nobody in, or that cannot be trusted.
 * @throws {InvalidProviderError} ACCESS_PROVIDER_INVALID
 */
export function refuseUseless({
  issuer,
  jwksUrl,
  roleClaim,
  roles,
  defaultRole,
}: Pick<ProviderSettings, 'issuer' | 'jwksUrl' | 'roleClaim' | 'roles' | 'defaultRole'>): void {
  refuseNoUrl('issuer', issuer)
  refuseNoUrl('jwksUrl', jwksUrl)
  const isMapped = Object.keys(roles).length > 0
  if (isMapped && roleClaim === null)
    throw new InvalidProviderError('roleClaim', 'must say where in a token the mapped roles are')
  if (!isMapped && roleClaim !== null)
    throw new InvalidProviderError('roles', 'must say what the values of roleClaim are here')
  if (!isMapped && defaultRole === null)
    throw new InvalidProviderError('defaultRole', 'is missing, and no roles are mapped: nobody could get in')
}

/** @throws {InvalidProviderError} ACCESS_PROVIDER_INVALID */
export function refuseNoUrl(field: 'issuer' | 'jwksUrl', url: string): void {
  const isUrl = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
  if (!isUrl) throw new InvalidProviderError(field, 'must be a URL such as https://login.example.com')
}

/**
 * Else one tenant's admin could register what another tenant's tokens say, and take them for their own or for nobody's.
 * @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY
 */
export function refuseTrusting(caller: Caller): void {
  refuseToOthers(caller, 'decide whose tokens are trusted: issuer, audience and jwksUrl')
}

/**
 * Whoever decides who comes in could come in that way, so it takes all that the provider gives.
 * @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH
 */
export function refuseExcess(
  giver: Caller,
  { roles, defaultRole, businessUnitId }: Pick<ProviderSettings, 'roles' | 'defaultRole' | 'businessUnitId'>,
): void {
  const given: OutsideRole[] = [...Object.values(roles), ...(defaultRole === null ? [] : [defaultRole])]
  for (const role of given) {
    const excess = excessOf(giver, { role, scopes: null, expiresAt: null })
    if (excess !== undefined) throw new GivesTooMuchError(excess)
  }
  if (giver.businessUnitId !== null && giver.businessUnitId !== businessUnitId)
    throw new GivesTooMuchError('you belong to one business unit, and this is for others')
}
