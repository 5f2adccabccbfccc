import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { docsSection, replaceSection } from './docs-section.js'
import { recordRun } from './run-record.js'
import type { Result } from './results.js'
import { rate, type Scenario } from './scenario.js'
import { judge } from './targets.js'
import { fakeEntrant } from './testing/fake-contender.js'

const drain: Scenario = {
  name: 'drain-100',
  group: 'Running jobs',
  says: 'a hundred at once',
  figures: [rate('drain-100')],
  run: async () => ({ figures: {} }),
}

const result = (contender: string, runs: readonly number[]): Result => ({
  scenario: 'drain-100',
  contender,
  median: runs[1] as number,
  unit: 'jobs/s',
  runs,
  better: 'more',
  notes: [],
})

const results = [
  result('linehaul-postgres', [29_000, 30_000, 31_000]),
  { ...result('bullmq-redis', [9_000, 12_000, 12_500]), notes: ['7 of 9 jobs in the time of a cell'] },
]

const leftOut = { 'drain-100': 'it has nothing to drain' }

function section(): string {
  const about = {
    isFull: true,
    tookSeconds: 3_300,
    servers: ['PostgreSQL 15, fsync=on'],
    contenders: [{ ...fakeEntrant('linehaul-postgres').contender, leftOut }],
    absent: new Map([['pg-boss', 'nobody installed it']]),
  }
  const record = recordRun(about, { results, failures: [] }, new Date('2026-02-03T04:05:06Z'))
  return docsSection(record, results, judge(results), [drain])
}

test('a section has a table of each group, with the range of the rounds', () => {
  expect(section()).toContain('full run on 2026-02-03, which took 55 minutes')
  expect(section()).toContain('### Running jobs\n\n- `drain-100`: a hundred at once')
  expect(section()).toContain('| linehaul-postgres | 30,000 (29,000–31,000) |')
  expect(section()).toContain('](charts/drain-100.svg)')
})

test('a section says which targets were missed, and who was left out', () => {
  expect(section()).toContain('| drain-100: linehaul-postgres against bullmq-redis | 3 x | 2.50 (missed) |')
  expect(section()).toContain('- PostgreSQL 15, fsync=on')
  expect(section()).toContain('- left out: pg-boss, for nobody installed it')
})

test('a section has the ratios, who was cut off, and why somebody takes no part', () => {
  expect(section()).toContain('| `drain-100` | 2.50 |')
  expect(section()).toContain('Cut off in at least one round')
  expect(section()).toContain('- `drain-100`: bullmq-redis')
  expect(section()).toContain('- linehaul-postgres, in `drain-100`: it has nothing to drain')
})

test('only what lies between the marks of the page is replaced', async () => {
  const page = await readFile('docs/benchmarks.md', 'utf8')
  const replaced = replaceSection(page, 'NEW')
  expect(replaced).toContain('begin -->\n\nNEW\n\n<!--')
  expect(replaceSection(replaced, 'NEW')).toBe(replaced)
  expect(replaced.split('begin -->')[0]).toBe(page.split('begin -->')[0])
  expect(replaced.split('end -->')[1]).toBe(page.split('end -->')[1])
})

test('a page without the marks is not written', () => {
  expect(() => replaceSection('# A page', 'NEW')).toThrow('has to have the lines')
})
