import type { Engineering } from './attempt/give-back.js'
import type { SettledOptions } from './engine-options.js'
import type { Client } from './enqueue/client.js'
import { Pauses, type PausesOptions } from './limit/pauses.js'
import { Operator } from './operate/operator.js'
import { Workers } from './operate/workers.js'
import { Scheduler } from './schedule/scheduler.js'
import { Schedules } from './schedule/schedules.js'

interface Parts<Needs> {
  options: SettledOptions<Needs>
  on: Engineering
  client: Client
  /** Every queue there is. */
  queues: readonly string[]
  /** Hears what people have done. */
  told: PausesOptions['on'] & {
    ended(ids: readonly string[]): void
    waiting(): void
    cancelRequested(): void
  }
}

/** What people do to jobs, schedules and queues. */
export function createOperators<Needs>({ options, on, client, queues, told }: Parts<Needs>): {
  schedules: Schedules
  scheduler: Scheduler
  workers: Workers
  pauses: Pauses
  operator: Operator
} {
  const { clock, registry, database } = on
  const enqueue: Client['enqueueMany'] = (requests) => client.enqueueMany(requests)
  return {
    schedules: new Schedules({ ...on, client }),
    scheduler: new Scheduler({ database, registry, clock }),
    workers: new Workers({ database, clock }),
    pauses: new Pauses({ database, registry, queues, clock, on: told }),
    operator: new Operator(options.database, registry, clock, { ...told, enqueue, queues }),
  }
}
