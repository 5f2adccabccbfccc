import { toMs, type Cancel, type Clock, type Duration } from '../../time/index.js'
import type { StopReason, Verdict } from '../attempt/classify.js'
import type { Recorded } from '../attempt/record.js'
import type { AttemptKey, ByAttempt } from './by-attempt.js'
import { claimPauseMs } from './claim-pause.js'
import { Doorbell } from '../doorbell.js'
import type { FairShares } from './fair-shares.js'
import { Prefetch } from './prefetch.js'
import { Slots, type Room, type SlotsOptions } from './slots.js'
import type { Claim, ClaimedJob } from '../store/claim.js'

/** The part of a worker's slots that one tenant may hold while others wait. */
const MOST_FOR_ONE_TENANT = 0.8

/** What a worker asks of a claim; the rest is the same each time. */
export type ClaimWish = Pick<Claim, 'wishes' | 'limit' | 'fence' | 'suspects' | 'perTenant'>

export interface WorkerOptions extends Pick<SlotsOptions, 'concurrency' | 'execute'> {
  shares: FairShares
  /** Whether jobs may be claimed before a slot is free at present, where attempts are short. */
  mayClaimAhead(): boolean
  claim(wish: ClaimWish): Promise<readonly ClaimedJob[]>
  /** An attempt's end was written down. */
  onEnded(queue: string, how: Recorded, verdict: Verdict): void
  clock: Clock
  onError(error: unknown, where: string): void
}

/** Jobs claimed ahead that no slot has come free for in this time go back into line, for others to run. */
const STALE_MS = 500

/** How many ends may wait to be written, beyond as many as there are slots: enough for two full batches. */
const BACKLOG = 1_000

/** Keeps up to `concurrency` jobs running. Claims a job that it has no free slot for only where attempts are short. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #bell: Doorbell
  readonly #slots: Slots
  readonly #prefetch: Prefetch
  #staleAlarm: Cancel | undefined
  #failedClaims = 0
  #stopping = false
  #loop: Promise<void> | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    const { clock, concurrency, execute, mayClaimAhead, onEnded, onError } = options
    this.#bell = new Doorbell(clock)
    this.#prefetch = new Prefetch(concurrency, mayClaimAhead)
    this.#slots = new Slots({
      concurrency,
      clock,
      execute,
      told: {
        through: ({ run, begins }, runMs) => {
          if (begins) this.#prefetch.noteRun(runMs, run.job.limitKeys !== null)
          this.wake()
        },
        recorded: ({ run }, how, verdict) => {
          onEnded(run.job.queue, how, verdict)
          this.wake()
        },
        failed: (_, error) => {
          onError(error, 'execute')
          this.wake()
        },
      },
    })
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** There may be new work. */
  wake(): void {
    this.#bell.ring()
  }

  /** Attempts that began here and whose end could not be recorded. */
  get unrecorded(): ByAttempt<AttemptKey> {
    return this.#slots.unrecorded
  }

  /** Whether this worker runs that attempt, or may be about to. */
  holds(fence: string, jobId: string): boolean {
    return this.#slots.holds(fence, jobId)
  }

  /** The attempts on their way. */
  get running(): readonly ClaimedJob[] {
    return this.#slots.running
  }

  /** Aborts the signal of one attempt; does nothing when it has ended. */
  stopAttempt(fence: string, jobId: string, reason: StopReason): void {
    this.#slots.stopAttempt(fence, jobId, reason)
  }

  /**
   * Makes room for up to `most` jobs that are being put in as running; `undefined` when no slot is free, or others have been
   * claimed for those that come free.
   */
  makeRoom(most: number): Room | undefined {
    if (!this.#loop || this.#stopping || this.#slots.ahead > 0 || this.#slots.free <= 0) return undefined
    return this.#slots.makeRoom(most)
  }

  /** Claims nothing more, gives running attempts `grace` to end, then aborts their signals and waits for their end. */
  async stop(grace: Duration): Promise<void> {
    this.#stopping = true
    this.#bell.ring()
    this.#slots.close()
    const cancel = this.#options.clock.after(toMs(grace), () => this.#slots.endGrace())
    await this.#loop
    await this.#slots.idle()
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
    const { most } = this.#prefetch
    const { free, ahead, unwritten } = this.#slots
    if (ahead > most / 2) return 0 // enough for now: the next claim is the larger
    if (unwritten > this.#options.concurrency + (most > 0 ? BACKLOG : 0)) return 0
    return free + most - ahead
  }

  /** @returns whether another claim at once may find more. */
  async #claim(limit: number): Promise<boolean> {
    if (limit <= 0) return false
    const { shares, onError } = this.#options
    const wishes = shares.plan(limit)
    const wish = { wishes, limit, suspects: this.#suspects(), perTenant: this.#perTenant(limit) }
    const room = this.#slots.makeRoom(limit)
    let jobs: readonly ClaimedJob[] = []
    try {
      jobs = await this.#options.claim({ ...wish, fence: room.fence })
      this.#failedClaims = 0
    } catch (error) {
      this.#failedClaims += 1
      onError(error, 'claim')
      return false
    } finally {
      room.take(jobs)
    }
    this.#watchStale()
    return shares.record(wishes, limit, jobs) && jobs.length > 0
  }

  /** Tenants that this claim could take past what one may hold, and what they hold. */
  #perTenant(limit: number): Claim['perTenant'] {
    const slots = this.#options.concurrency + this.#prefetch.most
    const most = Math.max(1, Math.floor(slots * MOST_FOR_ONE_TENANT))
    const holding = new Map<string, number>()
    for (const { tenantId } of this.#slots.running) holding.set(tenantId, (holding.get(tenantId) ?? 0) + 1)
    for (const [tenantId, held] of holding) if (held + limit <= most) holding.delete(tenantId)
    return { most, holding }
  }

  /**
   * Jobs that have lost one worker run together, in half of the free slots, for they come without regard to turns. If one of them
   * kills this worker too, they have lost two, and from then on each runs as the only one that has lost any.
   */
  #suspects(): Claim['suspects'] {
    const here = this.#slots.running.filter(({ losses }) => losses > 0)
    const mayJoin = this.#slots.free > 0 && here.every(({ losses }) => losses === 1)
    return {
      together: mayJoin ? Math.ceil(this.#slots.free / 2) : 0,
      alone: mayJoin && here.length === 0,
    }
  }

  /** Whatever was claimed ahead is not to wait here while slots are free elsewhere. */
  #watchStale(): void {
    if (this.#slots.ahead === 0) return
    this.#staleAlarm ??= this.#options.clock.after(STALE_MS, () => {
      this.#staleAlarm = undefined
      const givenBack = this.#slots.giveBackAhead(this.#options.clock.monotonicMs() - STALE_MS)
      if (givenBack > 0) this.#prefetch.noteStale()
      this.#watchStale()
    })
  }
}
