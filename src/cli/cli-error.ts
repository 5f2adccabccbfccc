/** An error of the command line itself. */
export class CliError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'CliError'
  }
}

export class UnreachableError extends CliError {
  constructor(url: string, cause: unknown) {
    super('CLI_UNREACHABLE', `Nothing answers at ${url}. Is Linehaul running there?`, { cause })
  }
}

/** The API said no, in these words. */
export class RefusedError extends CliError {
  constructor(
    readonly status: number,
    message: string,
    /** The API's own code, where it told one. */
    readonly reason?: string,
  ) {
    super('CLI_REFUSED', message)
  }
}

export class UnreadableFileError extends CliError {
  constructor(file: string, cause: Error) {
    super('CLI_UNREADABLE_FILE', `The file ${file} cannot be read: ${cause.message}.`, { cause })
  }
}
