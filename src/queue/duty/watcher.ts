import { giveBack, type Engineering } from '../attempt/give-back.js'
import type { Service } from './periodic.js'
import { listHeld, type HeldJob } from '../store/held.js'
import type { Worker } from '../work/worker.js'

/**
 * Compares what this worker runs with what the database says it runs, and so carries cancels from any process to their
 * handlers, tells handlers that lost their job, and gives back jobs that nobody here runs.
 */
export class Watcher implements Service {
  readonly name = 'watch'
  readonly every = '500ms'
  #unheld: ReadonlySet<string> = new Set()

  constructor(
    private readonly on: Engineering,
    private readonly worker: Worker,
    private readonly workerId: string,
  ) {}

  async runOnce(): Promise<void> {
    const runningBefore = this.worker.running
    const held = await listHeld(this.on.database, this.workerId)
    for (const { fence, id, cancelRequested } of held) {
      if (cancelRequested) this.worker.stopAttempt(fence, id, 'cancel')
    }
    const stillOurs = new Set(held.map(({ fence, id }) => `${fence}/${id}`))
    for (const { fence, id } of runningBefore)
      if (!stillOurs.has(`${fence}/${id}`)) this.worker.stopAttempt(fence, id, 'lease')
    await this.#giveBack(held.filter((job) => !this.worker.holds(job.fence, job.id)))
  }

  /** A claim's answer or an attempt's end was lost on the way; what is held by nobody at one look only has just ended. */
  async #giveBack(unheld: readonly HeldJob[]): Promise<void> {
    const seenBefore = this.#unheld
    this.#unheld = new Set(unheld.map(({ fence, id }) => `${fence}/${id}`))
    for (const job of unheld) if (seenBefore.has(`${job.fence}/${job.id}`)) await giveBack(this.on, job)
  }
}
