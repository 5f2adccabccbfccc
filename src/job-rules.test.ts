import { expect, test } from 'vitest'

import { VARIABLES } from './config.js'
import { DECLARED_RULES } from './declared-rules.js'
import { jobRules } from './job-rules.js'
import { engineSettings } from './queue/index.js'
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
    'queues.system.weight': 'a number above 0',
  })
})
