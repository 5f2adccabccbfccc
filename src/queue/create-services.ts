import type { Database } from '../database/index.js'
import type { Admitter } from './admitter.js'
import { BucketPruner } from './bucket-pruner.js'
import type { Client } from './client.js'
import type { Services } from './duties.js'
import type { SettledOptions } from './engine-options.js'
import type { FlowSettler } from './flow-settler.js'
import { FlowSweep, WaitCleaner } from './flow-sweep.js'
import type { Engineering } from './give-back.js'
import type { Service } from './periodic.js'
import { Promoter } from './promoter.js'
import { daysAheadFor, Pruner } from './pruner.js'
import { ScheduleSync } from './schedule-sync.js'
import { Ticker } from './ticker.js'

interface Parts<Needs> {
  readonly options: SettledOptions<Needs>
  readonly on: Engineering
  /** For statements that may take long. */
  readonly unhurried: Database
  readonly client: Client
  readonly admitter: Admitter
  readonly settler: FlowSettler
  readonly lineKeeper: Service
  readonly rescuer: Service
  /** Jobs are due that were not. */
  readonly due: () => void
}

/** What one process does for all. */
export function createServices<Needs>(parts: Parts<Needs>): Pick<Services, 'leading' | 'ticking'> {
  const { options, on, unhurried, client, admitter, settler, lineKeeper, rescuer, due } = parts
  const { database, clock, registry } = on
  const { tenants, random, onError } = options
  return {
    leading: [
      new Promoter(database, clock, due),
      admitter,
      lineKeeper,
      rescuer,
      new FlowSweep(database, settler),
      new WaitCleaner(unhurried),
      new BucketPruner(unhurried, clock),
      new Pruner(unhurried, clock, daysAheadFor(options.jobs.map(({ keep }) => keep))),
    ],
    ticking: [
      new ScheduleSync(database, registry, tenants, clock, onError),
      new Ticker({ ...on, random, client, onError }),
    ],
  }
}
