import { isUniqueViolation, type Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { Batcher, type Giver } from '../batcher.js'
import type { Blocking, Flows } from '../flow/flows.js'
import type { FinalState } from '../state.js'
import { finish, type Finish, type Finished, type FinishedAll } from '../store/finish.js'
import { putBack, type PutBack, type PutBackAnswer } from '../store/put-back.js'
import { ByAttempt, type AttemptKey } from '../work/by-attempt.js'

/** What follows, after the commit, from attempts that ended. */
export interface AfterRecording {
  /** Jobs ended that others may wait for. */
  ended(ids: readonly string[]): void
  /** These limits have room again. */
  freed(limitKeys: readonly string[]): void
  /** Jobs are due that were put back. */
  due(): void
}

const BATCHES = { most: 500, atOnce: 2 }

/** Writes down how attempts ended: one statement for all that end at the same time. */
export class Recorder {
  readonly #finishes: Batcher<Finish, FinalState | undefined>
  readonly #putBacks: Batcher<PutBack, PutBackAnswer | undefined>

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly after: AfterRecording,
    private readonly flows: Pick<Flows, 'block'>,
  ) {
    this.#finishes = new Batcher((endings) => this.#finishAll(endings), BATCHES)
    this.#putBacks = new Batcher((jobs) => this.#putBackAll(jobs), BATCHES)
  }

  /** @returns how it ended; `undefined` when the fence no longer fits. */
  finish(ending: Finish): Promise<FinalState | undefined> {
    return this.#finishes.add(ending)
  }

  /** {@link finish} without a promise. */
  giveFinish(ending: Finish, giver: Giver<FinalState | undefined>): void {
    this.#finishes.give(ending, giver)
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

  async #finishAll(endings: readonly Finish[]): Promise<readonly (FinalState | undefined)[]> {
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
