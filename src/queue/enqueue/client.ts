import type { Database, Executor, Transaction } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { Batcher } from '../batcher.js'
import type { Job } from '../define-job.js'
import { ringAtCommit } from './foreign-transaction.js'
import { makeRoomFor, type HandOver } from './hand-over.js'
import { prepare, type Prepared } from './prepare.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import type { ClaimedJob } from '../store/claim.js'
import { request, type JobRequest, type RequestOptions } from './request.js'
import { insertPlain } from '../store/insert-plain.js'
import { isOneStatement, isPlain, writeJobs, type Enqueued } from './write-jobs.js'

export interface ClientOptions {
  database: Database
  registry: Registry<never>
  clock: Clock
  /** What every job gets as its context besides what its request says. */
  carry: () => Readonly<Record<string, string>> | undefined
  /** Called after the commit. Of these, some may be running already. */
  onEnqueued: (prepared: readonly Prepared[], answers: readonly Enqueued[], running: number) => void
  /** Not given: every job is left to be claimed. */
  handOver?: HandOver
}

/** Puts jobs in. */
export class Client {
  // Two writes at a time keep the server busy while the next batch gathers.
  readonly #batcher = new Batcher((items: readonly Prepared[]) => this.#commit(items), {
    most: 1_000,
    atOnce: 2,
    isAwaited: true,
  })

  constructor(private readonly options: ClientOptions) {}

  /**
   * Resolves once the job is committed, or, with `tx`, written in the caller's transaction. Calls made at the same time
   * are written together; each has an answer, or an error, of its own.
   * @throws {JobsError} JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION
   * @throws {DatabaseUnavailableError} DATABASE_UNAVAILABLE at once, or, without `tx`, when a server has not answered for
   *   10 s. Whether the job is there is then unknown: asked again under the same `id` it is the same job.
   */
  async enqueue<Payload>(
    job: Job<Payload, never>,
    payload: Payload,
    options: RequestOptions & { tx?: Transaction },
  ): Promise<Enqueued> {
    if (options.tx) return this.#enqueueIn(options.tx, job, payload, options)
    const prepared = this.prepare(request(job, payload, options))
    this.options.database.refuseInside('enqueue') // it would be written with those of others, outside the transaction
    return this.#batcher.add(prepared)
  }

  async #enqueueIn<Payload>(
    tx: Transaction,
    job: Job<Payload, never>,
    payload: Payload,
    { tx: _, ...options }: RequestOptions & { tx?: Transaction },
  ): Promise<Enqueued> {
    const [enqueued] = await this.writeIn(tx, [this.prepare(request(job, payload, options))])
    return enqueued as Enqueued
  }

  /** All of them in one transaction, or none; answers come in the order of the requests. */
  async enqueueMany(
    requests: readonly JobRequest[],
    { tx, ...others }: { tx?: Transaction | undefined } = {},
  ): Promise<readonly Enqueued[]> {
    refuseUnknown('of enqueueMany', others, { tx: true })
    const prepared = requests.map((wish) => this.prepare(wish))
    return tx ? this.writeIn(tx, prepared) : this.#commit(prepared)
  }

  /** Checks a request and makes the row of it. */
  prepare(wish: JobRequest): Prepared {
    const { registry, clock, carry } = this.options
    const carried = carry()
    const whole = carried ? { ...wish, context: { ...carried, ...wish.context } } : wish
    const job = registry.get(wish.name)
    return prepare(job, whole, clock.now(), registry.policies.setKeyOf(job))
  }

  /** Writes in the caller's transaction; workers hear of it after the commit. */
  async writeIn(tx: Transaction, prepared: readonly Prepared[]): Promise<readonly Enqueued[]> {
    const enqueued = await this.#write(tx, prepared)
    await ringAtCommit(tx)
    tx.afterCommit(() => this.options.onEnqueued(prepared, enqueued, 0))
    return enqueued
  }

  async #commit(prepared: readonly Prepared[]): Promise<readonly Enqueued[]> {
    if (prepared.length === 0) return []
    const { database, onEnqueued, handOver } = this.options
    if (!isOneStatement(prepared))
      return database.transaction((tx) => this.writeIn(tx, prepared), { prompt: true })
    if (handOver && prepared.every(isPlain)) return this.#commitPlain(prepared, handOver)
    const enqueued = await this.#write(database.background(), prepared)
    onEnqueued(prepared, enqueued, 0)
    return enqueued
  }

  /** What can run here at once is put in as running. */
  async #commitPlain(prepared: readonly Prepared[], handOver: HandOver): Promise<readonly Enqueued[]> {
    const { database, clock, onEnqueued } = this.options
    const { room, mayRun } = makeRoomFor(prepared, handOver) ?? {}
    const rows = prepared.map(({ row }) => row)
    const enqueued = rows.map(({ id }) => ({ id, isNew: true }))
    const runner = room && mayRun ? { workerId: handOver.workerId, fence: room.fence, mayRun } : undefined
    let running: readonly ClaimedJob[] = []
    try {
      running = await insertPlain(database.background(), rows, runner, clock.statementTime())
      onEnqueued(prepared, enqueued, running.length)
    } finally {
      room?.take(running)
    }
    return enqueued
  }

  #write(db: Executor, prepared: readonly Prepared[]): Promise<readonly Enqueued[]> {
    return writeJobs(db, prepared, this.options.clock.statementTime())
  }
}
