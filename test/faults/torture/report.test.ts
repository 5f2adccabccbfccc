import { expect, test } from 'vitest'

import type { Fault } from './fault.js'
import type { Verdict } from './judge.js'
import { asMarkdown, asText, report, type RoundEnd } from './report.js'
import { withFigures } from './write-docs.js'

const aFault = (name: string, about: Partial<Fault> = {}): Fault => ({
  ...{ name, on: 'server', atLeast: 2, seconds: 5, ...about },
  run: () => Promise.reject(new Error('it is only reported here')),
})

const kill = aFault('kill')

const well: Verdict = {
  ...{ injected: 3, acknowledged: 1_200, lost: [], doubled: [], torn: [] },
  ...{ refused: [], reruns: 4, harmed: [], gaveUp: [], rerunMs: 1_210, recoverMs: 1_430 },
}

const about = { seed: 7, seconds: 60, tookSeconds: 71 }

const reportOf = (fault: Fault, ...verdicts: readonly Partial<Verdict>[]) =>
  report(
    about,
    [fault],
    verdicts.map((verdict): RoundEnd => ({ fault, verdict: { ...well, ...verdict } })),
  )

const reportOn = (...verdicts: readonly Partial<Verdict>[]) => reportOf(kill, ...verdicts)

test('a run in which all was well is, with the sums of its rounds and the longest times', () => {
  const { ok, complaints, faults } = reportOn({}, { recoverMs: 900, rerunMs: null, reruns: 1 })
  expect({ ok, complaints }).toEqual({ ok: true, complaints: [] })
  expect(faults).toEqual([
    {
      ...{ fault: 'kill', injected: 6, acknowledged: 2_400, lost: 0, doubled: 0, torn: 0 },
      ...{ reruns: 5, gaveUp: 0, refused: 0, rerunMs: 1_210, recoverMs: 1_430 },
    },
  ])
})

test.each([
  ['a job was lost', { lost: ['a'] }, 'kill: 1 acknowledged jobs were lost.'],
  ['a job took effect twice', { doubled: ['a'] }, 'kill: 1 jobs took effect twice through finish(tx).'],
  ['something was there by half', { torn: ['a row'] }, /^kill: 1 times something was there by half/],
  ['the fault was never injected', { injected: 0 }, 'kill: a round injected it 0 times, and 2 are demanded.'],
  [
    'the fault was injected too seldom',
    { injected: 1 },
    'kill: a round injected it 1 times, and 2 are demanded.',
  ],
  ['nothing was acknowledged', { acknowledged: 0 }, /^kill: a round had no job acknowledged/],
  ['a job was given up', { gaveUp: ['a'] }, /^kill: 1 jobs were given up/],
  [
    'a short standstill had consequences',
    { harmed: ['a'] },
    /^kill: 1 attempts ran again, and their worker stood/,
  ],
  [
    'a call was refused',
    { refused: [{ jobId: 'a', code: 'JOBS_X' }] },
    /^kill: 1 calls were refused .*: JOBS_X\.$/,
  ],
])('a run fails in which %s', (_, verdict, complaint) => {
  const { ok, complaints } = reportOn(verdict)
  expect(ok).toBe(false)
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatch(complaint)
})

test('rounds that went well do not make up for one in which the fault was not injected', () => {
  expect(reportOn({ injected: 9 }, { injected: 1 }).complaints).toHaveLength(1)
  expect(reportOn({ injected: 2 }, { acknowledged: 0 }).complaints).toHaveLength(1)
})

test('a call that the fault excuses is counted, and no complaint', () => {
  const refused = [{ jobId: null, code: 'DATABASE_UNAVAILABLE' }]
  expect(reportOn({ refused })).toMatchObject({ ok: true, faults: [{ refused: 1 }] })
})

test('what a fault promises of attempts that run again, and of jobs given up, is demanded', () => {
  const none = aFault('jump', { reruns: 'none' })
  expect(reportOf(none, {}).complaints).toEqual(['jump: 4 attempts ran again, and none should.'])
  expect(reportOf(none, { reruns: 0 }).ok).toBe(true)
  const some = aFault('kill', { reruns: 'some', mayGiveUp: true })
  expect(reportOf(some, { reruns: 0 }, { reruns: 1, gaveUp: ['a'] }).ok).toBe(true)
  expect(reportOf(some, { reruns: 0 }, { reruns: 0 }).complaints).toEqual([
    'kill: no attempt ran again, so no job was interrupted.',
  ])
})

test('a run fails in which a kind of fault had no round, or a round came to no end', () => {
  expect(report(about, [kill], []).complaints).toEqual(['kill: there was no round that came to its end.'])
  const broken = [{ fault: kill, error: new Error('no server') }]
  expect(report(about, [kill], broken).complaints[0]).toBe('kill: a round came to no end: Error: no server')
})

test('a run without any fault fails', () => {
  expect(report(about, [], []).ok).toBe(false)
})

test('the table has a line for each kind of fault', () => {
  const text = asText(reportOn({})).split('\n')
  expect(text[0]).toMatch(
    /^fault +injected +acknowledged +lost +twice +torn +run again +first .* given up +recovered/,
  )
  expect(text[1]).toMatch(/^kill +3 +1,200 +0 +0 +0 +4 +1\.2 s +0 +1\.4 s$/)
  expect(asMarkdown(reportOn({})).split('\n')[2]).toBe(
    '| kill | 3 | 1,200 | 0 | 0 | 0 | 4 | 1.2 s | 0 | 1.4 s |',
  )
})

test('a page gets the figures in the place of those before', () => {
  const page = 'Before\n<!-- figures of npm run torture -->\nold\n<!-- end of figures -->\nAfter\n'
  const written = withFigures(page, reportOn({}))
  expect(written).toMatch(/^Before\n<!-- .* -->\n\nSeed 7, 1 rounds in 71 s\.\n\n\| fault/)
  expect(written).not.toContain('old')
  expect(withFigures(written, reportOn({}))).toBe(written)
  expect(() => withFigures('a page', reportOn({}))).toThrow('no lines')
})
