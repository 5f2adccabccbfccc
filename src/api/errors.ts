import { LEAST_ROLE, type Action } from '../access/index.js'

/** An error of the HTTP interface itself. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

export class UnauthorizedError extends ApiError {
  /** @param secret that was sent, which tells what to send instead */
  constructor(secret = '') {
    super('API_UNAUTHORIZED', TOKEN.test(secret) ? SIGN_IN_AGAIN : SEND_A_KEY)
  }
}

/** Ours, or an issuer's: three parts in base64url. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

const SEND_A_KEY =
  'Send a valid key: "Authorization: Bearer lh_…". The first one was printed at the first start.'

const SIGN_IN_AGAIN =
  'This token is not valid, or not any more: one that a sign-in answers is for 15 minutes, and none is for an account that is disabled. Refresh it (POST /api/v1/auth/refresh), or sign in again; with a token of an issuer, there.'

export class ForbiddenError extends ApiError {
  constructor(action: Action) {
    super(
      'API_FORBIDDEN',
      `Your credential does not allow "${action}", which takes the role ${LEAST_ROLE[action]} or more, and no scopes without it. An admin of your tenant can change that.`,
    )
  }
}

export class OwnersOnlyError extends ApiError {
  constructor() {
    super(
      'API_OWNERS_ONLY',
      'That is of all tenants, and takes the role owner. Leave out scope=all to do it for your own tenant.',
    )
  }
}

export class UnknownTypeError extends ApiError {
  readonly field = 'type'
  constructor(type: string, nearest: readonly string[]) {
    super('API_UNKNOWN_TYPE', `No job is declared as "${type}". The nearest: ${nearest.join(', ')}.`)
  }
}

export class NotByHandError extends ApiError {
  constructor(name: string, instead: string) {
    super('API_NOT_BY_HAND', `This job of ${name} cannot be asked for by hand. ${instead}`)
  }
}

export class SecretNotKeptError extends ApiError {
  constructor() {
    super(
      'API_SECRET_NOT_KEPT',
      'What is sent or answered here holds a secret, of which nothing is kept. Send the request without Idempotency-Key; if an answer that showed a new secret is lost, make another one.',
    )
  }
}

export class AnswerNotKeptError extends ApiError {
  constructor() {
    super(
      'API_ANSWER_NOT_KEPT',
      'The answer to this is not kept, so that a repeated request would do it again. Send it without Idempotency-Key. Jobs and shipments with an id of your own can be sent again: they are there once.',
    )
  }
}

export class InvalidIdempotencyKeyError extends ApiError {
  constructor() {
    super(
      'API_INVALID_IDEMPOTENCY_KEY',
      'The Idempotency-Key is not 1 to 200 printable characters. Send a UUID.',
    )
  }
}

export class RateLimitedError extends ApiError {
  constructor(
    perMinute: number,
    readonly retryAfterSeconds: number,
  ) {
    super(
      'API_RATE_LIMITED',
      `There were more than ${perMinute} within a minute. Wait ${retryAfterSeconds} s and go on; many things can be sent in one request.`,
    )
  }
}

export class SlowBodyError extends ApiError {
  constructor(withinMs: number) {
    super(
      'API_BODY_TOO_SLOW',
      `The body was not there whole within ${withinMs / 1_000} s. Send it again; send large files to an import, which reads them as they come.`,
    )
  }
}

export class InvalidCursorError extends ApiError {
  constructor() {
    super('API_INVALID_CURSOR', 'The cursor is none of ours. Leave it out to begin at the first page.')
  }
}

export class CustomerNotFoundError extends ApiError {
  constructor(idOrName: string) {
    super(
      'API_CUSTOMER_NOT_FOUND',
      `There is no customer with the id or name "${idOrName}". GET /api/v1/customers lists them.`,
    )
  }
}

export class UnsupportedTypeError extends ApiError {
  constructor(types: readonly string[]) {
    super(
      'API_UNSUPPORTED_TYPE',
      `The body must be sent with the header Content-Type: ${types.join(' or ')}.`,
    )
  }
}

export class BodyTooLargeError extends ApiError {
  constructor(limit: number) {
    super(
      'API_BODY_TOO_LARGE',
      `The body has more than the ${limit.toLocaleString('en')} bytes that are taken here.`,
    )
  }
}

export class ZeroCharacterError extends ApiError {
  constructor() {
    super(
      'API_ZERO_CHARACTER',
      'The address contains the character %00, which no id or name has. Leave it out.',
    )
  }
}

export class NoSuchRouteError extends ApiError {
  constructor(method: string, url: string) {
    super('API_NO_SUCH_ROUTE', `There is no ${method} ${url}. /api/docs lists what there is.`)
  }
}

export class MetricsTokenError extends ApiError {
  constructor() {
    super(
      'API_METRICS_TOKEN',
      'Metrics are told to whoever sends the METRICS_TOKEN of this process: Authorization: Bearer ….',
    )
  }
}

export class UnknownMessageError extends ApiError {
  constructor(name: string, known: readonly string[]) {
    super(
      'API_UNKNOWN_MESSAGE',
      `There is no message "${name.slice(0, 100)}". Send one of ${known.join(', ')}.`,
    )
  }
}

export class InvalidMessageError extends ApiError {
  constructor(name: string, wrong: readonly { readonly field: string; readonly message: string }[]) {
    const sentences = wrong.slice(0, 5).map(({ field, message }) => `${field || 'it'} ${message}`)
    super('API_INVALID_MESSAGE', `The message "${name}" cannot be used: ${sentences.join('; ')}.`)
  }
}

export class TooManyMessagesError extends ApiError {
  constructor(perSecond: number) {
    super(
      'API_TOO_MANY_MESSAGES',
      `There were more than ${perSecond} messages a second for a while. Connect again, and name many jobs in one message.`,
    )
  }
}

export class TooManySocketsError extends ApiError {
  constructor(most: number) {
    super(
      'API_TOO_MANY_SOCKETS',
      `This credential has ${most} sockets open, which is all it may. Close some, or share one: every event of its streams comes over each.`,
    )
  }
}

export class TooManyWatchedError extends ApiError {
  constructor(most: number) {
    super('API_TOO_MANY_WATCHED', `A socket watches ${most} jobs at most. Unwatch those that are over.`)
  }
}

export class NotYourStreamError extends ApiError {
  constructor(stream: string, streams: readonly string[]) {
    super(
      'API_NOT_YOUR_STREAM',
      `You do not follow the stream "${stream.slice(0, 100)}". Yours are ${streams.join(', ')}, and those of jobs that you watch.`,
    )
  }
}
