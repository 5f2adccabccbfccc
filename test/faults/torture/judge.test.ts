import { describe, expect, test } from 'vitest'

import type { Acknowledged, Evidence, ProducerEntry } from './evidence.js'
import { judge, WITH_ROW } from './judge.js'

const nothing: Evidence = { injectedMs: [], produced: [], worked: [], effects: [], ownRows: [], gaveUp: [] }

const acknowledged = (jobId: string, about: Partial<Acknowledged> = {}): ProducerEntry => ({
  saw: 'acknowledged',
  jobId,
  name: 'torture.finish',
  proof: 'finish',
  ...{ askedMs: 90, acknowledgedMs: 100, dueMs: 100 },
  ...about,
})

const effect = (jobId: string, about: object = {}) => ({
  ...{ jobId, name: 'torture.finish', key: null, atMs: 150, ...about },
})

const start = (jobId: string, attempt = 1, turn = 0) =>
  ({ saw: 'start', jobId, attempt, turn, atMs: 120 }) as const

const judged = (evidence: Partial<Evidence>) => judge({ ...nothing, ...evidence })

test('jobs that were all done once are neither lost nor doubled', () => {
  const verdict = judged({
    injectedMs: [110, 130],
    produced: [acknowledged('a'), acknowledged('b', { proof: 'plain' })],
    worked: [start('a'), start('b'), { saw: 'end', jobId: 'b', atMs: 180 }],
    effects: [effect('a')],
  })
  expect(verdict).toMatchObject({ injected: 2, acknowledged: 2, reruns: 0 })
  expect(verdict).toMatchObject({ lost: [], doubled: [], torn: [], gaveUp: [] })
})

describe('a job is lost that was acknowledged', () => {
  test('and left no row', () => {
    expect(judged({ produced: [acknowledged('a'), acknowledged('b')], effects: [effect('b')] }).lost).toEqual(
      ['a'],
    )
  })

  test('and began, but came to no end that anybody saw', () => {
    const produced = [acknowledged('a', { proof: 'plain' })]
    expect(judged({ produced, worked: [start('a')] }).lost).toEqual(['a'])
  })

  test('for a key for which nothing ran afterwards', () => {
    const produced = [
      acknowledged('a', { key: 'k', askedMs: 90 }),
      acknowledged('b', { key: 'k', askedMs: 160 }),
    ]
    expect(judged({ produced, effects: [effect('a', { key: 'k', atMs: 150 })] }).lost).toEqual(['b'])
  })

  test('and was given up although its worker did not die three times', () => {
    const evidence = { produced: [acknowledged('a')], gaveUp: ['a'] }
    expect(judged({ ...evidence, worked: [start('a'), start('a')] })).toMatchObject({
      lost: ['a'],
      gaveUp: [],
    })
    const thrice = [start('a'), start('a'), start('a')]
    expect(judged({ ...evidence, worked: thrice })).toMatchObject({ lost: [], gaveUp: ['a'] })
  })
})

test('whatever runs later for the same key does the work of a unique job', () => {
  const produced = [acknowledged('a', { key: 'k' })]
  expect(judged({ produced, effects: [effect('successor', { key: 'k' })] }).lost).toEqual([])
})

test('a job that left two rows is doubled, whether it was acknowledged or not', () => {
  expect(judged({ effects: [effect('a'), effect('b'), effect('a', { atMs: 170 })] }).doubled).toEqual(['a'])
})

describe('torn is', () => {
  test('a row without its job', () => {
    expect(judged({ ownRows: [{ rowId: 'r', jobId: 'a' }] }).torn).toEqual([
      'a row whose job a was never done',
    ])
  })

  test('a job without its row', () => {
    expect(judged({ effects: [effect('a', { name: WITH_ROW })] }).torn).toEqual(['a job a without its row'])
  })

  test('a row, or a job, of a transaction that was rolled back', () => {
    const produced = [{ saw: 'rolled back', rowId: 'r', jobId: 'a', atMs: 1 }] as const
    const effects = [effect('a', { name: WITH_ROW })]
    const ownRows = [{ rowId: 'r', jobId: 'a' }]
    expect(judged({ produced, effects, ownRows }).torn).toEqual(['something of job a, which was rolled back'])
    expect(judged({ produced }).torn).toEqual([])
  })

  test('a job that was done before one that it waits for', () => {
    const produced = [acknowledged('a'), acknowledged('c', { after: ['a'] })]
    const effects = [effect('a', { atMs: 150 }), effect('c', { atMs: 140 })]
    expect(judged({ produced, effects }).torn).toEqual(['job c was done before one that it waits for'])
  })
})

test('a rerun is another start of the same attempt, and no retry', () => {
  const worked = [start('a'), start('a'), start('b', 1), start('b', 2), start('c', 1, 0), start('c', 1, 1)]
  expect(judged({ worked }).reruns).toBe(1)
})

test('recovering lasts until all is done that was acknowledged before the fault', () => {
  const produced = [
    acknowledged('a', { acknowledgedMs: 100 }),
    acknowledged('b', { acknowledgedMs: 100, dueMs: 900 }),
    acknowledged('c', { acknowledgedMs: 300 }),
  ]
  const effects = [effect('a', { atMs: 450 }), effect('b', { atMs: 950 }), effect('c', { atMs: 9_000 })]
  expect(judged({ produced, effects, injectedMs: [200] }).recoverMs).toBe(250)
  expect(judged({ produced, effects }).recoverMs).toBeNull()
})
