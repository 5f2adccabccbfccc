import type { Transaction } from '../../database/index.js'
import type { AttemptParts } from './attempt-parts.js'
import type { AttemptReport } from './attempt-report.js'
import { isForeign } from '../enqueue/foreign-transaction.js'
import { AlreadyFinishedError, CancelRequestedError, LeaseLostError } from '../errors.js'
import { endingOf, type Recorded } from './record.js'
import { resultText } from './result-text.js'
import { findEnded } from '../store/find-ended.js'
import { finish, type Finished } from '../store/finish.js'
import { writeProgress } from '../store/progress.js'
import { refuseCommit } from '../store/refuse-commit.js'

/** Lets a handler end its job inside a transaction of its own. */
export class Completion {
  #tx: Transaction | undefined
  #finished: Finished | undefined
  #isCommitted = false

  constructor(private readonly parts: AttemptParts) {}

  /** Whether the job is done, whatever its handler does from now on. */
  get isCommitted(): boolean {
    return this.#isCommitted
  }

  /** Whether a transaction finished the job; of one that failed at its commit nobody knows whether it got through. */
  get wasTried(): boolean {
    return this.#finished !== undefined
  }

  /** Refused, it takes the transaction along: no rows without the completion, even if the handler swallows the error. */
  async finish(tx: Transaction, result: unknown): Promise<void> {
    try {
      await this.#finish(tx, result)
    } catch (error) {
      await refuseCommit(tx)
      throw error
    }
  }

  /** @param state where the job stands, now that the attempt's end is written down */
  settle(state: Recorded): void {
    const unheard = this.#finished && !this.#isCommitted && state === this.#finished.state
    if (unheard && this.#finished) this.parts.on.recorder.tell([this.#finished])
  }

  async #finish(tx: Transaction, result: unknown): Promise<void> {
    const { definition, run, on } = this.parts
    this.#refuseEnded(tx)
    const ending = endingOf(run.job, { state: 'done', result: resultText(result) }, definition)
    await this.#writeProgress(tx)
    const { isComplete, noted } = await finish(tx, [ending], on.clock.statementTime())
    if (!isComplete) throw await this.#whyNot(tx)
    const finished = noted[0] ?? { id: ending.id, state: ending.state, hasWaiters: false, limitKeys: null }
    if (finished.state !== 'done') throw new CancelRequestedError(ending.id)
    await on.recorder.tellOutcome(tx, ending.outcome)
    this.#tx = tx
    this.#finished = finished
    // Its commit goes untold, and would look like a lost job: the handler is to go on, whichever way the transaction ends.
    if (isForeign(tx)) run.finish()
    tx.afterCommit(() => {
      this.#isCommitted = true
      this.parts.said?.dropProgress()
      run.finish()
      on.recorder.tell([finished])
    })
  }

  async #writeProgress(tx: Transaction): Promise<void> {
    const report = this.parts.said
    if (report?.progress) await writeProgress(tx, [progressOf(report)], { unsynced: false })
  }

  #refuseEnded(tx: Transaction): void {
    const { job, stopped } = this.parts.run
    if (this.#isCommitted || this.#tx === tx) throw new AlreadyFinishedError(job.id)
    if (stopped === 'lease') throw new LeaseLostError(job.id)
    if (stopped === 'cancel') throw new CancelRequestedError(job.id)
  }

  async #whyNot(tx: Transaction): Promise<Error> {
    const { job } = this.parts.run
    const isOurs = (await findEnded(tx, job)) !== undefined
    return isOurs ? new AlreadyFinishedError(job.id) : new LeaseLostError(job.id)
  }
}

function progressOf({ job, progress }: AttemptReport): { id: string; fence: string; progress: string } {
  return { id: job.id, fence: job.fence, progress: JSON.stringify(progress) }
}
