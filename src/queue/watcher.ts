import { giveBack, type Engineering } from './give-back.js'
import type { Service } from './periodic.js'
import { listHeld } from './store/held.js'
import type { Worker } from './worker.js'

/**
 * Compares what this worker runs with what the database says it runs, and so carries cancels from any process to their
 * handlers, tells handlers that lost their job, and gives back jobs that nobody here runs.
 */
export class Watcher implements Service {
  readonly name = 'watch'
  readonly every = '500ms'

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
    // A claim's answer or an attempt's end was lost on the way. One that just ended by itself is not changed by this.
    for (const job of held) if (!this.worker.holds(job.fence, job.id)) await giveBack(this.on, job)
  }
}
