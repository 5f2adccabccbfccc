import type { FastifyError, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'

import { pointerTo, type InvalidPayloadError } from '../queue/index.js'
import { BodyTooLargeError, UnsupportedTypeError } from './errors.js'
import { STATUS_BY_CODE } from './status-by-code.js'

/** An error as RFC 9457 has it. `code` is stable; the sentences may change. */
export const Problem = z.object({
  type: z.string().describe('A URI for this kind of problem; `about:blank` when the status says it all.'),
  title: z.string(),
  status: z.number().int(),
  code: z.string().describe('Stable, for programs.'),
  detail: z.string().describe('What is wrong, with what, and what to do next.'),
  instance: z.string().describe("The request's id, as in the log."),
  errors: z
    .array(
      z.object({ field: z.string().describe('A JSON pointer; empty for the whole.'), message: z.string() }),
    )
    .optional()
    .describe('Every field that is wrong.'),
})
export type Problem = z.output<typeof Problem>

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** What the client is told. An error nobody foresaw tells nothing but the request's id. */
export function toProblem(error: unknown, requestId: string): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) return invalidInput(error, requestId)
  const { code, message } = error as { code?: string; message?: string }
  const status = code === undefined ? undefined : STATUS_BY_CODE[code]
  if (code !== undefined && status !== undefined) {
    return {
      ...problem(status, code, message ?? '', requestId),
      ...toldFields(error as ToldError),
    }
  }
  return frameworkProblem(error, requestId)
}

/** After how many seconds it is worth a try again; undefined where waiting does not help. */
export function retryAfterSecondsOf(error: unknown, { status }: Pick<Problem, 'status'>): number | undefined {
  return (error as { retryAfterSeconds?: number }).retryAfterSeconds ?? (status === 503 ? 1 : undefined)
}

interface ToldError {
  readonly message: string
  /** With dots between its parts. */
  readonly field?: string
  /** Of a job's data. */
  readonly fields?: InvalidPayloadError['fields']
}

function toldFields({ field, fields = [], message }: ToldError): Pick<Problem, 'errors'> {
  if (field !== undefined) return { errors: [{ field: pointerTo(field.split('.')), message }] }
  if (fields.length === 0) return {}
  return { errors: fields.map(({ path, message }) => ({ field: pointerTo(['data', ...path]), message })) }
}

/** Fastify's own refusals do not say what the route takes. */
export function inOurWords(error: unknown, { routeOptions }: Pick<FastifyRequest, 'routeOptions'>): unknown {
  switch ((error as Partial<FastifyError>).code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new BodyTooLargeError(routeOptions.bodyLimit)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new UnsupportedTypeError(routeOptions.schema?.consumes ?? ['application/json'])
    default:
      return error
  }
}

/** What else Fastify refuses, such as a body that is no JSON. */
function frameworkProblem(error: unknown, requestId: string): Problem {
  const { statusCode = 500, message } = error as Partial<FastifyError>
  if (statusCode >= 400 && statusCode < 500)
    return problem(statusCode, 'API_BAD_REQUEST', message ?? '', requestId)
  return problem(
    500,
    'API_INTERNAL',
    `Something went wrong here. The log tells more about request ${requestId}.`,
    requestId,
  )
}

/** As many wrong fields are told in the sentence; `errors` has them all. */
const SENTENCES = 5

function invalidInput(
  {
    validation,
    validationContext = 'request',
  }: { validation: Validation[]; validationContext?: string | undefined },
  requestId: string,
): Problem {
  const errors = withoutSafeRange(validation).flatMap(fieldsOf)
  const sentences = errors.slice(0, SENTENCES).map(({ field, message }) => `${field || 'it'} ${message}`)
  const more = errors.length > SENTENCES ? `; and ${errors.length - SENTENCES} more` : ''
  const where = validationContext === 'querystring' ? 'query' : validationContext
  const detail = `The ${where} cannot be used: ${sentences.join('; ')}${more}.`
  return { ...problem(400, 'API_INVALID_INPUT', detail, requestId), errors }
}

interface Validation {
  instancePath: string
  message?: string | undefined
  params: Record<string, unknown>
}

/** A whole number that nothing can hold is beyond the bound of its field as well, which says more. */
function withoutSafeRange(validation: Validation[]): Validation[] {
  const isSafeRange = ({ params }: Validation) => params['note'] !== undefined
  const others = new Set(
    validation.filter((one) => !isSafeRange(one)).map(({ instancePath }) => instancePath),
  )
  return validation.filter((one) => !isSafeRange(one) || !others.has(one.instancePath))
}

function fieldsOf({
  instancePath,
  message = 'is wrong',
  params,
}: Validation): { field: string; message: string }[] {
  const keys = params['keys']
  const parent = instancePath === '/' ? '' : instancePath
  if (!Array.isArray(keys)) return [{ field: parent, message }]
  return keys.map((key) => ({ field: parent + pointerTo([String(key)]), message }))
}

function problem(status: number, code: string, detail: string, requestId: string): Problem {
  return { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail, instance: requestId }
}
