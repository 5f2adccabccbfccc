import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import type { Service } from './periodic.js'
import { promote } from '../store/promote.js'

const BATCH = 1_000

/** Makes scheduled jobs claimable once they are due. */
export class Promoter implements Service {
  readonly name = 'promote'
  readonly every = '200ms'

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly onPromoted: () => void,
  ) {}

  async runOnce(): Promise<{ promoted: number }> {
    let promoted = 0
    for (let batch = BATCH; batch === BATCH; promoted += batch) {
      batch = await promote(this.database, BATCH, this.clock.statementTime())
      if (batch > 0) this.onPromoted()
    }
    return { promoted }
  }
}
