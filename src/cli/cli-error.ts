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
