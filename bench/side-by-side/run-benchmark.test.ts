import { expect, test } from 'vitest'

import { PLAIN } from './contender.js'
import { exitCodeOf } from './exit-code.js'
import { drain } from './measure.js'
import type { Outcome } from './results.js'
import { runBenchmark, type CellReport } from './run-benchmark.js'
import { rate, type Scenario } from './scenario.js'
import { judge, type Target } from './targets.js'
import { fakeEntrant, type Plant } from './testing/fake-contender.js'

const JOBS = 200
const options = { isFull: false, only: undefined, against: undefined }
const effort = { rounds: 3, secondsPerCell: 1, jobsPerCell: 1, samples: 1 }
const target: Target = {
  scenario: 'drain-100',
  of: 'linehaul-postgres',
  says: 'drain',
  to: { contender: 'bullmq-redis' },
  atLeast: 0.5,
}

const drainAll: Scenario = {
  name: 'drain-100',
  group: 'drains',
  says: 'all of them',
  figures: [rate('drain-100')],
  async run({ store }) {
    const session = await store.session(PLAIN)
    await session.enqueueMany(Array.from({ length: JOBS }, (_, n) => n))
    const options = { concurrency: 1, count: JOBS, forMs: 300, isKept: true }
    return { figures: { 'drain-100': (await drain(session, options)).perSecond } }
  },
}

async function run(ours: Plant, onCell?: (cell: CellReport) => void): Promise<Outcome> {
  return runBenchmark({
    scenarios: [drainAll],
    entrants: [fakeEntrant('linehaul-postgres', ours), fakeEntrant('bullmq-redis')],
    effort,
    spawn: () => Promise.reject(new Error('nobody needs a helper here')),
    ...(onCell && { onCell }),
  })
}

test('a run in which every job ran once has a figure of each contender, and exits with 0', async () => {
  const outcome = await run({})
  expect(outcome.failures).toEqual([])
  expect(outcome.results.map(({ contender, runs }) => [contender, runs.length])).toEqual([
    ['linehaul-postgres', 3],
    ['bullmq-redis', 3],
  ])
  expect(exitCodeOf(outcome, { ...options, isStrict: false })).toBe(0)
})

test('a lost job fails its cell and the run, and leaves no figure of that contender', async () => {
  const outcome = await run({ loses: 17 })
  expect(outcome.failures).toMatchObject([
    {
      contender: 'linehaul-postgres',
      message: '1 of 200 jobs were lost: they neither ran nor wait, job 17 maybe',
    },
  ])
  expect(outcome.results.map(({ contender }) => contender)).toEqual(['bullmq-redis'])
  expect(exitCodeOf(outcome, { ...options, isStrict: false })).toBe(1)
})

test('a job that runs twice fails its cell and the run', async () => {
  const outcome = await run({ doubles: 3 })
  expect(outcome.failures).toMatchObject([{ contender: 'linehaul-postgres', message: 'job 3 ran 2 times' }])
  expect(exitCodeOf(outcome, { ...options, isStrict: false })).toBe(1)
})

test('the last job running twice is caught too', async () => {
  const outcome = await run({ doubles: JOBS - 1 })
  expect(outcome.failures).toMatchObject([{ message: 'job 199 ran 2 times' }])
})

test('a job that ran and is not kept as finished fails its cell and the run', async () => {
  const outcome = await run({ forgets: 5 })
  expect(outcome.failures).toMatchObject([{ message: '200 jobs have run, and 199 are kept as finished' }])
  expect(exitCodeOf(outcome, { ...options, isStrict: false })).toBe(1)
})

test('a contender that has become slow misses its target, which fails a strict run', async () => {
  const quick = await run({})
  const slow = await run({ turns: 20 })
  expect(judge(slow.results, [target])).toMatchObject([{ isReached: false }])
  expect(judge(slow.results, [target])[0]?.value).toBeLessThan(
    judge(quick.results, [target])[0]?.value as number,
  )
  const strictly = { results: slow.results, failures: [] }
  expect(exitCodeOf(strictly, { ...options, isStrict: true })).toBe(1)
  expect(exitCodeOf(strictly, { ...options, isStrict: false })).toBe(0)
})

test('contenders run in turn, and who begins changes with the round', async () => {
  const order: string[] = []
  await run({}, ({ contender }) => order.push(contender))
  const [ours, theirs] = ['linehaul-postgres', 'bullmq-redis']
  expect(order).toEqual([ours, theirs, theirs, ours, ours, theirs])
})

test('time that is up is no loss: what did not run still waits, and the rate is that of what did', async () => {
  const { contender, place } = fakeEntrant('slow', { turns: 50 })
  const session = await (await contender.open(place)).session(PLAIN)
  const count = 1_000_000
  await session.enqueueMany(Array.from({ length: count }, (_, n) => n))
  const drained = await drain(session, { concurrency: 1, count, forMs: 200, isKept: true })
  expect(drained.isWhole).toBe(false)
  expect(drained.handled).toBeLessThan(count)
})
