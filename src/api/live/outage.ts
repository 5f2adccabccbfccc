import { isUnavailable } from '../../database/index.js'
import type { Service } from '../../queue/index.js'
import type { Clock } from '../../time/index.js'
import { ToldOnce } from '../told-once.js'

/** Where it is told; a part of Fastify's logger. */
export interface Log {
  error(fields: object, message: string): void
  info(fields: object, message: string): void
}

/**
 * Logs once that the database is away and once that it is back, however many sockets and loops meet it meanwhile; once that a
 * secret cannot be read. Every other failure is logged each time.
 */
export class Outage {
  #failures = 0
  #beganMs = 0
  readonly #told = new ToldOnce()

  constructor(
    private readonly log: Log,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  /** @param requestId by which a client that is told of it can name it */
  readonly failed = (err: unknown, where: string, requestId?: string): void => {
    if (!isUnavailable(err)) return this.#logOther({ err, where, ...(requestId && { requestId }) })
    this.#failures += 1
    if (this.#failures > 1) return
    this.#beganMs = this.clock.monotonicMs()
    this.log.error({ err, where }, 'live events wait for the database; told once, until it is back')
  }

  /** The same service; a round of it that ends well has had its answer from the database, so that the outage is over. */
  endedBy(service: Service): Service {
    const runOnce = async (): Promise<unknown> => {
      const done = await service.runOnce()
      this.#end()
      return done
    }
    return { name: service.name, every: service.every, runOnce }
  }

  #logOther(fields: { err: unknown; where: string; requestId?: string }): void {
    if (this.#told.isNews(fields.err)) this.log.error(fields, 'failed, and will be tried again')
  }

  #end(): void {
    if (this.#failures === 0) return
    const fields = { failures: this.#failures, forMs: this.clock.monotonicMs() - this.#beganMs }
    this.#failures = 0
    this.log.info(fields, 'live events go on: the database is back')
  }
}
