import { randomUUID } from 'node:crypto'

import { toMs, type Clock, type Duration } from '../time/index.js'
import { AttemptRun } from './attempt-run.js'
import type { StopReason } from './classify.js'
import { Doorbell } from './doorbell.js'
import type { FairShares } from './fair-shares.js'
import type { Claim, ClaimedJob } from './store/claim.js'

/** How often to look for work when nobody rings; a ring usually comes first. */
const POLL_EVERY_MS = 200

/** Pauses after claims that failed: doubled from the first to the last, so that a database that is away is not flooded. */
const RETRY_CLAIM_MS = { first: 100, last: 5_000 }

/** The part of a worker's slots that one tenant may hold while others wait. */
const MOST_FOR_ONE_TENANT = 0.8

/** What a worker asks of a claim; the rest is the same each time. */
export type ClaimWish = Pick<Claim, 'wishes' | 'limit' | 'fence' | 'allowSuspect' | 'perTenant'>

export interface WorkerOptions {
  /** Most attempts running at once. */
  concurrency: number
  shares: FairShares
  claim(wish: ClaimWish): Promise<readonly ClaimedJob[]>
  /** Runs one attempt and records its end; calls `ended` in between, as soon as the handler is through. */
  execute(job: ClaimedJob, run: AttemptRun, ended: () => void): Promise<void>
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
  get running(): readonly ClaimedJob[] {
    return [...this.#runs.values()].map(({ job }) => job)
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
      const thereMayBeMore = await this.#claim(this.#freeSlots())
      if (!thereMayBeMore && !this.#stopping) await this.#bell.sleep(this.#pauseMs())
    }
  }

  /** A slot is free once its handler is through; how many ends may wait to be written is bounded all the same. */
  #freeSlots(): number {
    const { concurrency } = this.#options
    const active = [...this.#runs.values()].filter(({ isThrough }) => !isThrough).length
    return Math.min(concurrency - active, 2 * concurrency - this.#runs.size)
  }

  /** @returns whether another claim at once may find more. */
  async #claim(limit: number): Promise<boolean> {
    if (limit <= 0) return false
    const { shares, onError } = this.#options
    const wishes = shares.plan(limit)
    const fence = (this.#claiming = randomUUID())
    try {
      const jobs = await this.#options.claim({
        wishes,
        limit,
        fence,
        allowSuspect: !this.#runsSuspect(),
        perTenant: this.#perTenant(limit),
      })
      this.#failedClaims = 0
      for (const job of jobs) this.#begin(job)
      const thereMayBeMore = shares.record(wishes, limit, jobs)
      return jobs.length > 0 && thereMayBeMore
    } catch (error) {
      this.#failedClaims += 1
      onError(error, 'claim')
      return false
    } finally {
      this.#claiming = undefined
    }
  }

  /** Tenants that this claim could take past what one may hold, and what they hold. */
  #perTenant(limit: number): Claim['perTenant'] {
    const most = Math.max(1, Math.floor(this.#options.concurrency * MOST_FOR_ONE_TENANT))
    const holding = new Map<string, number>()
    for (const { job } of this.#runs.values()) holding.set(job.tenantId, (holding.get(job.tenantId) ?? 0) + 1)
    for (const [tenantId, held] of holding) if (held + limit <= most) holding.delete(tenantId)
    return { most, holding }
  }

  #runsSuspect(): boolean {
    return [...this.#runs.values()].some(({ job }) => job.losses > 0)
  }

  #pauseMs(): number {
    if (this.#failedClaims === 0) return POLL_EVERY_MS
    return Math.min(RETRY_CLAIM_MS.first * 2 ** (this.#failedClaims - 1), RETRY_CLAIM_MS.last)
  }

  #begin(job: ClaimedJob): void {
    const { clock, execute, onError } = this.#options
    const key = keyOf(job.fence, job.id)
    const running: Running = { job, run: new AttemptRun(clock), isThrough: false }
    this.#runs.set(key, running)
    const free = () => {
      running.isThrough = true
      this.#bell.ring()
    }
    const ending = execute(job, running.run, free)
      // Its end could not be recorded. The watcher finds a running job that nobody runs and puts it back.
      .catch((error: unknown) => onError(error, 'execute'))
      .finally(() => {
        this.#runs.delete(key)
        this.#ending.delete(ending)
        this.#bell.ring()
      })
    this.#ending.add(ending)
    if (this.#graceIsOver) running.run.stop('shutdown') // claimed by a statement that was under way when the stop came
  }
}

interface Running {
  readonly job: ClaimedJob
  readonly run: AttemptRun
  /** Whether its handler has ended, and only its end is still to be written. */
  isThrough: boolean
}

function keyOf(fence: string, jobId: string): string {
  return `${fence}/${jobId}`
}
