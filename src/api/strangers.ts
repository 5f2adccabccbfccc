import type { FastifyInstance, FastifyRequest } from 'fastify'

import { addressSubject } from '../access/index.js'
import type { Clock } from '../time/index.js'
import { RateLimitedError } from './errors.js'

/** Requests of one address whose credential is none: beyond these nothing of it is looked up any more. */
const PER_MINUTE = 300

/** Addresses that are held up at once; the one held up first is let go first. */
const MOST = 10_000

/** Where somebody calls from; for a socket that is all there is. */
export type From = Pick<FastifyRequest, 'ip'>

type Count = ReturnType<FastifyInstance['createRateLimit']>

/** Counts those whose credential is none, by address, and holds up an address that has sent too many within a minute. */
export class Strangers {
  readonly #overUntilMs = new Map<string, number>()
  readonly #count: Count

  constructor(
    api: FastifyInstance,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.#count = api.createRateLimit({ max: PER_MINUTE, keyGenerator: ({ ip }) => addressSubject(ip) })
  }

  /** Why nothing is looked up for an address at this moment. */
  refusalOf({ ip }: From): RateLimitedError | undefined {
    // Nearly always there are none, and then a request is to cost nothing.
    if (this.#overUntilMs.size === 0) return undefined
    const address = addressSubject(ip)
    const leftMs = (this.#overUntilMs.get(address) ?? 0) - this.clock.monotonicMs()
    if (leftMs > 0) return new RateLimitedError(PER_MINUTE, Math.ceil(leftMs / 1_000))
    this.#overUntilMs.delete(address)
    return undefined
  }

  /** @returns what the request is to be told: `refusal`, or that there were too many */
  async count<Refusal extends Error>(request: From, refusal: Refusal): Promise<Refusal | RateLimitedError> {
    const counted = await this.#count({ ip: request.ip, routeOptions: {} } as FastifyRequest)
    if (counted.isAllowed || !counted.isExceeded) return refusal
    this.#holdUp(addressSubject(request.ip), counted.ttlInSeconds)
    return new RateLimitedError(PER_MINUTE, counted.ttlInSeconds)
  }

  #holdUp(address: string, forS: number): void {
    this.#overUntilMs.set(address, this.clock.monotonicMs() + forS * 1_000)
    const [first] = this.#overUntilMs.keys()
    if (this.#overUntilMs.size > MOST && first !== undefined) this.#overUntilMs.delete(first)
  }
}
