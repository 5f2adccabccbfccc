import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'

import { addressSubject } from '../access/index.js'
import type { Clock } from '../time/index.js'
import { RateLimitedError, SlowBodyError } from './errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is read as it comes, for as long as it comes. */
    streams?: boolean
    /** Takes a password or another thing to guess: counted by address, and sooner full. */
    signsIn?: boolean
  }
}

export interface Limits {
  /** Most requests of one credential in a minute; of an address that has none, too. */
  readonly perMinute: number
  /** Addresses and ranges of the proxies in front: what these say of the client in `X-Forwarded-…` is believed. */
  readonly trustProxy: readonly string[]
}

const MINUTE_MS = 60_000

/** As many tries of one address, however many guess behind it. */
const SIGN_INS_PER_MINUTE = 30

/** Beyond these the longest unused is forgotten: they are counters in memory, a few hundred bytes each. */
const COUNTERS = 10_000

/** What a JSON body may hold; routes that stream set their own. */
export const BODY_LIMIT = 1024 ** 2

/** How long a body may take to arrive, of routes that do not stream: slow senders must not collect connections. */
const BODY_WITHIN_MS = 30_000

/** Puts limits on what comes in; {@link countRequests} applies the rates. */
export async function protect(api: FastifyInstance, clock: Clock): Promise<void> {
  await api.register(rateLimit, {
    global: false,
    timeWindow: MINUTE_MS,
    enableDraftSpec: true,
    // Only those who have to wait are told: it is a tenth of what a short request costs.
    addHeadersOnExceeding: {
      'ratelimit-limit': false,
      'ratelimit-remaining': false,
      'ratelimit-reset': false,
    },
    errorResponseBuilder: (_, { max, ttl }) => new RateLimitedError(max, Math.ceil(ttl / 1_000)),
  })
  api.addHook('onRequest', (request, reply, done) => {
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000')
    done()
  })
  api.addHook('preParsing', (request, _, payload, done) => {
    const { headers, raw, routeOptions } = request
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
    // Most bodies have arrived by now, together with their headers: those cost no timer.
    if (hasBody && !raw.complete && !routeOptions.config.streams) {
      const inTime = clock.after(BODY_WITHIN_MS, () => payload.destroy(new SlowBodyError(BODY_WITHIN_MS)))
      payload.once('close', inTime).once('end', inTime)
    }
    done()
  })
}

/**
 * Counts requests, and refuses those of a credential that has sent too many within a minute: what comes after this in `api`,
 * by caller where it is known by then, else by address.
 */
export function countRequests(api: FastifyInstance, { perMinute }: Pick<Limits, 'perMinute'>): void {
  const byCaller = api.rateLimit({
    max: perMinute,
    cache: COUNTERS,
    keyGenerator: ({ caller, ip }: FastifyRequest) => caller?.actor ?? addressSubject(ip),
  }) as onRequestAsyncHookHandler
  const signIn = api.rateLimit({
    max: SIGN_INS_PER_MINUTE,
    cache: COUNTERS,
    keyGenerator: ({ ip }) => addressSubject(ip),
  }) as onRequestAsyncHookHandler
  api.addHook('onRequest', function (request, reply) {
    return (request.routeOptions.config.signsIn ? signIn : byCaller).call(this, request, reply)
  })
}

/** Of answers that are data: a browser shall neither show, run, frame nor keep them. The same for each, for speed. */
const DATA_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

export function asData(reply: FastifyReply): void {
  void reply.headers(DATA_HEADERS)
}

/** Headers of everything in `api` from here on: it answers with data. */
export function answerData(api: FastifyInstance): void {
  api.addHook('onRequest', (_, reply, done) => {
    asData(reply)
    done()
  })
}

/** Headers of everything in `api`: it answers with pages, whose scripts are files of ours alone. */
export async function answerPages(api: FastifyInstance): Promise<void> {
  await api.register(helmet, {
    strictTransportSecurity: false, // set where the connection is known to be encrypted
    xFrameOptions: { action: 'deny' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'self'"],
        fontSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'"],
      },
    },
  })
}
