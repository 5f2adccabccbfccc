import { expect, test } from 'vitest'

import { medianOf, quantileOf, ratioOf } from './figures.js'
import { ratiosOf } from './ratios.js'
import { publicResults } from './results-file.js'
import type { Result } from './results.js'
import { exitCodeOf } from './exit-code.js'
import { judge, TARGETS, unjudged } from './targets.js'

const result = (scenario: string, contender: string, median: number, unit = 'jobs/s'): Result => ({
  scenario,
  contender,
  median,
  unit,
  runs: [median],
  better: unit === 'jobs/s' ? 'more' : 'less',
  notes: [],
})

test('the median is the one in the middle, or between the two that are', () => {
  expect(medianOf([9, 1, 5])).toBe(5)
  expect(medianOf([4, 1, 2, 3])).toBe(2.5)
})

test('a quantile lies between the two nearest', () => {
  const hundred = Array.from({ length: 101 }, (_, i) => i)
  expect(quantileOf(hundred, 0.99)).toBeCloseTo(99)
  expect(quantileOf([7], 0.99)).toBe(7)
})

test('a ratio above 1 is in favour of the first, for rates and for waits', () => {
  expect(ratioOf(300, 100, 'more')).toBe(3)
  expect(ratioOf(1, 2, 'less')).toBe(2)
  const results = [
    result('drain-100', 'linehaul-postgres', 300),
    result('drain-100', 'bullmq-redis', 100),
    result('pickup-same', 'linehaul-postgres', 1, 'ms'),
    result('pickup-same', 'bullmq-redis', 2, 'ms'),
  ]
  expect(ratiosOf(results).map(({ ratio }) => ratio)).toEqual([3, 2])
})

test('both forms of Linehaul are compared with every peer, and the one on PostgreSQL with raw SQL', () => {
  const names = ['linehaul-postgres', 'linehaul-embedded', 'bullmq-redis', 'pg-boss', 'raw-sql']
  const ratios = ratiosOf(names.map((name) => result('drain-100', name, 1)))
  expect(ratios.map(({ of, to }) => `${of} to ${to}`)).toEqual([
    'linehaul-postgres to bullmq-redis',
    'linehaul-postgres to pg-boss',
    'linehaul-postgres to raw-sql',
    'linehaul-embedded to bullmq-redis',
    'linehaul-embedded to pg-boss',
  ])
})

test('the file of a run has its results and ratios, and no more about them', () => {
  const results = [result('drain-100', 'linehaul-postgres', 300), result('drain-100', 'pg-boss', 100)]
  expect(publicResults({ results })).toEqual({
    results: [
      {
        scenario: 'drain-100',
        contender: 'linehaul-postgres',
        median: 300,
        unit: 'jobs/s',
        runs: [300],
      },
      { scenario: 'drain-100', contender: 'pg-boss', median: 100, unit: 'jobs/s', runs: [100] },
    ],
    ratios: [{ scenario: 'drain-100', of: 'linehaul-postgres', to: 'pg-boss', ratio: 3 }],
  })
})

test('a target is judged once all of its cells ran', () => {
  const results = [result('drain-100', 'linehaul-postgres', 299), result('drain-100', 'bullmq-redis', 100)]
  expect(judge(results)).toMatchObject([{ value: 2.99, isReached: false, target: { atLeast: 3 } }])
})

test('a target may compare two scenarios of one contender, or bound a figure', () => {
  const results = [
    result('drain-million-waiting-empty', 'linehaul-postgres', 100),
    result('drain-million-waiting', 'linehaul-postgres', 86),
    result('kill-rerun', 'linehaul-postgres', 2.1, 's'),
  ]
  expect(judge(results).map(({ value, isReached }) => [value, isReached])).toEqual([
    [0.86, true],
    [2.1, false],
  ])
})

test('a bound is judged by the worst of its rounds', () => {
  const runs = { ...result('kill-rerun', 'linehaul-postgres', 1.2, 's'), runs: [1.1, 1.2, 2.4] }
  expect(judge([runs])).toMatchObject([{ value: 2.4, isReached: false }])
})

test('every target is about a figure and contenders that there are', async () => {
  const { SCENARIOS } = await import('./scenarios.js')
  const figures = SCENARIOS.flatMap((scenario) => scenario.figures.map(({ name }) => name))
  const ours = ['linehaul-postgres', 'linehaul-embedded']
  for (const target of TARGETS) {
    expect(figures).toContain(target.scenario)
    expect(ours).toContain(target.of)
    if (!('to' in target)) continue
    expect(figures).toContain(target.to.scenario ?? target.scenario)
    expect([...ours, ...PEERS, 'raw-sql']).toContain(target.to.contender)
  }
})

test('what a full run has not measured fails it when it is strict, and a part of a run does not', () => {
  const outcome = { results: [result('kill-rerun', 'linehaul-postgres', 1.2, 's')], failures: [] }
  const all = { isStrict: true, isFull: true, only: undefined, against: undefined }
  expect(unjudged(outcome.results)).toHaveLength(TARGETS.length - 1)
  expect(exitCodeOf(outcome, all)).toBe(1)
  expect(exitCodeOf(outcome, { ...all, only: ['kill-rerun'] })).toBe(0)
})

/** Their packages are not here to ask. */
const PEERS = [
  'bullmq-redis',
  'bullmq-redis-aof',
  'bullmq-postgres',
  'graphile-worker',
  'graphile-worker-tuned',
  'pg-boss',
]
