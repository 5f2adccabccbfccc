/** A request to the outside that was not made, or came to nothing. */
export class OutgoingError extends Error {
  constructor(
    readonly code: 'OUTGOING_REFUSED' | 'OUTGOING_FAILED' | 'OUTGOING_TIMEOUT' | 'OUTGOING_TOO_LARGE',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'OutgoingError'
  }
}

/** The address itself is not told: who may give addresses need not learn how the network here is laid out. */
export function refusedAddress(host: string, why: string): OutgoingError {
  return new OutgoingError(
    'OUTGOING_REFUSED',
    `Requests to ${host} are refused: it is no host of the public internet (${why}). If it is meant, whoever runs Linehaul lists it in OUTGOING_ALLOW.`,
  )
}

export function refusedUrl(why: string): OutgoingError {
  return new OutgoingError(
    'OUTGOING_REFUSED',
    `The address is refused: ${why}. Give one such as https://host.example/path.`,
  )
}

export function tooLarge(host: string, maxBytes: number): OutgoingError {
  return new OutgoingError(
    'OUTGOING_TOO_LARGE',
    `${host} answered with more than ${maxBytes} bytes, which are not read. Look whether the address is right.`,
  )
}

export function timedOut(host: string, timeoutMs: number): OutgoingError {
  return new OutgoingError(
    'OUTGOING_TIMEOUT',
    `${host} did not answer within ${timeoutMs} ms. Look whether it is up, and try again.`,
  )
}

export function failed(host: string, cause: unknown): OutgoingError {
  const { code, message } = cause as { code?: string; message?: string }
  return new OutgoingError(
    'OUTGOING_FAILED',
    `The request to ${host} failed (${code ?? message ?? 'for no known reason'}). Look whether the address is right and the host is up.`,
    { cause },
  )
}
