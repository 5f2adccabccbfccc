/** An outside issuer is not known, or cannot be so. */
export class ProviderError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly field?: string,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'ProviderError'
  }
}

export class ProviderNotFoundError extends ProviderError {
  constructor(id: string) {
    super(
      'ACCESS_PROVIDER_NOT_FOUND',
      `There is no identity provider "${id}". GET /api/v1/identity-providers lists them.`,
    )
  }
}

export class ProviderNameTakenError extends ProviderError {
  constructor(name: string) {
    super(
      'ACCESS_PROVIDER_NAME_TAKEN',
      `There is an identity provider named "${name}" already. Choose another name, or change that one.`,
      'name',
    )
  }
}

/** A token would belong to two tenants. */
export class ProviderAmbiguousError extends ProviderError {
  constructor(issuer: string, audience: string) {
    super(
      'ACCESS_PROVIDER_AMBIGUOUS',
      `Tokens of "${issuer}" for "${audience}" belong to an identity provider already. Register a client of your own with the issuer, and use its audience.`,
      'audience',
    )
  }
}

export class InvalidProviderError extends ProviderError {
  constructor(field: string, why: string) {
    super('ACCESS_PROVIDER_INVALID', `The identity provider cannot be so: ${field} ${why}.`, field)
  }
}

/** Nobody can tell whether a token is good while its issuer's keys cannot be had. */
export class KeysUnreachableError extends ProviderError {
  readonly retryable = true
  constructor(cause: unknown) {
    super(
      'ACCESS_ISSUER_UNREACHABLE',
      "The keys of the token's issuer cannot be fetched, so that it cannot be verified now. Try again later, or sign in another way.",
      undefined,
      cause,
    )
  }
}
