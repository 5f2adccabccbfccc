import { isUniqueViolation, mayPass, type Database, type Transaction } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { Batcher, type Giver } from '../batcher.js'
import type { Blocking, Flows } from '../flow/flows.js'
import type { FinalState } from '../state.js'
import { finish, type Finish, type Finished, type FinishedAll } from '../store/finish.js'
import { putBack, type PutBack, type PutBackAnswer } from '../store/put-back.js'
import { ByAttempt, type AttemptKey } from '../work/by-attempt.js'
import type { HearOutcome, JobOutcome } from './job-outcome.js'

/** What follows, after the commit, from attempts that ended. */
export interface AfterRecording {
  /** Jobs ended that others may wait for. */
  ended(ids: readonly string[]): void
  /** These limits have room again. */
  freed(limitKeys: readonly string[]): void
  /** Jobs are due that were put back. */
  due(): void
}

/** How an attempt ended, and what those who asked for it are told of it. */
export interface Ending extends Finish {
  readonly outcome?: JobOutcome | undefined
}

/** Who hears how jobs end. */
export interface OutcomeListener {
  hear: HearOutcome
  onError: (error: unknown, where: string) => void
}

const BATCHES = { most: 500, atOnce: 2 }
/** Each takes statements of its listener's own, and none is to wait long for the others. */
const HEARD_BATCHES = { most: 50, atOnce: 2 }

/** Writes down how attempts ended: one statement for all that end at the same time. */
export class Recorder {
  readonly #finishes: Batcher<Ending, FinalState | undefined>
  /** Of those that somebody hears of: in a transaction, apart, so that the others go on in a single statement. */
  readonly #heard: Batcher<Ending, FinalState | undefined>
  readonly #putBacks: Batcher<PutBack, PutBackAnswer | undefined>

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly after: AfterRecording,
    private readonly flows: Pick<Flows, 'block'>,
    private readonly listener?: OutcomeListener,
  ) {
    this.#finishes = new Batcher((endings) => this.#finishAll(endings), BATCHES)
    this.#heard = new Batcher((endings) => this.#finishHeard(endings), HEARD_BATCHES)
    this.#putBacks = new Batcher((jobs) => this.#putBackAll(jobs), BATCHES)
  }

  /** @returns how it ended; `undefined` when the fence no longer fits. */
  finish(ending: Ending): Promise<FinalState | undefined> {
    return this.#batcherOf(ending).add(ending)
  }

  /** {@link finish} without a promise. */
  giveFinish(ending: Ending, giver: Giver<FinalState | undefined>): void {
    this.#batcherOf(ending).give(ending, giver)
  }

  /** Lets whoever listens write down what follows, in the transaction that ended the job. */
  async tellOutcome(tx: Transaction, outcome: JobOutcome | undefined): Promise<void> {
    if (outcome) await this.listener?.hear(tx, outcome)
  }

  /** @returns where it stands; `undefined` when the fence no longer fits or a cancel was requested. */
  async putBack(job: PutBack): Promise<PutBackAnswer | undefined> {
    try {
      return await this.#putBacks.add(job)
    } catch (error) {
      if (isUniqueViolation(error, 'job_unique'))
        return { id: job.id, fence: job.fence, state: null, limitKeys: null }
      throw error
    }
  }

  /** @returns whether it waits now; if not, the fence no longer fits or a cancel was requested. */
  async block(job: Blocking): Promise<boolean> {
    const limitKeys = await this.database.transaction((tx) => this.flows.block(tx, job))
    if (limitKeys) this.#tellFreed([{ limitKeys }])
    return limitKeys !== undefined
  }

  #batcherOf({ outcome }: Ending): Batcher<Ending, FinalState | undefined> {
    return outcome && this.listener ? this.#heard : this.#finishes
  }

  /** What cannot be told is not worth losing the end for: alone at last, the ending is written without it. */
  async #finishHeard(endings: readonly Ending[]): Promise<readonly (FinalState | undefined)[]> {
    try {
      return await this.#finishAndTell(endings)
    } catch (error) {
      if (endings.length > 1 || mayPass(error)) throw error
      const states = await this.#finishAll(endings)
      this.listener?.onError(error, 'tell how a job ended')
      return states
    }
  }

  async #finishAndTell(endings: readonly Ending[]): Promise<readonly (FinalState | undefined)[]> {
    const [states, noted] = await this.database.transaction(async (tx) => {
      const all = await finish(tx, endings.toSorted(inOrderOfIds), this.clock.statementTime())
      const states = statesOf(endings, all)
      // Cancelled meanwhile, or another's by now: then it has not ended like this.
      for (const [i, { state, outcome }] of endings.entries())
        if (states[i] === state) await this.tellOutcome(tx, outcome)
      return [states, all.noted] as const
    })
    this.tell(noted)
    return states
  }

  async #finishAll(endings: readonly Ending[]): Promise<readonly (FinalState | undefined)[]> {
    const all = await finish(this.database, endings.toSorted(inOrderOfIds), this.clock.statementTime())
    this.tell(all.noted)
    return statesOf(endings, all)
  }

  /** Lets everyone know whom jobs that were finished, here or in a handler's own transaction, held up. */
  tell(finished: readonly Finished[]): void {
    const waitedFor = finished.filter(({ hasWaiters }) => hasWaiters).map(({ id }) => id)
    if (waitedFor.length > 0) this.after.ended(waitedFor)
    this.#tellFreed(finished)
  }

  async #putBackAll(jobs: readonly PutBack[]): Promise<readonly (PutBackAnswer | undefined)[]> {
    const answers = await putBack(this.database, jobs.toSorted(inOrderOfIds), this.clock.statementTime())
    this.#tellFreed(answers)
    if (answers.some(({ state }) => state === 'waiting')) this.after.due()
    const found = byAttempt(answers)
    return jobs.map((job) => found.get(job))
  }

  #tellFreed(jobs: readonly { limitKeys: readonly string[] | null }[]): void {
    const keys = new Set(jobs.flatMap(({ limitKeys }) => limitKeys ?? []))
    if (keys.size > 0) this.after.freed([...keys])
  }
}

/** What is not noted has ended as it was to, if all were written. */
function statesOf(
  endings: readonly Finish[],
  { isComplete, noted }: FinishedAll,
): readonly (FinalState | undefined)[] {
  const found = byAttempt(noted)
  return endings.map((ending) => found.get(ending)?.state ?? (isComplete ? ending.state : undefined))
}

/** By job and fence: an attempt that has lost its job must not take the answer of the one that has it now for its own. */
function byAttempt<Answer extends AttemptKey>(answers: readonly Answer[]): ByAttempt<Answer> {
  const found = new ByAttempt<Answer>()
  for (const one of answers) found.add(one)
  return found
}

/** The order in which everyone locks many jobs, such as a flow its parents: so no two block one another for ever. */
function inOrderOfIds(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1
}
