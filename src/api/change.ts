import { createHash } from 'node:crypto'

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { findAnswer, keepAnswer, recordAudit, type AnswerKey, type AuditEntry } from '../access/index.js'
import type { Transaction } from '../database/index.js'
import { AnswerNotKeptError, InvalidIdempotencyKeyError, SecretNotKeptError } from './errors.js'
import type { AllServices, Services } from './services.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Request or answer holds a secret: nothing of it is kept, under no Idempotency-Key. */
    tellsSecret?: boolean
    /** The answer comes bit by bit, or is long: it is kept under no Idempotency-Key. */
    keepsNoAnswer?: boolean
  }
}

/** Writes down what a route did: in its transaction, with who called, from where; in the caller's tenant unless another is named. */
export type Audit = (
  what: Pick<AuditEntry, 'action' | 'object' | 'before' | 'after'>,
  tenantId?: string,
) => Promise<void>

/**
 * How routes change something: the change, its audit entry and, under an `Idempotency-Key`, its answer are one transaction.
 * The same key gets the same answer for 24 hours; an error is kept for nobody, its request may be sent again.
 */
export class Changes {
  constructor(private readonly services: AllServices) {}

  /**
   * @param work everything it does goes through `inside`; with {@link Audit} it writes down what it did
   * @param status of the answer; default 200. `work` may set another.
   */
  make<Answer>(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (inside: Services, audit: Audit) => Promise<Answer>,
    { status = 200 }: { status?: number } = {},
  ): Promise<Answer> {
    const key = keyOf(request)
    void reply.code(status)
    return this.services.database.transaction(async (tx) => {
      const inside = () => work(this.services.in(tx), auditIn(tx, request))
      return key ? answerOnce(tx, key, { request, reply }, inside) : inside()
    })
  }

  /** For the creation of jobs, which audits itself by their rows; without an `Idempotency-Key` it takes no transaction. Default 201. */
  enqueue<Answer>(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (services: Services) => Promise<Answer>,
    { status = 201 }: { status?: number } = {},
  ): Promise<Answer> {
    if (keyOf(request)) return this.make(request, reply, work, { status })
    void reply.code(status)
    return work(this.services)
  }
}

/** Refuses an `Idempotency-Key` where it would be in vain, for the answer is not kept. */
export function refuseKeysInVain(api: FastifyInstance): void {
  api.addHook('onRequest', async ({ headers, routeOptions: { config } }) => {
    if (headers['idempotency-key'] === undefined) return
    if (config.tellsSecret) throw new SecretNotKeptError()
    if (config.keepsNoAnswer) throw new AnswerNotKeptError()
  })
}

function keyOf({ headers, caller }: FastifyRequest): AnswerKey | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,200}$/.test(key)) throw new InvalidIdempotencyKeyError()
  return { tenantId: caller.tenantId, actor: caller.actor, key }
}

/** For what cannot be one transaction of {@link Changes}: an upload that commits part by part. */
export function auditIn(tx: Transaction, { caller, id, ip }: FastifyRequest): Audit {
  const { actor, via = null } = caller
  return (what, tenantId = caller.tenantId) =>
    recordAudit(tx, { tenantId, actor, via, ...what, requestId: id, address: ip })
}

async function answerOnce<Answer>(
  tx: Transaction,
  key: AnswerKey,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const kept = await findAnswer(tx, key, fingerprint(request))
  if (kept) return repeat(reply, kept) as Answer
  const answer = await work()
  const location = reply.getHeader('location')
  const body = answer === undefined ? null : String(reply.serialize(answer))
  await keepAnswer(tx, key, { status: reply.statusCode, location: location ? String(location) : null, body })
  return answer
}

/** The text that was sent before, past the route's own schemas. */
function repeat(
  reply: FastifyReply,
  { status, location, body }: { status: number; location: string | null; body: string | null },
): unknown {
  void reply.code(status).header('idempotent-replayed', 'true')
  if (location !== null) void reply.header('location', location)
  if (body === null) return undefined
  void reply.type('application/json').serializer(String)
  return body
}

function fingerprint({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('hex')
}
