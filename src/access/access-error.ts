/** An error of access, with a stable code. */
export class AccessError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'AccessError'
  }
}
