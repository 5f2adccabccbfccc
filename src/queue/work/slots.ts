import { randomUUID } from 'node:crypto'

import type { Clock } from '../../time/index.js'
import { AttemptRun } from '../attempt/attempt-run.js'
import type { StopReason } from '../attempt/classify.js'
import type { AttemptListener } from '../attempt/execution.js'
import { ByAttempt, type AttemptKey } from './by-attempt.js'
import { Running, type Told } from './running.js'
import type { ClaimedJob } from '../store/claim.js'

export interface SlotsOptions {
  /** Most attempts running at once. */
  concurrency: number
  clock: Clock
  /** Runs one attempt and records its end, and tells `listener`. */
  execute(run: AttemptRun, listener: AttemptListener): void
  /** Hears how its attempts go. */
  told: Told
}

/** Room for jobs that are on their way here: a statement that makes them running is under way. */
export interface Room {
  /** Names all attempts that come of it. */
  readonly fence: string
  /** How many of them can begin as soon as they are here. */
  readonly slots: number
  /** What came. Whatever is left of the room is free again. */
  take(jobs: readonly ClaimedJob[]): void
}

/** The attempts of one worker: those that run, those that are on their way, and those that wait for a slot. */
export class Slots {
  /** Attempts that began here and whose end could not be recorded. The watcher forgets those that are settled. */
  readonly unrecorded = new ByAttempt<AttemptKey>()
  readonly #runs = new ByAttempt<Running>()
  /** Claimed ahead, in the order of their turn. */
  #ahead: Running[] = []
  /** The fences of jobs that are on their way here, and the slots that are kept free for them. */
  readonly #coming = new Map<string, number>()
  #kept = 0
  #active = 0
  #isBeginning = false
  #isClosing = false
  #graceIsOver = false
  #whenIdle: () => void = () => undefined

  constructor(private readonly options: SlotsOptions) {}

  /** Slots that no attempt holds, nor one that is on its way. */
  get free(): number {
    return this.options.concurrency - this.#active - this.#kept
  }

  /** How many wait here for a slot. */
  get ahead(): number {
    return this.#ahead.length
  }

  /** How many are through, and their end is yet to be written down. */
  get unwritten(): number {
    return this.#runs.size - this.#active - this.#ahead.length
  }

  /** The attempts that are here. */
  get running(): readonly ClaimedJob[] {
    return this.#runs.values().map(({ run }) => run.job)
  }

  /** Whether that attempt is here, or may be about to come. */
  holds(fence: string, jobId: string): boolean {
    return this.#coming.has(fence) || this.#runs.has({ id: jobId, fence })
  }

  /** Aborts the signal of one attempt; does nothing when it has ended. */
  stopAttempt(fence: string, jobId: string, reason: StopReason): void {
    this.#runs.get({ id: jobId, fence })?.run.stop(reason)
  }

  /** Keeps free slots for `most` jobs, as far as there are any that nobody here waits for. */
  makeRoom(most: number): Room {
    const slots = Math.max(0, Math.min(most, this.free - this.#ahead.length))
    const fence = randomUUID()
    this.#coming.set(fence, slots)
    this.#kept += slots
    return {
      fence,
      slots,
      take: (jobs) => {
        this.#coming.delete(fence)
        this.#kept -= slots
        this.#takeAll(jobs)
      },
    }
  }

  /** Gives back what waits for a slot, and begins nothing that comes from now on. */
  close(): void {
    this.#isClosing = true
    this.giveBackAhead()
  }

  /** Aborts the signals of all attempts. */
  endGrace(): void {
    this.#graceIsOver = true
    for (const { run } of this.#runs.values()) run.stop('shutdown')
  }

  /** Resolves once nothing is here any more, nor on its way. */
  async idle(): Promise<void> {
    if (!this.#isIdle) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
  }

  /** Of what waits for a slot, gives back that which was claimed by then. @returns how many */
  giveBackAhead(untilMs = Infinity): number {
    const first = this.#ahead.findIndex(({ claimedMs }) => claimedMs > untilMs)
    const stale = this.#ahead.splice(0, first === -1 ? this.#ahead.length : first)
    for (const running of stale) {
      running.run.stop('shutdown')
      this.#begin(running)
    }
    return stale.length
  }

  get #isIdle(): boolean {
    return this.#runs.size === 0 && this.#coming.size === 0
  }

  #takeAll(jobs: readonly ClaimedJob[]): void {
    for (const job of jobs) this.#take(job)
    if (this.#isClosing) this.giveBackAhead() // the statement was under way when the stop came
    this.#beginNext()
    if (this.#isIdle) this.#whenIdle()
  }

  #take(job: ClaimedJob): void {
    const { clock } = this.options
    const running = new Running(new AttemptRun(job, clock), clock.monotonicMs(), this.#told)
    this.#runs.add(running)
    if (job.losses > 0) this.#ahead.unshift(running)
    else this.#ahead.push(running)
    if (this.#graceIsOver) running.run.stop('shutdown')
  }

  #beginNext(): void {
    const free = Math.max(0, this.free)
    if (free === 0 || this.#ahead.length === 0) return
    const next = this.#ahead.slice(0, free)
    this.#ahead = this.#ahead.slice(free)
    for (const running of next) this.#begin(running)
  }

  #begin(running: Running): void {
    this.#active += 1
    running.begin()
    try {
      this.options.execute(running.run, running)
    } catch (error) {
      running.failed(error)
    }
  }

  readonly #told: Told = {
    through: (running, runMs) => {
      this.#active -= 1
      this.options.told.through(running, runMs)
      this.#beginSoon()
    },
    recorded: (running, how, verdict) => {
      this.#runs.delete(running)
      this.options.told.recorded(running, how, verdict)
      if (this.#isIdle) this.#whenIdle()
    },
    // The watcher finds a running job that nobody runs and puts it back.
    failed: (running, error) => {
      if (running.begins) this.unrecorded.add({ id: running.id, fence: running.fence })
      this.#runs.delete(running)
      this.options.told.failed(running, error)
      if (this.#isIdle) this.#whenIdle()
    },
  }

  /** In a turn of its own: handlers that never wait would otherwise follow one another and let nothing else in. */
  #beginSoon(): void {
    if (this.#ahead.length === 0 || this.#isBeginning) return
    this.#isBeginning = true
    setImmediate(() => {
      this.#isBeginning = false
      this.#beginNext()
    })
  }
}
