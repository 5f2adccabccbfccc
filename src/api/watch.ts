import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Answered, RequestTracing } from '../telemetry/index.js'
import { withLogFields } from '../telemetry/index.js'
import { MetricsTokenError } from './errors.js'
import { hasToken } from './metrics-token.js'

/** How the process is watched from outside. */
export interface Watch {
  /** What a scrape is answered with. */
  readonly metrics: { metrics(): Promise<string>; readonly contentType: string }
  /** What a scrape has to send; without one whoever asks is answered. */
  readonly metricsToken: string | undefined
  /** Hears of every request that was answered, or whose caller left before. */
  answered(request: Answered): void
  /** Gets what counts the sockets that are open. */
  sockets(count: () => number): void
  /** A span around each request; left out: nobody looks at traces. */
  readonly tracing?: RequestTracing | undefined
}

/** Has every request of `api` counted, traced, mentioned in the log, and every line of the log say which request it is of. */
export function watchRequests(api: FastifyInstance, { answered, tracing }: Watch): void {
  const tell = (request: FastifyRequest, reply: FastifyReply, status: number): void => {
    const answer = answerOf(request, reply, status)
    answered(answer)
    tracing?.end(reply, answer)
    request.log.debug({ ...answer, path: pathOf(request) }, 'answered')
  }
  api.addHook('onRequest', (request, reply, done) => {
    const inside = () => withLogFields(() => fieldsOf(request), done)
    // It is outside of the request that a connection closes.
    const left = () =>
      withLogFields(
        () => fieldsOf(request),
        () => tell(request, reply, CALLER_LEFT),
      )
    // Every answer is closed in the end. One that is out, or broke, is told by onResponse, which may come after that.
    const isOut = () => reply.raw.off('close', left)
    reply.raw.once('close', left).once('finish', isOut).once('error', isOut)
    if (tracing) tracing.begin({ method: request.method, headers: request.headers, key: reply }, inside)
    else inside()
  })
  api.addHook('onResponse', (request, reply, done) => {
    tell(request, reply, reply.statusCode)
    done()
  })
}

/** The status, as proxies have it, of a request whose caller did not wait for the answer. */
const CALLER_LEFT = 499

/** Who asks is known once the credential was looked at. */
function fieldsOf({ id, caller }: FastifyRequest): object {
  return { requestId: id, ...(caller && { tenantId: caller.tenantId, actor: caller.actor }) }
}

function answerOf({ method, routeOptions }: FastifyRequest, reply: FastifyReply, status: number): Answered {
  const route = routeOptions.url ?? 'none'
  return { method, route, status, seconds: reply.elapsedTime / 1_000 }
}

/** Without its search, in which there may be what is nobody's business. */
function pathOf({ url }: FastifyRequest): string {
  return url.replace(/\?.*/s, '')
}

/** Adds `GET /metrics`. */
export function answerScrapes(api: FastifyInstance, { metrics, metricsToken }: Watch): void {
  api.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (metricsToken !== undefined && !hasToken(request.headers.authorization, metricsToken))
      throw new MetricsTokenError()
    return reply.type(metrics.contentType).send(await metrics.metrics())
  })
}
