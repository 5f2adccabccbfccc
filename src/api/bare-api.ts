import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'

import { newId } from '../database/index.js'
import type { Clock } from '../time/index.js'
import { closeOnceIdle } from './close-idle.js'
import { NoSuchRouteError, ZeroCharacterError } from './errors.js'
import { inOurWords, retryAfterSecondsOf, toProblem } from './problem.js'
import { asData, BODY_LIMIT, protect, type Limits } from './protect.js'
import { speakPlainly } from './sentences.js'
import { ToldOnce } from './told-once.js'
import { watchRequests, type Watch } from './watch.js'

export interface BareOptions {
  readonly limits: Limits
  readonly clock: Clock
  /** Left out: nobody watches. */
  readonly watch?: Watch | undefined
  readonly logger?: FastifyBaseLogger | undefined
}

/**
 * Given from the start, for Fastify would load its own first: 240 files for JSON Schema that nobody asks here, a tenth of what a
 * command loads. Its types know of none but JSON Schema's.
 */
const COMPILERS = {
  buildValidator: () => validatorCompiler as never,
  buildSerializer: () => serializerCompiler as never,
}

/** An HTTP interface without a route: watched, limited, and with problems for errors. */
export async function bareApi({ limits, clock, watch, logger }: BareOptions): Promise<FastifyInstance> {
  const answerProblem = problemAnswers(new ToldOnce())
  const api = fastify({
    ...(logger && { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    // Connections that are kept alive would hold up a shutdown; and see closeOnceIdle.
    forceCloseConnections: 'idle',
    // The longest id or name, each of its characters escaped.
    routerOptions: { maxParamLength: 200 * '%F0%9F%9A%9A'.length },
    frameworkErrors: answerProblem,
    bodyLimit: BODY_LIMIT,
    trustProxy: limits.trustProxy.length > 0 && [...limits.trustProxy],
    schemaController: { compilersFactory: COMPILERS },
  })
  api.removeContentTypeParser('text/plain')
  closeOnceIdle(api)
  if (watch) watchRequests(api, watch)
  refuseZeroCharacters(api)
  speakPlainly()
  answerProblems(api, answerProblem)
  await protect(api, clock)
  return api
}

type AnswerProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply

function answerProblems(api: FastifyInstance, answerProblem: AnswerProblem): void {
  api.setErrorHandler(answerProblem)
  api.setNotFoundHandler((request) => {
    throw new NoSuchRouteError(request.method, request.url)
  })
}

function problemAnswers(told: ToldOnce): AnswerProblem {
  return (error, request, reply) => {
    const problem = toProblem(inOurWords(error, request), request.id)
    if (problem.status >= 500 && told.isNews(error))
      request.log.error({ err: error, requestId: request.id }, 'request failed')
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
    const retryAfterSeconds = retryAfterSecondsOf(error, problem)
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
    asData(reply)
    // Already text, so that a route's own schemas for its answers do not stand in the way.
    return reply
      .code(problem.status)
      .type('application/problem+json')
      .serializer(String)
      .send(JSON.stringify(problem))
  }
}

/** PostgreSQL stores none, so that every search for one would fail there. */
function refuseZeroCharacters(api: FastifyInstance): void {
  api.addHook('onRequest', async ({ url }) => {
    if (url.includes('%00')) throw new ZeroCharacterError()
  })
}
