import { isUniqueViolation, type Database } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import { refuseInvalidBulk, selectionOf, toPayload, type BulkRequest } from './bulk.js'
import { refuseUnstorable } from '../check-options.js'
import type { Recorder } from '../attempt/recorder.js'
import type { Client } from '../enqueue/client.js'
import { EngineOwnedError, IllegalMoveError } from '../errors.js'
import { DEFAULT_KEEP } from '../attempt/default-keep.js'
import { bury, edit, replayWith } from './dead-letter.js'
import { JobSearch } from './job-search.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import { cancelPending, requestCancel } from '../store/cancel.js'
import { countJobs, type Count } from '../store/count.js'
import type { JobView } from './job-view.js'
import { readNow } from '../store/find.js'
import { hurry, replayFinished } from '../store/replay.js'
import { isEngineName } from '../system-names.js'

/** What a bulk operation is about to do. */
export interface BulkAnswer extends Count {
  /** The job that does it; `null` in a dry run. */
  readonly jobId: string | null
}

/**
 * What people may look at and do to jobs, each within one tenant. Nothing is done to the engine's own but {@link asOwner}:
 * else JOBS_ENGINE_OWNED.
 */
export class Operator extends JobSearch {
  constructor(
    database: Database,
    registry: Registry<never>,
    clock: Clock,
    private readonly on: {
      waiting(): void
      cancelRequested(): void
      ended(ids: readonly string[]): void
      buried(job: JobView): void
      recorder: Pick<Recorder, 'tellOutcome'>
      enqueue: Client['enqueueMany']
      /** Where jobs can be moved to. */
      queues: readonly string[]
    },
    private readonly ofOwner = false,
  ) {
    super(database, registry, clock)
  }

  /** The same, for an owner of the instance: what it does it does to the engine's own jobs as well. */
  get asOwner(): Operator {
    return new Operator(this.database, this.registry, this.clock, this.on, true)
  }

  /**
   * Does one thing to every job that a filter matches now: a job of the engine's does it, in batches, and its result says
   * how many. Jobs of the engine are left alone.
   * @throws {JobsError} JOBS_INVALID_OPTION, JOBS_UNKNOWN_OPTION, JOBS_UNKNOWN_QUEUE
   */
  async bulk(tenantId: string, request: BulkRequest): Promise<BulkAnswer> {
    refuseInvalidBulk(request, this.on.queues)
    const { dryRun = false, actor, ...bulk } = request
    const upTo = await readNow(this.database, this.clock.statementTime())
    const count = await countJobs(this.database, this.among(tenantId, selectionOf(bulk, upTo)))
    if (dryRun) return { ...count, jobId: null }
    const payload = toPayload(bulk, upTo)
    const wish = { name: 'jobs.apply-bulk', payload, tenantId, ...(actor !== undefined && { actor }) }
    const [job] = await this.on.enqueue([wish])
    return { ...count, jobId: job?.id ?? null }
  }

  /**
   * A job that has not started is cancelled at once; a running one has its signal aborted and can no longer end otherwise.
   * @throws {JobNotFoundError} JOBS_NOT_FOUND
   * @throws {InvalidOptionError} JOBS_INVALID_OPTION when the reason cannot be stored.
   * @throws {IllegalMoveError} JOBS_ILLEGAL_MOVE when it is finished.
   */
  async cancel(tenantId: string, id: string, reason: string): Promise<JobView> {
    refuseUnstorable('reason', reason)
    const job = await this.#getToChange(tenantId, id)
    const now = this.clock.statementTime()
    const keepMs = toMs((this.registry.find(job.name)?.keep ?? DEFAULT_KEEP).done)
    const cancelled = await cancelPending(this.database, { id, tenantId, reason, keepMs, now })
    if (cancelled) {
      if (cancelled.hasWaiters) this.on.ended([id])
      return this.get(tenantId, id)
    }
    if (await requestCancel(this.database, { id, tenantId, reason, now })) {
      this.on.cancelRequested()
      return this.get(tenantId, id)
    }
    const current = await this.get(tenantId, id)
    if (current.finishedAt)
      throw new IllegalMoveError(id, current.state, 'only a job that is not finished can be cancelled')
    return this.cancel(tenantId, id, reason) // it moved between the two statements
  }

  /**
   * A dead or cancelled job starts anew, with all its attempts; one that waits for its time is due now.
   * @throws {JobNotFoundError} JOBS_NOT_FOUND
   * @throws {IllegalMoveError} JOBS_ILLEGAL_MOVE in any other state, or when a newer job stands under its unique key.
   */
  async retry(tenantId: string, id: string): Promise<JobView> {
    const job = await this.#getToChange(tenantId, id)
    const wish = { id, tenantId, now: this.clock.statementTime() }
    const moved =
      (await this.#unlessNeedless(job, () => replayFinished(this.database, wish))) ||
      (await hurry(this.database, wish))
    if (!moved)
      throw new IllegalMoveError(id, job.state, 'only a dead, a cancelled or a scheduled job can be retried')
    this.on.waiting()
    return this.get(tenantId, id)
  }

  /**
   * A dead or cancelled job starts anew, with all its attempts, and with `payload` if that is given.
   * @throws {JobNotFoundError} JOBS_NOT_FOUND
   * @throws {JobsError} JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION
   * @throws {IllegalMoveError} JOBS_ILLEGAL_MOVE in any other state, or when a newer job stands under its unique key.
   */
  async replay(tenantId: string, id: string, changes: { payload?: unknown } = {}): Promise<JobView> {
    refuseUnknown('of a replay', changes, { payload: true })
    const job = await this.#getToChange(tenantId, id)
    const wish = { id, tenantId, now: this.clock.statementTime() }
    const moved = await this.#unlessNeedless(job, () =>
      changes.payload === undefined
        ? replayFinished(this.database, wish)
        : replayWith(this, job, changes.payload),
    )
    if (!moved) throw new IllegalMoveError(id, job.state, 'only a dead or a cancelled job can be replayed')
    this.on.waiting()
    return this.get(tenantId, id)
  }

  /**
   * Gives a dead or cancelled job another payload, with which it starts once it is replayed.
   * @throws {JobNotFoundError} JOBS_NOT_FOUND
   * @throws {JobsError} JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_OPTION
   * @throws {IllegalMoveError} JOBS_ILLEGAL_MOVE in any other state.
   */
  async edit(tenantId: string, id: string, { payload }: { payload: unknown }): Promise<JobView> {
    const job = await this.#getToChange(tenantId, id)
    if (!(await edit(this, this.database, job, payload)))
      throw new IllegalMoveError(id, job.state, 'only a dead or a cancelled job can be given another payload')
    return this.get(tenantId, id)
  }

  /**
   * Gives a job up: it is dead at once, whatever attempts it had left. One that runs is taken from its worker, which hears
   * of it within half a second by its signal, and can no longer end it.
   * @throws {JobNotFoundError} JOBS_NOT_FOUND
   * @throws {InvalidOptionError} JOBS_INVALID_OPTION when the reason cannot be stored.
   * @throws {IllegalMoveError} JOBS_ILLEGAL_MOVE when it is finished.
   */
  async bury(tenantId: string, id: string, reason: string): Promise<JobView> {
    refuseUnstorable('reason', reason)
    const job = await this.#getToChange(tenantId, id)
    const buried = await bury(this, this.on.recorder, job, reason)
    if (!buried) throw new IllegalMoveError(id, job.state, 'only a job that is not finished can be buried')
    this.on.buried(job)
    if (buried.hasWaiters) this.on.ended([id])
    if (buried.wasRunning) {
      this.on.cancelRequested()
      this.on.waiting() // its limits have room
    }
    return this.get(tenantId, id)
  }

  async #getToChange(tenantId: string, id: string): Promise<JobView> {
    const job = await this.get(tenantId, id)
    if (isEngineName(job.name) && !this.ofOwner) throw new EngineOwnedError(`Job ${id} (${job.name})`)
    return job
  }

  /** Says in words that a newer job stands under the unique key of one that was to come back. */
  async #unlessNeedless(job: JobView, replay: () => Promise<boolean>): Promise<boolean> {
    try {
      return await replay()
    } catch (error) {
      if (!isUniqueViolation(error, 'job_unique') && !isUniqueViolation(error, 'job_exclusive')) throw error
      throw new IllegalMoveError(
        job.id,
        job.state,
        'a newer job for the same is in line or running, so this one is not needed',
      )
    }
  }
}
