import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { InvalidOptionError } from '../errors.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import { sumMinutes, type StatisticsStep } from '../store/queue-minute.js'

/** Which figures are wanted. */
export interface StatisticsFilter {
  readonly queue?: string | undefined
  /** A definition's name or alias. */
  readonly name?: string | undefined
  /** Default: an hour before `until`. */
  readonly from?: Date | undefined
  /** Not included. Default: now. */
  readonly until?: Date | undefined
  /** Minutes that are summed up into one step. Default 1. */
  readonly stepMinutes?: number | undefined
}

/** A day of minutes, and an hour beyond. */
const MOST_STEPS = 1_500

/** A day in one step. */
export const MOST_STEP_MINUTES = 1_440

const MINUTE_MS = 60_000

const KNOWN: Readonly<Record<keyof StatisticsFilter, true>> = {
  queue: true,
  name: true,
  from: true,
  until: true,
  stepMinutes: true,
}

/** What happened in a tenant's queues over the last week. */
export class Statistics {
  constructor(
    private readonly database: Database,
    private readonly registry: Pick<Registry<never>, 'namesOf'>,
    private readonly clock: Clock,
  ) {}

  /**
   * The steps in which something happened, the oldest first; those that are missing are zeros.
   * @throws {JobsError} JOBS_INVALID_OPTION, JOBS_UNKNOWN_OPTION
   */
  async list(tenantId: string, filter: StatisticsFilter = {}): Promise<readonly StatisticsStep[]> {
    refuseUnknown('of statistics', filter, KNOWN)
    const { queue, name, until = this.clock.now(), stepMinutes = 1 } = filter
    const from = filter.from ?? new Date(until.getTime() - 60 * MINUTE_MS)
    refuseInvalidSteps(from, until, stepMinutes)
    const names = name === undefined ? undefined : this.registry.namesOf(name)
    return sumMinutes(this.database, { tenantId, queue, names, from, until, stepMinutes })
  }
}

function refuseInvalidSteps(from: Date, until: Date, stepMinutes: number): void {
  if (!Number.isInteger(stepMinutes) || stepMinutes < 1 || stepMinutes > MOST_STEP_MINUTES)
    throw new InvalidOptionError(
      'stepMinutes',
      `is ${stepMinutes}, not a whole number from 1 to ${MOST_STEP_MINUTES}`,
    )
  const steps = (until.getTime() - from.getTime()) / MINUTE_MS / stepMinutes
  if (!(steps > 0)) throw new InvalidOptionError('from', 'is not before "until"')
  if (steps > MOST_STEPS) {
    const least = Math.ceil((steps * stepMinutes) / MOST_STEPS)
    throw new InvalidOptionError(
      'stepMinutes',
      `makes more than ${MOST_STEPS} steps of that time: take ${least} or more, or a shorter time`,
    )
  }
}
