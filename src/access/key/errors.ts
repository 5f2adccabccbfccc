/** An API key is not known, or cannot be so. */
export class ApiKeyError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly field?: string,
  ) {
    super(message)
    this.name = 'ApiKeyError'
  }
}

export class KeyNotFoundError extends ApiKeyError {
  constructor(id: string) {
    super('ACCESS_KEY_NOT_FOUND', `There is no API key "${id}". GET /api/v1/api-keys lists them.`)
  }
}

export class KeyNameTakenError extends ApiKeyError {
  constructor(name: string) {
    super(
      'ACCESS_KEY_NAME_TAKEN',
      `There is an API key named "${name}", or was one that is revoked by now. Choose another name, or rotate that key.`,
      'name',
    )
  }
}

export class KeyRevokedError extends ApiKeyError {
  constructor(name: string) {
    super('ACCESS_KEY_REVOKED', `The API key "${name}" is revoked, and that is for good. Create a new one.`)
  }
}

export class InvalidKeyError extends ApiKeyError {
  constructor(field: 'scopes' | 'expiresAt', why: string) {
    super('ACCESS_KEY_INVALID', `The API key cannot be so: ${field} ${why}.`, field)
  }
}
