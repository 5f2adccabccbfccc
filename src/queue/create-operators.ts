import { joined, type Database, type Transaction } from '../database/index.js'
import { Alerts } from './alert/alerts.js'
import type { Engineering } from './attempt/give-back.js'
import type { Recorder } from './attempt/recorder.js'
import type { Client } from './enqueue/client.js'
import { Pauses, type PausesOptions } from './limit/pauses.js'
import { Operator } from './operate/operator.js'
import { Metrics } from './operate/metrics.js'
import { Workers } from './operate/workers.js'
import { Scheduler } from './schedule/scheduler.js'
import { Schedules } from './schedule/schedules.js'
import { Statistics } from './statistics/statistics.js'
import type { Buried } from './statistics/tally.js'

export interface OperatorParts {
  /** What people read; what they change goes through `on`. */
  database: Database
  on: Pick<Engineering, 'database' | 'registry' | 'clock'>
  client: Client
  recorder: Pick<Recorder, 'tellOutcome'>
  /** Inside a transaction all of it is written there. */
  tx?: Transaction
  /** Every queue there is. */
  queues: readonly string[]
  /** Hears what people have done. */
  told: PausesOptions['on'] & {
    ended(ids: readonly string[]): void
    buried(job: Buried): void
    waiting(): void
    cancelRequested(): void
  }
}

export interface Operators {
  readonly schedules: Schedules
  readonly scheduler: Scheduler
  readonly workers: Workers
  readonly metrics: Metrics
  readonly pauses: Pauses
  readonly operator: Operator
  readonly statistics: Statistics
  readonly alerts: Alerts
}

/** What people do to jobs, schedules and queues. */
export function createOperators(parts: OperatorParts): Operators {
  const { database: read, on, client, recorder, tx, queues, told } = parts
  const { clock, registry, database } = on
  const enqueue: Client['enqueueMany'] = (requests) => client.enqueueMany(requests, { tx })
  const workers = new Workers({ database: read, clock })
  return {
    schedules: new Schedules({ ...on, client }),
    scheduler: new Scheduler({ database, registry, clock }),
    workers,
    metrics: new Metrics({ database: read, registry, clock, queues, workers }),
    pauses: new Pauses({ database, registry, queues, clock, on: told }),
    operator: new Operator(read, registry, clock, { ...told, recorder, enqueue, queues }),
    statistics: new Statistics(read, registry, clock),
    alerts: new Alerts({ database, clock, queues }),
  }
}

/** The same, inside a transaction: what they tell is told after the commit. */
export function operatorsInside(tx: Transaction, parts: OperatorParts): Operators {
  const database = joined(tx, parts.database)
  const { ended, buried, ...told } = parts.told
  const later = (tell: () => void) => () => tx.afterCommit(tell)
  return createOperators({
    ...parts,
    database,
    on: { ...parts.on, database },
    tx,
    told: {
      ended: (ids) => tx.afterCommit(() => ended(ids)),
      buried: (job) => tx.afterCommit(() => buried(job)),
      waiting: later(told.waiting),
      cancelRequested: later(told.cancelRequested),
      paused: later(told.paused),
      resumed: later(told.resumed),
    },
  })
}
