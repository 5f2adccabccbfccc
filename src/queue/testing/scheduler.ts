import { z } from 'zod'

import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import type { TenantZone } from '../schedule/declared-schedules.js'
import { defineJob, type AnyJob, type Job } from '../define-job.js'
import { Registry } from '../registry.js'
import { ScheduleSync } from '../schedule/schedule-sync.js'
import type { Schedule, ScheduleOptions, Timing } from '../schedule/schedule.js'
import { Schedules } from '../schedule/schedules.js'
import type { Settings } from '../settings.js'
import { Ticker } from '../schedule/ticker.js'
import { aClient } from './engine-fixture.js'

export const NEW_YORK: TenantZone = { id: 'york', timeZone: 'America/New_York' }
export const BERLIN: TenantZone = { id: 'berlin', timeZone: 'Europe/Berlin' }

export interface Scheduler {
  readonly sync: ScheduleSync
  readonly ticker: Ticker
  readonly schedules: Schedules
  readonly errors: unknown[]
}

/** What one process has of the scheduler. */
export function aScheduler(
  database: Database,
  clock: Clock,
  jobs: readonly AnyJob[],
  {
    tenants = [BERLIN],
    random = () => 0.5,
    settings,
  }: { tenants?: readonly TenantZone[]; random?: () => number; settings?: Settings } = {},
): Scheduler {
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const registry = new Registry<never>(jobs, settings)
  const client = aClient(database, registry, clock)
  const on = { database, registry, clock, client }
  return {
    sync: new ScheduleSync(database, registry, async () => tenants, clock, onError),
    ticker: new Ticker({ ...on, random, onError }),
    schedules: new Schedules(on),
    errors,
  }
}

type Report = Job<{ tick: string }, unknown>

/** A definition with one schedule, `daily`, whose jobs are told their tick. */
export function aReport(
  timing: Timing,
  options: ScheduleOptions & { perTenant?: boolean } = {},
  rest: { name?: `${string}.${string}`; aliases?: string[]; uniqueKey?: () => string } = {},
): Report {
  const daily = {
    ...{ name: 'daily', payload: (tick: Date) => ({ tick: tick.toISOString() }) },
    ...timing,
    ...options,
  } as Schedule<{ tick: string }>
  return defineJob({
    name: 'test.report',
    queue: 'default',
    payload: z.object({ tick: z.string() }),
    schedules: [daily],
    run: async () => undefined,
    ...rest,
  })
}

/** By the clock of each tenant. */
export const inTenantsZone = (cron: string): Timing => ({ cron, timeZone: 'tenant' })

/** By the one clock. */
export const inUtc = (cron: string): Timing => ({ cron, timeZone: 'UTC' })
