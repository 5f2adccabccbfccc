import { expect, test } from 'vitest'

import { defineJob, type JobOptions } from './define-job.js'

const options: JobOptions<object, unknown> = {
  name: 'test.work',
  queue: 'default',
  payload: { parse: () => ({}) },
  run: async () => undefined,
}
const schedule = { name: 'daily', cron: '0 2 * * *', timeZone: 'UTC', payload: () => ({}) }

test('a definition has every default filled in and cannot be changed', () => {
  const job = defineJob(options)
  expect(job).toMatchObject({
    aliases: [],
    maxAttempts: 5,
    timeout: '5m',
    schedules: [],
    keep: { done: '7d', dead: '30d' },
  })
  expect(Object.isFrozen(job)).toBe(true)
  expect(defineJob({ ...options, keep: { done: '1h' } }).keep).toEqual({ done: '1h', dead: '30d' })
})

test.each<[string, Partial<Record<keyof JobOptions<object, unknown>, unknown>>, string]>([
  ['a name without a domain', { name: 'work' }, 'JOBS_INVALID_DEFINITION'],
  ['a name with capitals', { name: 'test.Work' }, 'JOBS_INVALID_DEFINITION'],
  ['no queue', { queue: '' }, 'JOBS_INVALID_DEFINITION'],
  ['no attempts', { maxAttempts: 0 }, 'JOBS_INVALID_DEFINITION'],
  ['a backoff that is data', { backoff: { base: '1s' } }, 'JOBS_INVALID_DEFINITION'],
  ['half an attempt', { maxAttempts: 1.5 }, 'JOBS_INVALID_DEFINITION'],
  ['a timeout without a unit', { timeout: '30' }, 'TIME_INVALID_DURATION'],
  ['a retention that is no duration', { keep: { dead: 'long' } }, 'TIME_INVALID_DURATION'],
  ['an unknown time zone', { schedules: [{ ...schedule, timeZone: 'Mars' }] }, 'JOBS_INVALID_DEFINITION'],
  [
    'a schedule for all tenants in the zone of each',
    { schedules: [{ ...schedule, perTenant: false, timeZone: 'tenant' }] },
    'JOBS_INVALID_DEFINITION',
  ],
  ['two schedules of one name', { schedules: [schedule, schedule] }, 'JOBS_INVALID_DEFINITION'],
  ['a cron that never fires', { schedules: [{ ...schedule, cron: '0 0 30 2 *' }] }, 'TIME_INVALID_CRON'],
  ['a cron that is none', { schedules: [{ ...schedule, cron: 'daily' }] }, 'TIME_INVALID_CRON'],
])('%s is refused where the job is defined', (_what, wrong, code) => {
  expect(() => defineJob({ ...options, ...wrong } as JobOptions<object, unknown>)).toThrow(
    expect.objectContaining({ code }) as Error,
  )
})
