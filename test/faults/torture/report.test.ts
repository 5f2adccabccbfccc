import { expect, test } from 'vitest'

import type { Fault } from './fault.js'
import type { Verdict } from './judge.js'
import { asMarkdown, asText, report, type RoundEnd } from './report.js'
import { withFigures } from './write-docs.js'

const aFault = (name: string, atLeast = 2): Fault => ({
  ...{ name, on: 'server', atLeast, seconds: 5 },
  run: () => Promise.reject(new Error('it is only reported here')),
})

const kill = aFault('kill')

const well: Verdict = {
  ...{ injected: 3, acknowledged: 1_200, lost: [], doubled: [], torn: [] },
  ...{ reruns: 4, gaveUp: [], recoverMs: 1_430 },
}

const about = { seed: 7, seconds: 60, tookSeconds: 71 }

const reportOn = (...verdicts: readonly Partial<Verdict>[]) =>
  report(
    about,
    [kill],
    verdicts.map((verdict): RoundEnd => ({ fault: kill, verdict: { ...well, ...verdict } })),
  )

test('a run in which all was well is, with the sums of its rounds and the longest recovery', () => {
  const { ok, complaints, faults } = reportOn({}, { recoverMs: 900, reruns: 1 })
  expect({ ok, complaints }).toEqual({ ok: true, complaints: [] })
  expect(faults).toEqual([
    {
      ...{ fault: 'kill', injected: 6, acknowledged: 2_400, lost: 0, doubled: 0, torn: 0 },
      ...{ reruns: 5, gaveUp: 0, recoverMs: 1_430 },
    },
  ])
})

test.each([
  ['a job was lost', { lost: ['a'] }, 'kill: 1 acknowledged jobs were lost.'],
  ['a job took effect twice', { doubled: ['a'] }, 'kill: 1 jobs took effect twice through finish(tx).'],
  ['something was there by half', { torn: ['a row'] }, /^kill: 1 times something was there by half/],
  ['the fault was never injected', { injected: 0 }, 'kill: injected 0 times, and 2 are demanded.'],
  ['the fault was injected too seldom', { injected: 1 }, 'kill: injected 1 times, and 2 are demanded.'],
  ['nothing was acknowledged', { acknowledged: 0 }, /^kill: no job was acknowledged/],
])('a run fails in which %s', (_, verdict, complaint) => {
  const { ok, complaints } = reportOn(verdict)
  expect(ok).toBe(false)
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatch(complaint)
})

test('rounds that went well do not make up for one in which the fault was not injected', () => {
  expect(reportOn({ injected: 2 }, { injected: 1 }).ok).toBe(false)
})

test('a run fails in which a kind of fault had no round, or a round came to no end', () => {
  expect(report(about, [kill], []).complaints).toContain('kill: injected 0 times, and 2 are demanded.')
  const broken = [{ fault: kill, error: new Error('no server') }]
  expect(report(about, [kill], broken).complaints[0]).toBe('kill: a round came to no end: Error: no server')
})

test('a run without any fault fails', () => {
  expect(report(about, [], []).ok).toBe(false)
})

test('the table has a line for each kind of fault', () => {
  const text = asText(reportOn({})).split('\n')
  expect(text[0]).toMatch(/^fault +injected +acknowledged +lost +twice +torn +run again +given up +recovered/)
  expect(text[1]).toMatch(/^kill +3 +1,200 +0 +0 +0 +4 +0 +1\.4 s$/)
  expect(asMarkdown(reportOn({})).split('\n')[2]).toBe('| kill | 3 | 1,200 | 0 | 0 | 0 | 4 | 0 | 1.4 s |')
})

test('a page gets the figures in the place of those before', () => {
  const page = 'Before\n<!-- figures of npm run torture -->\nold\n<!-- end of figures -->\nAfter\n'
  const written = withFigures(page, reportOn({}))
  expect(written).toMatch(/^Before\n<!-- .* -->\n\nSeed 7, 1 rounds in 71 s\.\n\n\| fault/)
  expect(written).not.toContain('old')
  expect(withFigures(written, reportOn({}))).toBe(written)
  expect(() => withFigures('a page', reportOn({}))).toThrow('no lines')
})
