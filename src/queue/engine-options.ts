import type { Database } from '../database/index.js'
import { systemClock, type Clock } from '../time/index.js'
import type { TenantZone } from './schedule/declared-schedules.js'
import type { AnyJob } from './define-job.js'
import type { QueueOrder } from './work/fair-shares.js'
import type { Keep } from './keep.js'
import type { Middleware } from './attempt/middleware.js'
import type { QueueSettings } from './work/queue-settings.js'
import type { HearOutcome } from './attempt/job-outcome.js'
import { refuseUnknown } from './refuse-unknown.js'
import { DEFAULTS_ONLY, type Settings } from './settings.js'

export interface EngineOptions<Needs> {
  database: Database
  jobs: readonly AnyJob<Needs>[]
  /** What the handlers get besides their payload. */
  needs: Needs
  /** Whose schedules run, and in which zone. Default: none. */
  tenants?: () => Promise<readonly TenantZone[]>
  /** Whether this process enters schedules and makes their ticks. Default true. */
  schedules?: boolean
  /** Most attempts running at once in this process. Default 10. */
  concurrency?: number
  /** Every queue and how it is treated. Default: the queues of the definitions, all alike. */
  queues?: Readonly<Record<string, QueueSettings>>
  /** `'strict'` empties the queue of the greatest weight before it looks at the next. Default `'weighted'`. */
  order?: QueueOrder
  /** Works only these queues here. Default: all. */
  serve?: readonly string[]
  /** What each job gets as its context besides what its request says, such as the current trace. Default: nothing. */
  carry?: () => Readonly<Record<string, string>> | undefined
  /** What stands around every attempt, the first one outermost. Default: nothing. */
  middleware?: readonly Middleware[]
  /** What can be set without a deployment. Default: nothing, every setting is at its default. */
  settings?: Settings
  /** Hears how jobs of definitions with `notify` ended, in the transaction that writes it down. Default: nobody does. */
  outcomes?: HearOutcome
  /** Tables besides the engine's own whose rows expire, for its daily clean-up. Default: none. */
  keeps?: readonly Keep[]
  clock?: Clock
  random?: () => number
  /** Hears of everything that went wrong in the background and will be tried again. */
  onError?: (error: unknown, where: string) => void
}

type Optional = 'queues' | 'serve' | 'outcomes'

/** The options with every default filled in. */
export type SettledOptions<Needs> = Required<Omit<EngineOptions<Needs>, Optional>> &
  Pick<EngineOptions<Needs>, Optional>

const KNOWN: Readonly<Record<keyof EngineOptions<unknown>, true>> = {
  database: true,
  jobs: true,
  needs: true,
  tenants: true,
  schedules: true,
  concurrency: true,
  queues: true,
  order: true,
  serve: true,
  carry: true,
  middleware: true,
  settings: true,
  outcomes: true,
  keeps: true,
  clock: true,
  random: true,
  onError: true,
}

/** @throws {UnknownOptionError} JOBS_UNKNOWN_OPTION */
export function settleOptions<Needs>(options: EngineOptions<Needs>): SettledOptions<Needs> {
  refuseUnknown('of an engine', options, KNOWN)
  return {
    tenants: async () => [],
    schedules: true,
    concurrency: 10,
    order: 'weighted',
    carry: () => undefined,
    middleware: [],
    settings: DEFAULTS_ONLY,
    keeps: [],
    clock: systemClock,
    random: Math.random, // eslint-disable-line no-restricted-properties -- the default of an argument
    onError: () => undefined,
    ...options,
  }
}
