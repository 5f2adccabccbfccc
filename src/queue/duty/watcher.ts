import { afterLoss } from '../attempt/after-loss.js'
import { giveBack, type Engineering } from '../attempt/give-back.js'
import type { Service } from './periodic.js'
import { listHeld, type HeldJob } from '../store/held.js'
import { ByAttempt } from '../work/by-attempt.js'
import type { Worker } from '../work/worker.js'

/**
 * Compares what this worker runs with what the database says it runs, and so carries cancels from any process to their
 * handlers, tells handlers that lost their job, and gives back jobs that nobody here runs.
 */
export class Watcher implements Service {
  readonly name = 'watch'
  readonly every = '500ms'
  #unheld = new ByAttempt<HeldJob>()

  constructor(
    private readonly on: Engineering,
    private readonly worker: Worker,
    private readonly workerId: string,
  ) {}

  async runOnce(): Promise<void> {
    const { running: runningBefore, unrecorded } = this.worker
    const unrecordedBefore = unrecorded.values()
    const held = await listHeld(this.on.database, this.workerId)
    for (const { fence, id, cancelRequested } of held) {
      if (cancelRequested) this.worker.stopAttempt(fence, id, 'cancel')
    }
    const stillOurs = byAttempt(held)
    for (const job of runningBefore)
      if (!stillOurs.has(job)) this.worker.stopAttempt(job.fence, job.id, 'lease')
    for (const attempt of unrecordedBefore) if (!stillOurs.has(attempt)) unrecorded.delete(attempt)
    await this.#giveBack(held.filter((job) => !this.worker.holds(job.fence, job.id)))
  }

  /**
   * A claim's answer or an attempt's end was lost on the way; what is held by nobody at one look only has just ended. Only
   * what began here can be what took its end along: of jobs whose claim was never heard of, no handler has run.
   */
  async #giveBack(unheld: readonly HeldJob[]): Promise<void> {
    const seenBefore = this.#unheld
    this.#unheld = byAttempt(unheld)
    for (const job of unheld) {
      if (!seenBefore.has(job)) continue
      await giveBack(this.on, job, this.worker.unrecorded.has(job) ? afterLoss(job) : { kind: 'released' })
    }
  }
}

function byAttempt(jobs: readonly HeldJob[]): ByAttempt<HeldJob> {
  const found = new ByAttempt<HeldJob>()
  for (const job of jobs) found.add(job)
  return found
}
