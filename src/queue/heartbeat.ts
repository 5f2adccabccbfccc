import type { Database } from '../database/index.js'
import type { Clock } from '../time/index.js'
import type { Service } from './periodic.js'
import { beat, type WorkerRow } from './store/worker.js'

/** Says every few seconds that this worker is alive: three times within the lease. */
export class Heartbeat implements Service {
  readonly name = 'heartbeat'
  readonly every = '5s'

  constructor(
    private readonly database: Database,
    private readonly worker: WorkerRow,
    private readonly clock: Clock,
  ) {}

  async runOnce(): Promise<void> {
    await beat(this.database, this.worker, this.clock.statementTime())
  }
}
