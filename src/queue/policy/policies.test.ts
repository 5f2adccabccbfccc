import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { exponential } from '../attempt/backoff.js'
import { retryOf } from '../attempt/retry.js'
import { defineJob, type JobTraits } from '../define-job.js'
import { prepare } from '../enqueue/prepare.js'
import { limitOf } from '../limit/limit.js'
import { Registry } from '../registry.js'
import { FakeSettings } from '../testing/fake-settings.js'
import { FairShares } from '../work/fair-shares.js'
import { engineSettings } from './engine-settings.js'
import { QueuePolicies } from './queue-policies.js'

const aJob = (traits: Partial<JobTraits<object>> = {}) =>
  defineJob({
    name: 'test.work',
    queue: 'default',
    payload: z.object({}),
    maxAttempts: 3,
    backoff: exponential({ base: '10s', cap: '1m', jitter: 'none' }),
    timeout: '1m',
    run: async () => undefined,
    ...traits,
  })

/** What is set, and a registry that hears of it. */
function given(job = aJob()) {
  const settings = new FakeSettings()
  const registry = new Registry<never>([job], settings)
  settings.onChange(() => registry.policies.refresh())
  const retry = (tenantId = 'acme', own: Parameters<typeof retryOf>[1] = { retry: null, maxAttempts: 3 }) =>
    retryOf(registry.policies.retryOf(job, tenantId), own)
  return { job, settings, registry, retry, waits: () => [1, 2, 3, 9].map((n) => retry().backoff(n, () => 1)) }
}

describe('how a job is tried', () => {
  test('is as its definition says while nothing is set, by the very function that it declares', () => {
    const { job, retry } = given()
    expect(retry()).toEqual({ maxAttempts: 3, timeout: '1m', backoff: job.backoff })
  })

  test('is as is set for its tenant, else for all, for each value by itself', () => {
    const { settings, retry, waits } = given()
    settings.set({ 'jobs.test.work.max_attempts': 5, 'jobs.test.work.timeout': '10m' })
    settings.set({ 'jobs.test.work.max_attempts': 7 }, 'acme')
    expect(retry()).toMatchObject({ maxAttempts: 7, timeout: '10m' })
    expect(retry('other')).toMatchObject({ maxAttempts: 5, timeout: '10m' })
    settings.set({ 'jobs.test.work.backoff_base': '1s' })
    expect(waits()).toEqual([1_000, 2_000, 4_000, 60_000])
  })

  test('is as its request said, whatever is set', () => {
    const { settings, retry } = given()
    settings.set({ 'jobs.test.work.max_attempts': 5, 'jobs.test.work.timeout': '10m' })
    settings.set({ 'jobs.test.work.backoff_cap': '2s' })
    const own = { maxAttempts: 2, timeout: '3s', backoff: { base: '4s', jitter: 'none' } } as const
    const { backoff, ...rest } = retry('acme', { retry: own, maxAttempts: 2 })
    expect(rest).toEqual({ maxAttempts: 2, timeout: '3s' })
    expect(backoff(1, () => 1)).toBe(4_000)
  })

  test('is as its definition said when it was put in, where a deployment has changed that and nothing is set', () => {
    expect(given().retry('acme', { retry: null, maxAttempts: 9 })).toMatchObject({ maxAttempts: 9 })
  })

  test('never waits longer than the cap, be the base set longer or the cap shorter', () => {
    const { settings, waits } = given()
    settings.set({ 'jobs.test.work.backoff_base': '5m' })
    expect(waits()).toEqual([60_000, 60_000, 60_000, 60_000])
    settings.clear()
    settings.set({ 'jobs.test.work.backoff_cap': '2s' })
    expect(waits()).toEqual([2_000, 2_000, 2_000, 2_000])
  })

  test('goes back to its definition once nothing is set any more', () => {
    const { job, settings, retry } = given()
    settings.set({ 'jobs.test.work.backoff_base': '5m', 'jobs.test.work.max_attempts': 9 })
    expect(retry().maxAttempts).toBe(9)
    settings.clear()
    expect(retry()).toEqual({ maxAttempts: 3, timeout: '1m', backoff: job.backoff })
  })

  test('waits by a backoff of its own whatever is set, and has no setting for it', () => {
    const own = aJob({ backoff: () => 42 })
    const { settings, waits } = given(own)
    settings.set({ 'jobs.test.work.backoff_base': '5m' })
    expect(waits()).toEqual([42, 42, 42, 42])
    const names = engineSettings({ jobs: [own] }).map(({ name }) => name)
    expect(names).toContain('jobs.test.work.timeout')
    expect(names).not.toContain('jobs.test.work.backoff_base')
  })
})

describe('how many of a definition run at once', () => {
  const keysOf = ({ job, registry }: ReturnType<typeof given>) =>
    prepare(
      job,
      { name: job.name, payload: {}, tenantId: 'acme' },
      new Date(0),
      registry.policies.setKeyOf(job),
    ).row.limitKeys

  test('is limited by nothing, and costs its jobs nothing, while nothing is set', () => {
    const all = given()
    expect(keysOf(all)).toBeNull()
    all.settings.set({ 'jobs.test.work.concurrency': 4 })
    expect(keysOf(all)).toEqual(['test.work/all'])
    expect(limitOf(all.registry, 'test.work/all')).toEqual({ concurrency: 4 })
    all.settings.clear()
    expect(keysOf(all)).toBeNull()
    expect(limitOf(all.registry, 'test.work/all')).toEqual({ concurrency: undefined })
  })

  test('is what is set instead of the limit that it declares in total, and besides the others', () => {
    const rate = { max: 9, per: '1m' } as const
    const all = given(
      aJob({
        limits: [
          { key: () => 'k', concurrency: 1 },
          { concurrency: 5, rate },
        ],
      }),
    )
    all.settings.set({ 'jobs.test.work.concurrency': 4 })
    expect(keysOf(all)).toEqual(['test.work/0/acme/k', 'test.work/1'])
    expect(limitOf(all.registry, 'test.work/0/acme/k')).toMatchObject({ concurrency: 1 })
    expect(limitOf(all.registry, 'test.work/1')).toEqual({ concurrency: 4, rate })
    all.settings.clear()
    expect(limitOf(all.registry, 'test.work/1')).toEqual({ concurrency: 5, rate })
  })

  test('stands beside limits by key, of which none is in total', () => {
    const all = given(aJob({ limits: [{ key: () => 'k', concurrency: 1 }] }))
    all.settings.set({ 'jobs.test.work.concurrency': 4 })
    expect(keysOf(all)).toEqual(['test.work/0/acme/k', 'test.work/all'])
  })
})

describe('queues', () => {
  const queuesWith = (settings: FakeSettings) => {
    const declared = { critical: { weight: 6 }, default: { rate: { max: 3, per: '1s' as const } }, free: {} }
    return new QueuePolicies(new Map(Object.entries(declared)), settings)
  }

  test('have the weights and limits that are set, else those that were declared', () => {
    const settings = new FakeSettings()
    const queues = queuesWith(settings)
    expect(Object.fromEntries(queues.weights)).toEqual({ critical: 6, default: 1, free: 1 })
    expect(queues.takeAtOnce('critical')).toBe(true)
    settings.set({
      'queues.critical.weight': 2.5,
      'queues.critical.concurrency': 4,
      'queues.default.concurrency': 1,
    })
    queues.refresh()
    expect(Object.fromEntries(queues.weights)).toEqual({ critical: 2.5, default: 1, free: 1 })
    expect(queues.limitOf('critical')).toEqual({ concurrency: 4 })
    expect(queues.limitOf('default')).toEqual({ concurrency: 1, rate: { max: 3, per: '1s' } })
    expect(queues.takeAtOnce('critical')).toBe(false)
    expect(queues.takeAtOnce('free')).toBe(true)
    expect(queues.takeAtOnce('unserved')).toBe(false)
  })

  test('nothing is claimed ahead while one of them has a limit', () => {
    const settings = new FakeSettings()
    const queues = new QueuePolicies(new Map([['default', {}]]), settings)
    expect(queues.haveLimits).toBe(false)
    settings.set({ 'queues.default.concurrency': 1 })
    queues.refresh()
    expect(queues.haveLimits).toBe(true)
  })

  test('share by other weights from the next claim on, and strictly in their new order', () => {
    const weights = (a: number, b: number) => new Map(Object.entries({ a, b }))
    const serve = (shares: FairShares) => {
      const served = { a: 0, b: 0 }
      for (let claim = 0; claim < 50; claim++) {
        const plan = shares.plan(10)
        const got = plan.flatMap(({ queue, quota }) => Array<string>(quota).fill(queue)).slice(0, 10)
        for (const queue of got) served[queue as 'a' | 'b'] += 1
        shares.record(
          plan,
          10,
          got.map((queue) => ({ queue, tenantId: 't', endsRound: true })),
        )
      }
      return served
    }
    const shares = new FairShares(weights(1, 1), 'weighted')
    expect(serve(shares)).toEqual({ a: 250, b: 250 })
    shares.reweigh(weights(9, 1))
    const { a } = serve(shares)
    expect(a / 500).toBeCloseTo(0.9, 1)
    const strict = new FairShares(weights(1, 2), 'strict')
    strict.reweigh(weights(3, 2))
    expect(strict.plan(5).map(({ queue }) => queue)).toEqual(['a', 'b'])
  })
})

describe('what can be set', () => {
  const schedules = [
    { name: 'Daily', cron: '0 2 * * *', timeZone: 'tenant', payload: () => ({}) },
    { name: 'sweep', every: '15m' as const, perTenant: false, payload: () => ({}) },
  ] as const
  const settings = engineSettings({ jobs: [aJob({ schedules })], queues: { default: { weight: 2 } } })
  const find = (name: string) => settings.find((one) => one.name === name)

  test('is there for every definition, its schedules and every queue, with what holds otherwise', () => {
    const own = settings.filter(({ name }) => /^(jobs\.test|queues\.default)/.test(name))
    expect(Object.fromEntries(own.map(({ name, default: otherwise }) => [name, otherwise]))).toEqual({
      'jobs.test.work.max_attempts': 3,
      'jobs.test.work.timeout': '1m',
      'jobs.test.work.backoff_base': '10s',
      'jobs.test.work.backoff_cap': '1m',
      'jobs.test.work.concurrency': null,
      'jobs.test.work.schedules.daily.cron': '0 2 * * *',
      'jobs.test.work.schedules.daily.time_zone': 'tenant',
      'jobs.test.work.schedules.daily.enabled': true,
      'jobs.test.work.schedules.sweep.cron': 'every 15m',
      'jobs.test.work.schedules.sweep.time_zone': 'UTC',
      'jobs.test.work.schedules.sweep.enabled': true,
      'queues.default.weight': 2,
      'queues.default.concurrency': null,
    })
  })

  test('is each tenant’s own, but for what concerns all', () => {
    expect(find('jobs.test.work.max_attempts')?.scope).toBe('tenant')
    expect(find('jobs.test.work.schedules.daily.cron')?.scope).toBe('tenant')
    for (const name of [
      'jobs.test.work.concurrency',
      'jobs.test.work.schedules.sweep.cron',
      'queues.default.weight',
      'jobs.jobs.clean-up.timeout',
      'jobs.jobs.clean-up.schedules.daily.enabled',
    ])
      expect([name, find(name)?.scope]).toEqual([name, 'instance'])
  })

  test.each([
    ['jobs.test.work.timeout', ['1s', '90m', '7d'], ['0s', '8d', '5', 'soon']],
    ['jobs.test.work.backoff_cap', ['1s', '30d'], ['31d', '']],
    [
      'jobs.test.work.schedules.daily.cron',
      ['*/5 * * * *', 'every 5s'],
      ['every 1s', '0 0 30 2 *', '@daily', ''],
    ],
    ['jobs.test.work.schedules.daily.time_zone', ['tenant', 'Europe/Berlin'], ['Europe/Nowhere', '']],
    ['jobs.test.work.schedules.sweep.time_zone', ['UTC'], ['tenant']],
  ])('%s takes %j, and none of %j', (name, taken, refused) => {
    const takes = find(name)?.takes
    if (takes?.kind !== 'text') throw new Error(`${name} takes no text`)
    expect(taken.filter((text) => !takes.isTaken(text))).toEqual([])
    expect(refused.filter((text) => takes.isTaken(text))).toEqual([])
  })
})
