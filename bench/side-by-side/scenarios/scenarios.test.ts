import { afterAll, beforeAll, expect, test } from 'vitest'

import { copyTemplate } from '../../../src/database/testing/test-database.js'
import { linehaulEmbedded } from '../linehaul/linehaul.js'
import { runBenchmark, type Entrant } from '../run-benchmark.js'
import type { Outcome } from '../results.js'
import { SCENARIOS } from '../scenarios.js'
import { fakeEntrant, type Plant } from '../testing/fake-contender.js'

const BRIEF = { rounds: 1, secondsPerCell: 0.02, jobsPerCell: 600, samples: 5 }
const MEASURED = ['enqueue-bulk', 'drain-1', 'drain-10', 'drain-100', 'together', 'pickup-same']

let copy: Awaited<ReturnType<typeof copyTemplate>>
beforeAll(async () => {
  copy = await copyTemplate('embedded')
})
afterAll(() => copy?.remove())

function run(names: readonly string[], entrant: Entrant, effort = BRIEF): Promise<Outcome> {
  return runBenchmark({
    scenarios: names.map((name) => SCENARIOS.find((one) => one.name === name)!),
    entrants: [entrant],
    effort,
    spawn: () => Promise.reject(new Error('nobody needs a helper here')),
  })
}

test('Linehaul has a figure in each, and no job of it is lost, doubled or forgotten', async () => {
  const place = { url: copy.place.folder as string, size: async () => 0, logged: async () => undefined }
  const { results, failures } = await run(
    MEASURED,
    { contender: linehaulEmbedded, place },
    { ...BRIEF, secondsPerCell: 0.5 },
  )
  expect(failures).toEqual([])
  expect(results.map(({ scenario }) => scenario)).toEqual([...MEASURED, 'pickup-same-p99', 'pickup-same-max'])
  for (const { median } of results) expect(median).toBeGreaterThan(0)
})

const FAULTS: readonly [string, Plant, RegExp][] = [
  ['loses', { loses: 3 }, /lost|did not happen/],
  ['doubles', { doubles: 3 }, /ran (2 times|more than once)/],
  ['forgets', { forgets: 3 }, /are kept as finished/],
]

test.each(FAULTS)('a queue that %s a job has no figure of any drain', async (_, plant, fault) => {
  const drains = ['drain-1', 'drain-10', 'drain-100', 'together', 'drain-million-waiting']
  const { results, failures } = await run(drains, fakeEntrant('linehaul-postgres', plant))
  expect(results).toEqual([])
  expect(failures.map(({ scenario }) => scenario)).toEqual(drains)
  for (const { message } of failures) expect(message).toMatch(fault)
})

test.each(FAULTS.slice(1))('a queue that %s a job has no figure of its pick-up', async (_, plant, fault) => {
  const { results, failures } = await run(['pickup-same'], fakeEntrant('linehaul-postgres', plant))
  expect(results).toEqual([])
  expect(failures).toMatchObject([{ message: expect.stringMatching(fault) }])
})

test.each(FAULTS)('a queue that %s a job has no figure of putting in', async (_, plant, fault) => {
  const { results, failures } = await run(['enqueue-bulk'], fakeEntrant('linehaul-postgres', plant), {
    ...BRIEF,
    secondsPerCell: 1,
  })
  expect(results).toEqual([])
  expect(failures).toMatchObject([{ message: expect.stringMatching(fault) }])
})

test('a key that blocks nobody is found out', async () => {
  const blocked = (unblocks: number) =>
    run(['drain-blocked-key'], fakeEntrant('linehaul-postgres', { unblocks }))
  expect((await blocked(1)).failures).toEqual([])
  expect((await blocked(2)).failures).toMatchObject([
    { message: '2 of those behind a key ran, and none was to' },
  ])
})

test('the rate beside a million is taken of as many jobs as the one from an empty start', async () => {
  const { results, failures } = await run(['drain-million-waiting'], fakeEntrant('linehaul-postgres'))
  expect(failures).toEqual([])
  expect(results.map(({ scenario }) => scenario)).toEqual([
    'drain-million-waiting',
    'drain-million-waiting-empty',
  ])
})
