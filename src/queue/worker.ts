import { randomUUID } from 'node:crypto'

import { toMs, type Clock, type Duration } from '../time/index.js'
import { AttemptRun } from './attempt-run.js'
import type { StopReason } from './classify.js'
import { Doorbell } from './doorbell.js'
import type { ClaimedJob } from './store/claim.js'

/** How often to look for work when nobody rings; a ring usually comes first. */
const POLL_EVERY_MS = 200

/** Pauses after claims that failed: doubled from the first to the last, so that a database that is away is not flooded. */
const RETRY_CLAIM_MS = { first: 100, last: 5_000 }

export interface WorkerOptions {
  /** Most attempts running at once. */
  concurrency: number
  /** @param allowSuspect whether one job that has lost a worker before may be among them */
  claim(limit: number, fence: string, allowSuspect: boolean): Promise<readonly ClaimedJob[]>
  /** Runs one attempt and records its end. */
  execute(job: ClaimedJob, run: AttemptRun): Promise<void>
  clock: Clock
  onError(error: unknown, where: string): void
}

/** Keeps up to `concurrency` jobs running. Never claims a job it has no free slot for. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #bell: Doorbell
  readonly #runs = new Map<string, Running>()
  readonly #ending = new Set<Promise<void>>()
  #claiming: string | undefined
  #failedClaims = 0
  #stopping = false
  #graceIsOver = false
  #loop: Promise<void> | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#bell = new Doorbell(options.clock)
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** There may be new work. */
  wake(): void {
    this.#bell.ring()
  }

  /** Whether this worker runs that attempt, or may be about to: its claim is on its way. */
  holds(fence: string, jobId: string): boolean {
    return fence === this.#claiming || this.#runs.has(keyOf(fence, jobId))
  }

  /** The attempts on their way. */
  get running(): readonly { fence: string; jobId: string }[] {
    return [...this.#runs.values()].map(({ fence, jobId }) => ({ fence, jobId }))
  }

  /** Aborts the signal of one attempt; does nothing when it has ended. */
  stopAttempt(fence: string, jobId: string, reason: StopReason): void {
    this.#runs.get(keyOf(fence, jobId))?.run.stop(reason)
  }

  /** Claims nothing more, gives running attempts `grace` to end, then aborts their signals and waits for their end. */
  async stop(grace: Duration): Promise<void> {
    this.#stopping = true
    this.#bell.ring()
    const cancel = this.#options.clock.after(toMs(grace), () => {
      this.#graceIsOver = true
      for (const { run } of this.#runs.values()) run.stop('shutdown')
    })
    await this.#loop
    await Promise.all(this.#ending)
    cancel()
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const free = this.#options.concurrency - this.#runs.size
      const jobs = await this.#claim(free)
      const thereMayBeMore = free > 0 && jobs.length === free
      if (!thereMayBeMore && !this.#stopping) await this.#bell.sleep(this.#pauseMs())
    }
  }

  async #claim(limit: number): Promise<readonly ClaimedJob[]> {
    if (limit === 0) return []
    this.#claiming = randomUUID()
    try {
      const jobs = await this.#options.claim(limit, this.#claiming, !this.#runsSuspect())
      this.#failedClaims = 0
      for (const job of jobs) this.#begin(job)
      return jobs
    } catch (error) {
      this.#failedClaims += 1
      this.#options.onError(error, 'claim')
      return []
    } finally {
      this.#claiming = undefined
    }
  }

  #runsSuspect(): boolean {
    return [...this.#runs.values()].some(({ isSuspect }) => isSuspect)
  }

  #pauseMs(): number {
    if (this.#failedClaims === 0) return POLL_EVERY_MS
    return Math.min(RETRY_CLAIM_MS.first * 2 ** (this.#failedClaims - 1), RETRY_CLAIM_MS.last)
  }

  #begin(job: ClaimedJob): void {
    const key = keyOf(job.fence, job.id)
    const run = new AttemptRun(this.#options.clock)
    this.#runs.set(key, { fence: job.fence, jobId: job.id, isSuspect: job.losses > 0, run })
    const ending = this.#options
      .execute(job, run)
      // Its end could not be recorded. The watcher finds a running job that nobody runs and puts it back.
      .catch((error: unknown) => this.#options.onError(error, 'execute'))
      .finally(() => {
        this.#runs.delete(key)
        this.#ending.delete(ending)
        this.#bell.ring()
      })
    this.#ending.add(ending)
    if (this.#graceIsOver) run.stop('shutdown') // claimed by a statement that was under way when the stop came
  }
}

interface Running {
  readonly fence: string
  readonly jobId: string
  /** Has lost a worker before: at most one such runs at a time, so that it cannot take others down again and again. */
  readonly isSuspect: boolean
  readonly run: AttemptRun
}

function keyOf(fence: string, jobId: string): string {
  return `${fence}/${jobId}`
}
