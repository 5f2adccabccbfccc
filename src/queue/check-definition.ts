import { toMs } from '../time/index.js'
import type { AnyJob, Limit } from './define-job.js'
import { InvalidDefinitionError } from './errors.js'
import { faultOf, refuseUnknownRate } from './limit/limit.js'
import { refuseUnknown } from './refuse-unknown.js'
import { isAttempts, NO_ATTEMPTS } from './attempt/retry.js'
import { flawOf, SCHEDULE_SETTINGS, type Schedule } from './schedule/schedule.js'

const LIMIT: Readonly<Record<keyof Limit<unknown>, true>> = { key: true, concurrency: true, rate: true }

const KEEP: Readonly<Record<keyof AnyJob['keep'], true>> = { done: true, dead: true }

const SCHEDULE: Readonly<Record<keyof Schedule<unknown>, true>> = {
  name: true,
  perTenant: true,
  payload: true,
  ...SCHEDULE_SETTINGS,
}

const UNIQUE_UNTIL: readonly string[] = ['started', 'finished'] satisfies AnyJob['uniqueUntil'][]

/** @throws JOBS_INVALID_DEFINITION, JOBS_UNKNOWN_OPTION, TIME_INVALID_DURATION, TIME_INVALID_CRON */
export function refuseInvalidDefinition(job: AnyJob): void {
  const { name, queue, maxAttempts, backoff, timeout, keep, schedules, uniqueFor = '0s' } = job
  if (!/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/.test(name))
    throw new InvalidDefinitionError(name, 'its name is not domain.verb-noun')
  if (queue === '') throw new InvalidDefinitionError(name, 'it names no queue')
  if (!isAttempts(maxAttempts)) throw new InvalidDefinitionError(name, `maxAttempts is ${NO_ATTEMPTS}`)
  if (typeof backoff !== 'function')
    throw new InvalidDefinitionError(name, "its backoff is no function: write exponential({ base: '1s' })")
  refuseUnknown(`of keep of the job definition ${name}`, keep, KEEP)
  for (const duration of [timeout, keep.done, keep.dead, uniqueFor]) toMs(duration)
  refuseInvalidUnique(job)
  for (const limit of job.limits) refuseInvalidLimit(name, limit)
  for (const schedule of schedules) refuseInvalidSchedule(name, schedule)
  if (new Set(schedules.map((schedule) => schedule.name)).size < schedules.length)
    throw new InvalidDefinitionError(name, 'two of its schedules have the same name')
}

function refuseInvalidSchedule(name: string, schedule: Schedule<unknown>): void {
  refuseUnknown(`of the schedule ${schedule.name} of the job definition ${name}`, schedule, SCHEDULE)
  const isAnyones = schedule.perTenant === false && schedule.timeZone === 'tenant'
  const flaw = isAnyones ? 'is of no tenant in whose zone it could run: name a time zone' : flawOf(schedule)
  if (flaw) throw new InvalidDefinitionError(name, `its schedule ${schedule.name} ${flaw}`)
}

function refuseInvalidUnique({ name, uniqueKey, uniqueUntil, uniqueFor }: AnyJob): void {
  if (!UNIQUE_UNTIL.includes(uniqueUntil))
    throw new InvalidDefinitionError(name, `uniqueUntil is "${uniqueUntil}", not started or finished`)
  if (!uniqueKey && (uniqueFor !== undefined || uniqueUntil === 'finished'))
    throw new InvalidDefinitionError(name, 'uniqueUntil and uniqueFor need a uniqueKey')
}

function refuseInvalidLimit(name: string, limit: Limit<never>): void {
  refuseUnknown(`of a limit of the job definition ${name}`, limit, LIMIT)
  refuseUnknownRate(`a limit of the job definition ${name}`, limit)
  if (limit.concurrency === undefined && limit.rate === undefined)
    throw new InvalidDefinitionError(name, 'one of its limits has neither concurrency nor rate')
  const fault = faultOf(limit)
  if (fault) throw new InvalidDefinitionError(name, `one of its limits ${fault}`)
}
