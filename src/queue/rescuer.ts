import { giveBack, type Engineering } from './give-back.js'
import { LEASE_MS } from './lease.js'
import type { Service } from './periodic.js'
import { listLost } from './store/lost.js'
import { removeDeadWorkers, removeOtherWorkers } from './store/worker.js'

const BATCH = 500

/** Finds running jobs whose worker is dead and gives them back. */
export class Rescuer implements Service {
  readonly name = 'rescue'
  readonly every = '2s'

  constructor(
    private readonly on: Engineering,
    private readonly workerId: string,
    private readonly onRescued: () => void,
  ) {}

  async runOnce(): Promise<{ rescued: number }> {
    const { database, clock } = this.on
    const now = clock.statementTime()
    const lost = await listLost(database, { leaseMs: LEASE_MS, limit: BATCH, butNot: this.workerId, now })
    for (const job of lost) await giveBack(this.on, job)
    if (lost.length > 0) this.onRescued()
    await removeDeadWorkers(database, LEASE_MS, now)
    return { rescued: lost.length }
  }

  /** At start on an embedded database: whoever worked on it before is dead, for its folder is ours. */
  async takeOver(): Promise<{ rescued: number }> {
    await removeOtherWorkers(this.on.database, this.workerId)
    return this.runOnce()
  }
}
