import { Client, type ClientOptions } from './enqueue/client.js'
import type { SettledOptions } from './engine-options.js'
import type { QueuePolicies } from './policy/queue-policies.js'
import type { Worker } from './work/worker.js'

interface Parts<Needs> extends Pick<ClientOptions, 'registry' | 'onEnqueued'> {
  options: SettledOptions<Needs>
  queues: QueuePolicies
  workerId: string
  /** To whom jobs are handed that can run at once. */
  worker: () => Worker
}

/** Puts an engine's jobs in, and hands those that can run at once to its worker. */
export function createClient<Needs>({ options, queues, workerId, worker, ...parts }: Parts<Needs>): Client {
  const { database, clock, carry } = options
  return new Client({
    ...parts,
    database,
    clock,
    carry,
    handOver: {
      workerId,
      takes: (queue) => queues.takeAtOnce(queue),
      makeRoom: (most) => worker().makeRoom(most),
    },
  })
}
