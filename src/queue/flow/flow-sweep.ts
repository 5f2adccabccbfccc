import type { Database } from '../../database/index.js'
import type { FlowSettler } from './flow-settler.js'
import type { Service } from '../duty/periodic.js'
import { BEFORE_ALL, forgetWaits, listUnsettled, type Place } from '../store/sweep-waits.js'

const BATCH = 5_000

/** Finds jobs that still wait for others that are over, for whoever ended those crashed before it told. */
export class FlowSweep implements Service {
  readonly name = 'sweep flows'
  readonly every = '2s'
  #after = BEFORE_ALL.awaitedId

  constructor(
    private readonly database: Database,
    private readonly settler: FlowSettler,
  ) {}

  /** Looks at one batch; the next run goes on with the next. */
  async runOnce(): Promise<{ settled: number }> {
    const { ended, next } = await listUnsettled(this.database, this.#after, BATCH)
    const settled = ended.length === 0 ? 0 : await this.settler.settle(ended)
    this.#after = next ?? BEFORE_ALL.awaitedId
    return { settled }
  }
}

/** Forgets who waited for whom once the waiter is over for good. A dead or cancelled one may be replayed, and asks again. */
export class WaitCleaner implements Service {
  readonly name = 'forget waits'
  readonly every = '1m'

  constructor(private readonly database: Database) {}

  async runOnce(): Promise<{ forgotten: number }> {
    let forgotten = 0
    for (let place: Place | undefined = BEFORE_ALL; place;) {
      const batch = await forgetWaits(this.database, place, BATCH)
      forgotten += batch.forgotten
      place = batch.next
    }
    return { forgotten }
  }
}
