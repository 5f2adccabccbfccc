import type { Database } from '../database/index.js'
import type { EngineSignals } from './engine-signals.js'
import type { Admitter } from './limit/admitter.js'
import { AlertWatcher } from './alert/alert-watcher.js'
import { BucketPruner } from './limit/bucket-pruner.js'
import type { Client } from './enqueue/client.js'
import type { Services } from './duty/duties.js'
import type { SettledOptions } from './engine-options.js'
import type { FlowSettler } from './flow/flow-settler.js'
import { FlowSweep, WaitCleaner } from './flow/flow-sweep.js'
import type { Engineering } from './attempt/give-back.js'
import type { Service } from './duty/periodic.js'
import { Promoter } from './duty/promoter.js'
import { daysAheadFor, Pruner } from './duty/pruner.js'
import { ScheduleSync } from './schedule/schedule-sync.js'
import type { Signals } from './signals.js'
import { Ticker } from './schedule/ticker.js'

interface Parts<Needs> {
  readonly options: SettledOptions<Needs>
  readonly on: Engineering
  /** For statements that may take long. */
  readonly unhurried: Database
  readonly client: Client
  readonly signals: Signals<EngineSignals>
  readonly admitter: Admitter
  readonly settler: FlowSettler
  readonly lineKeeper: Service
  readonly rescuer: Service
  /** Jobs are due that were not. */
  readonly due: () => void
}

interface Built extends Pick<Services, 'leading' | 'knowing'> {
  /** Those that have something to do as soon as something else is set than before. */
  readonly heeding: readonly Service[]
}

/** What one process does for all. */
export function createServices<Needs>(parts: Parts<Needs>): Built {
  const { options, on, unhurried, client, signals, admitter, settler, lineKeeper, rescuer, due } = parts
  const { database, clock, registry } = on
  const { tenants, random, onError } = options
  const sync = options.schedules ? [new ScheduleSync(database, registry, tenants, clock, onError)] : []
  const ticker = options.schedules ? [new Ticker({ ...on, random, client, onError })] : []
  return {
    leading: [
      new Promoter(database, clock, due),
      rescuer,
      new FlowSweep(database, settler),
      new WaitCleaner(unhurried),
      new BucketPruner(unhurried, clock),
      new Pruner(unhurried, clock, daysAheadFor(options.jobs.map(({ keep }) => keep))),
      new AlertWatcher({ database: unhurried, registry, clock, signals }),
    ],
    knowing: [admitter, lineKeeper, ...sync, ...ticker],
    heeding: [lineKeeper, ...sync],
  }
}
