import { expect, test } from 'vitest'
import { z } from 'zod'

import { VARIABLES } from './config.js'
import { DECLARED_RULES } from './declared-rules.js'
import { jobRules } from './job-rules.js'
import { onEachDatabase } from './database/testing/test-database.js'
import { defineJob, Engine, engineSettings } from './queue/index.js'
import { stopNow } from './queue/testing/engine-fixture.js'
import { createRules } from './rules/index.js'
import { FakeClock } from './time/testing/fake-clock.js'
import { convert } from './rules/convert.js'
import { describeType } from './rules/describe-type.js'
import { RuleRegistry } from './rules/registry.js'

const registry = new RuleRegistry(DECLARED_RULES, VARIABLES)

test('retries, limits and schedules of every job, and the weights of queues, are rules with a variable each', () => {
  const { variable, default: otherwise } = registry.get('jobs.freight.analyze-patterns.max_attempts')
  expect({ variable, otherwise }).toEqual({
    variable: 'JOBS_FREIGHT_ANALYZE_PATTERNS_MAX_ATTEMPTS',
    otherwise: 3,
  })
  expect(registry.get('jobs.freight.analyze-patterns.schedules.daily.cron').default).toBe('0 2 * * *')
  expect(registry.get('queues.critical.weight')).toMatchObject({ default: 6, scope: 'instance' })
})

test.each([
  ['max_attempts', '7', 7],
  ['max_attempts', 'many', undefined],
  ['max_attempts', 0, undefined],
  ['max_attempts', null, undefined],
  ['timeout', '10m', '10m'],
  ['timeout', '10', undefined],
  ['timeout', 600, undefined],
  ['concurrency', '4', 4],
  ['concurrency', null, null],
  ['schedules.daily.enabled', 'no', false],
  ['schedules.daily.cron', 'every 15m', 'every 15m'],
  ['schedules.daily.cron', '0 25 * * *', undefined],
  ['schedules.daily.time_zone', 'Europe/Berlin', 'Europe/Berlin'],
])('%s takes %j as %j', (what, given, taken) => {
  expect(convert(registry.get(`jobs.freight.analyze-patterns.${what}`), given)?.value).toEqual(taken)
})

test('what is taken is said where something else was given', () => {
  const types = jobRules(engineSettings({ jobs: [], queues: {} })).map(
    (rule) => [rule.name, describeType(rule)] as const,
  )
  expect(Object.fromEntries(types)).toMatchObject({
    'jobs.jobs.clean-up.max_attempts': 'a whole number from 1 to 1000000',
    'jobs.jobs.clean-up.timeout': 'a length of time up to 7d, such as 30s, 5m or 1h',
    'jobs.jobs.clean-up.concurrency': 'a whole number from 1 to 1000000 or null',
    'jobs.jobs.clean-up.schedules.daily.cron': 'five fields of a cron, or "every" and 5s to 366d',
    'queues.system.weight': 'a number from 0.001 to 1000000',
  })
})

onEachDatabase((database) => {
  test('a rule that takes force by the clock alone holds for a job that is in line already', async () => {
    const clock = new FakeClock('2030-01-15T07:00:00Z')
    const onError = (error: unknown) => expect.fail(String(error))
    const job = defineJob({
      name: 'test.tuned',
      queue: 'default',
      payload: z.object({}),
      run: () => Promise.reject(new Error('carrier is down')),
    })
    const declared = jobRules(engineSettings({ jobs: [job] }))
    const variable = () => undefined
    const { rules, cache } = createRules({
      ...{ database: database(), declared, taken: [], variable, clock, onError },
    })
    const engine = new Engine({
      database: database(),
      jobs: [job],
      needs: {},
      settings: cache,
      clock,
      onError,
    })
    await database().query(
      `INSERT INTO linehaul.tenant (id, name, time_zone) VALUES ('tuned', 'Tuned', 'UTC') ON CONFLICT DO NOTHING`,
    )
    const { id } = await engine.enqueue(job, {}, { tenantId: 'tuned' })
    await rules.create(
      { tenantId: 'tuned', actor: 'user:ada', role: 'admin', scopes: null, businessUnitId: null },
      { name: 'jobs.test.tuned.max_attempts', value: '1', effectiveFrom: new Date('2030-01-15T08:00:00Z') },
    )
    await cache.look()
    expect(await engine.operator.get('tuned', id)).toMatchObject({ maxAttempts: 5 })
    clock.advance('1h')
    await cache.look()
    const ended = engine.signals.next('attempt.ended')
    await engine.start()
    expect(await ended).toMatchObject({ jobId: id, state: 'dead', attempt: 1 })
    await stopNow({ engine, clock })
  })
})
