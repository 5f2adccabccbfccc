export class NoSecretsKeyError extends Error {
  readonly code = 'ACCESS_NO_SECRETS_KEY'
  constructor() {
    super(
      'No secret can be stored, for there is no key to encrypt it with. Make one with "openssl rand -base64 32", set SECRETS_KEY to it and start again. Keep it apart from backups of the database.',
    )
    this.name = 'NoSecretsKeyError'
  }
}

export class SecretNotFoundError extends Error {
  readonly code = 'ACCESS_SECRET_NOT_FOUND'
  constructor(readonly secretName: string) {
    super(`There is no secret "${secretName}". GET /api/v1/secrets lists those there are.`)
    this.name = 'SecretNotFoundError'
  }
}

/** Its key is not here, or the row is not as it was written. */
export class SecretUnreadableError extends Error {
  readonly code = 'ACCESS_SECRET_UNREADABLE'
  constructor(
    readonly secretName: string,
    why: string,
  ) {
    super(`The secret "${secretName}" cannot be read: ${why}. Store it anew if that cannot be mended.`)
    this.name = 'SecretUnreadableError'
  }
}
