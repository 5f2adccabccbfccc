import type { Transaction } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import type { AttemptReport } from './attempt-report.js'
import type { AttemptRun } from './attempt-run.js'
import type { AnyJob } from '../define-job.js'
import { isForeign } from '../enqueue/foreign-transaction.js'
import { AlreadyFinishedError, CancelRequestedError, LeaseLostError } from '../errors.js'
import { finishOf, type EndedAttempt, type Recorded } from './record.js'
import type { Recorder } from './recorder.js'
import { resultText } from './result-text.js'
import { findEnded } from '../store/find-ended.js'
import { finish, type Finished } from '../store/finish.js'
import { writeProgress } from '../store/progress.js'
import { refuseCommit } from '../store/refuse-commit.js'

export interface CompletionOptions {
  readonly attempt: EndedAttempt
  readonly keep: AnyJob['keep']
  readonly run: AttemptRun
  readonly report: AttemptReport
  readonly recorder: Recorder
  readonly clock: Clock
}

/** Lets a handler end its job inside a transaction of its own. */
export class Completion {
  #tx: Transaction | undefined
  #finished: Finished | undefined
  #isCommitted = false

  constructor(private readonly on: CompletionOptions) {}

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
    if (unheard && this.#finished) this.on.recorder.tell([this.#finished])
  }

  async #finish(tx: Transaction, result: unknown): Promise<void> {
    const { attempt, keep, run, report, clock } = this.on
    this.#refuseEnded(tx)
    const text = resultText(result)
    if (report.progress) await writeProgress(tx, [progressOf(report)], { unsynced: false })
    const ending = finishOf(attempt, { state: 'done', result: text }, keep)
    const [finished] = await finish(tx, [ending], clock.statementTime())
    if (!finished) throw await this.#whyNot(tx)
    if (finished.state !== 'done') throw new CancelRequestedError(attempt.id)
    this.#tx = tx
    this.#finished = finished
    // Its commit goes untold, and would look like a lost job: the handler is to go on, whichever way the transaction ends.
    if (isForeign(tx)) run.finish()
    tx.afterCommit(() => {
      this.#isCommitted = true
      report.dropProgress()
      run.finish()
      this.on.recorder.tell([finished])
    })
  }

  #refuseEnded(tx: Transaction): void {
    const { attempt, run } = this.on
    if (this.#isCommitted || this.#tx === tx) throw new AlreadyFinishedError(attempt.id)
    if (run.stopped === 'lease') throw new LeaseLostError(attempt.id)
    if (run.stopped === 'cancel') throw new CancelRequestedError(attempt.id)
  }

  async #whyNot(tx: Transaction): Promise<Error> {
    const { attempt } = this.on
    const isOurs = (await findEnded(tx, attempt)) !== undefined
    return isOurs ? new AlreadyFinishedError(attempt.id) : new LeaseLostError(attempt.id)
  }
}

function progressOf({ job, progress }: AttemptReport): { id: string; fence: string; progress: string } {
  return { id: job.id, fence: job.fence, progress: JSON.stringify(progress) }
}
