import type { Duration } from '../../time/index.js'
import { InvalidOptionError, UnknownQueueError } from '../errors.js'
import { faultOf, refuseUnknownRate } from '../limit/limit.js'
import { refuseUnknown } from '../refuse-unknown.js'

/** How one queue is treated. */
export interface QueueSettings {
  /** Its share of a worker's claims while all queues have work: 6, 2, 1 and 1 are 60, 20, 10 and 10 %. Default 1. */
  weight?: number
  /** Most jobs of it that run at once, on all workers together. Default: as many as there are slots. */
  concurrency?: number
  /** Most starts within any stretch of `per`, on all workers together. Default: any number. */
  rate?: { max: number; per: Duration }
}

const KNOWN: Readonly<Record<keyof QueueSettings, true>> = { weight: true, concurrency: true, rate: true }

/** The queue of the engine's own jobs, which every worker serves. */
export const SYSTEM_QUEUE = 'system'

/**
 * The queues that a worker serves, with their settings. Once queues are declared, every definition's must be among them.
 * @param serve only these; default all
 * @throws {UnknownQueueError} JOBS_UNKNOWN_QUEUE
 * @throws {InvalidOptionError} JOBS_INVALID_OPTION
 * @throws {UnknownOptionError} JOBS_UNKNOWN_OPTION
 */
export function settleQueues(
  used: readonly string[],
  declared: Readonly<Record<string, QueueSettings>> | undefined,
  serve: readonly string[] | undefined,
): ReadonlyMap<string, QueueSettings> {
  const known = [...new Set([...Object.keys(declared ?? {}), ...(declared ? [] : used), SYSTEM_QUEUE])]
  for (const queue of [...used, ...(serve ?? [])])
    if (!known.includes(queue)) throw new UnknownQueueError(queue, known)
  for (const [queue, settings] of Object.entries(declared ?? {})) refuseInvalidSettings(queue, settings)
  const served = serve ? [...serve, SYSTEM_QUEUE] : known
  return new Map(served.map((queue) => [queue, declared?.[queue] ?? {}]))
}

function refuseInvalidSettings(queue: string, settings: QueueSettings): void {
  refuseUnknown(`of the queue ${queue}`, settings, KNOWN)
  refuseUnknownRate(`the queue ${queue}`, settings)
  const { weight = 1 } = settings
  if (!(weight > 0 && Number.isFinite(weight)))
    throw new InvalidOptionError('queues', `gives ${queue} the weight ${weight}, which is no number above 0`)
  const fault = faultOf(settings)
  if (fault) throw new InvalidOptionError('queues', `gives ${queue} a limit that ${fault}`)
}
