import { randomUUID } from 'node:crypto'

import { toMs, type Cancel, type Clock, type Duration } from '../../time/index.js'
import { AttemptRun } from '../attempt/attempt-run.js'
import type { StopReason, Verdict } from '../attempt/classify.js'
import type { AttemptListener } from '../attempt/executor.js'
import type { Recorded } from '../attempt/record.js'
import { ByAttempt, type AttemptKey } from './by-attempt.js'
import { claimPauseMs } from './claim-pause.js'
import { Doorbell } from '../doorbell.js'
import type { FairShares } from './fair-shares.js'
import { Prefetch } from './prefetch.js'
import type { Claim, ClaimedJob } from '../store/claim.js'

/** The part of a worker's slots that one tenant may hold while others wait. */
const MOST_FOR_ONE_TENANT = 0.8

/** What a worker asks of a claim; the rest is the same each time. */
export type ClaimWish = Pick<Claim, 'wishes' | 'limit' | 'fence' | 'allowSuspect' | 'perTenant'>

export interface WorkerOptions {
  /** Most attempts running at once. */
  concurrency: number
  shares: FairShares
  /** Whether jobs may be claimed before a slot is free, where attempts are short. */
  mayClaimAhead: boolean
  claim(wish: ClaimWish): Promise<readonly ClaimedJob[]>
  /** Runs one attempt and records its end, and tells `listener`. */
  execute(run: AttemptRun, listener: AttemptListener): void
  /** An attempt's end was written down. */
  onEnded(queue: string, how: Recorded, verdict: Verdict): void
  clock: Clock
  onError(error: unknown, where: string): void
}

/** Jobs claimed ahead that no slot has come free for in this time go back into line, for others to run. */
const STALE_MS = 500

/** How many ends may wait to be written, beyond as many as there are slots: enough for a full batch. */
const BACKLOG = 500

/** Keeps up to `concurrency` jobs running. Claims a job that it has no free slot for only where attempts are short. */
export class Worker {
  /** Attempts that began here and whose end could not be recorded. The watcher forgets those that are settled. */
  readonly unrecorded = new ByAttempt<AttemptKey>()
  readonly #options: WorkerOptions
  readonly #bell: Doorbell
  readonly #runs = new ByAttempt<Running>()
  /** Claimed ahead, in the order of their turn. */
  #ahead: Running[] = []
  readonly #prefetch: Prefetch
  #active = 0
  #staleAlarm: Cancel | undefined
  #claiming: string | undefined
  #failedClaims = 0
  #stopping = false
  #graceIsOver = false
  #loop: Promise<void> | undefined
  #idle: () => void = () => undefined
  #isBeginning = false

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#bell = new Doorbell(options.clock)
    this.#prefetch = new Prefetch(options.concurrency, options.mayClaimAhead)
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
    return fence === this.#claiming || this.#runs.has({ id: jobId, fence })
  }

  /** The attempts on their way. */
  get running(): readonly ClaimedJob[] {
    return this.#runs.values().map(({ run }) => run.job)
  }

  /** Aborts the signal of one attempt; does nothing when it has ended. */
  stopAttempt(fence: string, jobId: string, reason: StopReason): void {
    this.#runs.get({ id: jobId, fence })?.run.stop(reason)
  }

  /** Claims nothing more, gives running attempts `grace` to end, then aborts their signals and waits for their end. */
  async stop(grace: Duration): Promise<void> {
    this.#stopping = true
    this.#bell.ring()
    this.#giveBackAhead()
    const cancel = this.#options.clock.after(toMs(grace), () => {
      this.#graceIsOver = true
      for (const { run } of this.#runs.values()) run.stop('shutdown')
    })
    await this.#loop
    if (this.#runs.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
    this.#staleAlarm?.()
    cancel()
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const thereMayBeMore = await this.#claim(this.#room())
      if (!thereMayBeMore && !this.#stopping) await this.#bell.sleep(claimPauseMs(this.#failedClaims))
    }
  }

  /**
   * How many jobs to claim: one for each free slot, and some ahead where attempts are short. A slot is free once its
   * handler is through; how many ends may wait to be written is bounded all the same.
   */
  #room(): number {
    const { concurrency } = this.#options
    const most = this.#prefetch.most
    if (this.#ahead.length > most / 2) return 0 // enough for now: the next claim is the larger
    const unwritten = this.#runs.size - this.#active - this.#ahead.length
    if (unwritten > concurrency + (most > 0 ? BACKLOG : 0)) return 0
    return concurrency - this.#active + most - this.#ahead.length
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
        allowSuspect: this.#active < this.#options.concurrency && !this.#runsSuspect(),
        perTenant: this.#perTenant(limit),
      })
      this.#failedClaims = 0
      for (const job of jobs) this.#take(job)
      if (this.#stopping) this.#giveBackAhead() // claimed by a statement that was under way when the stop came
      this.#beginNext()
      this.#watchStale()
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
    const slots = this.#options.concurrency + this.#prefetch.most
    const most = Math.max(1, Math.floor(slots * MOST_FOR_ONE_TENANT))
    const holding = new Map<string, number>()
    for (const { run } of this.#runs.values())
      holding.set(run.job.tenantId, (holding.get(run.job.tenantId) ?? 0) + 1)
    for (const [tenantId, held] of holding) if (held + limit <= most) holding.delete(tenantId)
    return { most, holding }
  }

  #runsSuspect(): boolean {
    return this.#runs.values().some(({ run }) => run.job.losses > 0)
  }

  #take(job: ClaimedJob): void {
    const { clock } = this.#options
    const running = new Running(new AttemptRun(job, clock), clock.monotonicMs(), this.#told)
    this.#runs.add(running)
    if (job.losses > 0) this.#ahead.unshift(running)
    else this.#ahead.push(running)
    // Claimed by a statement that was under way when the stop came.
    if (this.#graceIsOver) running.run.stop('shutdown')
  }

  #beginNext(): void {
    const free = this.#options.concurrency - this.#active
    if (free <= 0 || this.#ahead.length === 0) return
    const next = this.#ahead.slice(0, free)
    this.#ahead = this.#ahead.slice(free)
    for (const running of next) this.#begin(running)
  }

  #begin(running: Running): void {
    this.#active += 1
    running.begin()
    try {
      this.#options.execute(running.run, running)
    } catch (error) {
      running.failed(error)
    }
  }

  /** What its attempts have to tell. */
  readonly #told: Told = {
    through: ({ run, begins }, runMs) => {
      this.#active -= 1
      if (begins) this.#prefetch.noteRun(runMs, run.job.limitKeys !== null)
      this.#slotIsFree()
    },
    recorded: (running, how, verdict) => {
      this.#options.onEnded(running.run.job.queue, how, verdict)
      this.#forget(running)
    },
    // The watcher finds a running job that nobody runs and puts it back.
    failed: (running, error) => {
      if (running.begins) this.unrecorded.add({ id: running.id, fence: running.fence })
      this.#options.onError(error, 'execute')
      this.#forget(running)
    },
  }

  #forget(running: Running): void {
    this.#runs.delete(running)
    this.#bell.ring()
    if (this.#runs.size === 0) this.#idle()
  }

  #slotIsFree(): void {
    this.#bell.ring()
    if (this.#ahead.length === 0 || this.#isBeginning) return
    // In a turn of its own: handlers that never wait would otherwise follow one another and let nothing else in.
    this.#isBeginning = true
    setImmediate(() => {
      this.#isBeginning = false
      this.#beginNext()
    })
  }

  /** Whatever was claimed ahead is not to wait here while slots are free elsewhere. */
  #watchStale(): void {
    if (this.#ahead.length === 0) return
    this.#staleAlarm ??= this.#options.clock.after(STALE_MS, () => {
      this.#staleAlarm = undefined
      const before = this.#ahead.length
      this.#giveBackAhead(this.#options.clock.monotonicMs() - STALE_MS)
      if (this.#ahead.length < before) this.#prefetch.noteStale()
      this.#watchStale()
    })
  }

  /** Of what was claimed ahead, that which was claimed by then. */
  #giveBackAhead(untilMs = Infinity): void {
    const first = this.#ahead.findIndex(({ claimedMs }) => claimedMs > untilMs)
    for (const running of this.#ahead.splice(0, first === -1 ? this.#ahead.length : first)) {
      running.run.stop('shutdown')
      this.#begin(running)
    }
  }
}

interface Told {
  through(running: Running, runMs: number): void
  recorded(running: Running, how: Recorded, verdict: Verdict): void
  failed(running: Running, error: unknown): void
}

/** A claimed job, from its claim until its end is written down. */
class Running implements AttemptListener, AttemptKey {
  /** Whether it really ran: else it is only given back, which tells nothing about how long attempts take. */
  begins = false
  #isThrough = false

  constructor(
    readonly run: AttemptRun,
    readonly claimedMs: number,
    private readonly told: Told,
  ) {}

  get id(): string {
    return this.run.job.id
  }

  get fence(): string {
    return this.run.job.fence
  }

  begin(): void {
    this.begins = !this.run.stopped
  }

  through(runMs: number): void {
    if (this.#isThrough) return
    this.#isThrough = true
    this.told.through(this, runMs)
  }

  recorded(how: Recorded, verdict: Verdict): void {
    this.told.recorded(this, how, verdict)
  }

  failed(error: unknown): void {
    this.through(0)
    this.told.failed(this, error)
  }
}
