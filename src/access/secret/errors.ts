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

/**
 * Its key is not here, or the row is not as it was written. Which secret and why is the business of whoever runs it: that is
 * the cause, which a log has and no answer.
 */
export class SecretUnreadableError extends Error {
  readonly code = 'ACCESS_SECRET_UNREADABLE'
  /** Somebody has to give the key and start again. */
  readonly retryAfterSeconds = 60
  constructor(
    readonly secretName: string,
    why: string,
  ) {
    super(
      'A stored secret that this takes cannot be read. Whoever runs Linehaul finds the reason in its log and with "linehaul doctor".',
      {
        cause: new Error(
          `The secret "${secretName}" cannot be read: ${why}. Store it anew if that cannot be mended.`,
        ),
      },
    )
    this.name = 'SecretUnreadableError'
  }
}
