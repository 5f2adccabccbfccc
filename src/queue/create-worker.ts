import type { Database } from '../database/index.js'
import type { Client } from './enqueue/client.js'
import type { SettledOptions } from './engine-options.js'
import { Execution, type ExecutionOptions } from './attempt/execution.js'
import type { RateMeter } from './duty/rate-meter.js'
import { endedAs } from './engine-signals.js'
import type { QueuePolicies } from './policy/queue-policies.js'
import { FairShares } from './work/fair-shares.js'
import { QueueGate } from './work/queue-gate.js'
import { Worker } from './work/worker.js'

type Parts<Needs> = Pick<
  ExecutionOptions<Needs>,
  'registry' | 'signals' | 'recorder' | 'reporter' | 'tally' | 'threads'
> & {
  workerId: string
  options: SettledOptions<Needs>
  database: Database
  queues: QueuePolicies
  client: Client
  meter: RateMeter
}

interface Built {
  readonly worker: Worker
  /** Has it go by what is set of its queues from now on. */
  heedQueues(): void
}

/** The loop that claims an engine's jobs, within the limits of its queues, and what runs them. */
export function createWorker<Needs>({
  options,
  database,
  queues,
  client,
  meter,
  ...parts
}: Parts<Needs>): Built {
  const { clock, concurrency, onError, order } = options
  const { registry, workerId } = parts
  const prepare: Client['prepare'] = (wish) => client.prepare(wish)
  const on = { ...options, ...parts, database, prepare }
  const gate = new QueueGate(database, clock, queues, () => worker.wake())
  const shares = new FairShares(queues.weights, order)
  const worker = new Worker({
    concurrency,
    clock,
    onError,
    shares,
    mayClaimAhead: () => !queues.haveLimits,
    claim: (wish) =>
      gate.claim({
        ...wish,
        workerId,
        names: registry.names,
        // An embedded database writes its log only at a commit that is waited for.
        unsynced: database.kind === 'server',
        now: clock.statementTime(),
      }),
    execute: (run, listener) => new Execution(on, run, listener).begin(),
    onEnded: (queue, how, verdict) => {
      gate.ended(queue)
      meter.count(queue, endedAs(how, verdict))
    },
  })
  return {
    worker,
    heedQueues() {
      shares.reweigh(queues.weights)
      gate.lookAnew()
      worker.wake()
    },
  }
}
