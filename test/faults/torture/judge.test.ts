import { describe, expect, test } from 'vitest'

import {
  childKeys,
  PARENT,
  WITH_ROW,
  type Acknowledged,
  type Evidence,
  type ProducerEntry,
  type Worked,
} from './evidence.js'
import { judge, mayAskAgain } from './judge.js'

const nothing: Evidence = { injections: [], produced: [], worked: [], effects: [], ownRows: [], gaveUp: [] }

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

const start = (jobId: string, about: Partial<Extract<Worked, { saw: 'start' }>> = {}): Worked => ({
  ...{ saw: 'start', by: 'worker-1', jobId, attempt: 1, turn: 0, atMs: 120 },
  ...about,
})

const end = (jobId: string, atMs = 180): Worked => ({ saw: 'end', by: 'worker-1', jobId, atMs })

const committed = (jobId: string, atMs = 180): Worked => ({ saw: 'committed', by: 'worker-1', jobId, atMs })

const judged = (evidence: Partial<Evidence>) => judge({ ...nothing, ...evidence })

test('jobs that were all done once are neither lost nor doubled', () => {
  const verdict = judged({
    injections: [{ atMs: 110 }, { atMs: 130 }],
    produced: [acknowledged('a'), acknowledged('b', { proof: 'plain' })],
    worked: [start('a'), start('b'), committed('a'), end('b')],
    effects: [effect('a')],
  })
  expect(verdict).toMatchObject({ injected: 2, acknowledged: 2, reruns: 0 })
  expect(verdict).toMatchObject({ lost: [], doubled: [], torn: [], gaveUp: [], harmed: [], refused: [] })
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

  test('and was given up after starts that came to their own end, a retry and a second turn', () => {
    const worked = [start('a'), start('a', { attempt: 2 }), start('a', { attempt: 2, turn: 1 })]
    expect(judged({ produced: [acknowledged('a')], gaveUp: ['a'], worked })).toMatchObject({
      lost: ['a'],
      gaveUp: [],
    })
  })

  test('or that nobody was told of and was given up for no reason', () => {
    expect(judged({ gaveUp: ['a'], worked: [start('a')] }).lost).toEqual(['a'])
  })
})

describe('of a job that was given up', () => {
  const thrice = [start('a'), start('a'), start('a')]

  test('the row that was committed with it is not torn', () => {
    const evidence = { gaveUp: ['a'], worked: thrice, ownRows: [{ rowId: 'r', jobId: 'a' }] }
    expect(judged({ ...evidence, produced: [acknowledged('a', { name: WITH_ROW })] })).toMatchObject({
      ...{ lost: [], torn: [], gaveUp: ['a'] },
    })
  })

  test('a part of a flow that waits for it is not lost', () => {
    const produced = [acknowledged('a'), acknowledged('b'), acknowledged('c', { after: ['a', 'b'] })]
    const evidence = { gaveUp: ['a'], worked: thrice, produced, effects: [effect('b')] }
    expect(judged(evidence)).toMatchObject({ lost: [], torn: [], gaveUp: ['a', 'c'] })
  })

  test('its parent, which has waited for it, is not torn', () => {
    const [one = '', other = ''] = childKeys('p')
    const worked = [start('a', { key: one }), start('a', { key: one }), start('a', { key: one })]
    const effects = [effect('b', { key: other }), effect('p', { name: PARENT })]
    expect(judged({ gaveUp: ['a'], worked, effects }).torn).toEqual([])
  })
})

test('whatever runs later for the same key does the work of a unique job', () => {
  const produced = [acknowledged('a', { key: 'k' })]
  expect(judged({ produced, effects: [effect('successor', { key: 'k' })] }).lost).toEqual([])
})

test('a job that left two rows is doubled, whether it was acknowledged or not', () => {
  expect(judged({ effects: [effect('a'), effect('b'), effect('a', { atMs: 170 })] }).doubled).toEqual(['a'])
})

test('a job whose transaction was answered twice is doubled, even if one of its rows is gone', () => {
  const worked = [committed('a', 150), committed('a', 190)]
  expect(judged({ worked, effects: [effect('a')] }).doubled).toEqual(['a'])
})

describe('torn is', () => {
  test('a job whose transaction was answered, and whose row vanished', () => {
    expect(judged({ worked: [committed('a')] }).torn).toEqual([
      'job a was committed, and its row is not there',
    ])
  })

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

describe('of a job that waited for its children torn is', () => {
  const [one = '', other = ''] = childKeys('p')
  const parent = effect('p', { name: PARENT, atMs: 200 })
  const tornWith = (...children: ReturnType<typeof effect>[]) =>
    judged({ effects: [parent, ...children] }).torn

  test('nothing, where both were done before it', () => {
    expect(tornWith(effect('a', { key: one }), effect('b', { key: other }))).toEqual([])
  })

  test('a child that was never done', () => {
    expect(tornWith(effect('a', { key: one }))).toEqual(['job p was done without its child'])
  })

  test('a child that was done after it', () => {
    expect(tornWith(effect('a', { key: one }), effect('b', { key: other, atMs: 201 }))).toEqual([
      'job p was done before its child',
    ])
  })

  test('a child that was put in twice', () => {
    const twice = [effect('a', { key: one }), effect('c', { key: one })]
    expect(tornWith(...twice, effect('b', { key: other }))).toEqual(['job p has a child that was done twice'])
  })
})

test('a job that begins before it is due is torn, unless another with its key was due before', () => {
  const worked = [start('a', { atMs: 899 })]
  expect(
    judged({ produced: [acknowledged('a', { dueMs: 900 })], worked, effects: [effect('a')] }).torn,
  ).toEqual(['job a began before it was due'])
  const keyed = [acknowledged('a', { dueMs: 900, key: 'k' })]
  expect(judged({ produced: keyed, worked, effects: [effect('a', { key: 'k' })] }).torn).toEqual([])
})

test('calls that were refused are listed, and told apart by whether a fault excuses it', () => {
  const codes = ['DATABASE_UNAVAILABLE', '57P01', 'ECONNRESET', 'JOBS_INVALID_OPTION', '26000', 'oops']
  const { refused } = judged({ produced: codes.map((code) => ({ saw: 'refused', jobId: null, code })) })
  expect(refused.map(mayAskAgain)).toEqual([true, true, true, false, false, false])
})

test('a rerun is another start of the same attempt, and no retry', () => {
  const worked = [
    ...[start('a'), start('a'), start('b'), start('b', { attempt: 2 })],
    ...[start('c'), start('c', { turn: 1 })],
  ]
  expect(judged({ worked }).reruns).toBe(1)
})

describe('after a process was killed', () => {
  const killed = { atMs: 200, of: 'worker-1' }
  const again = (jobId: string, atMs: number) => start(jobId, { by: 'worker-2', atMs })

  test('counts when the first of its attempts began again, at the longest of all kills', () => {
    const worked = [start('a'), start('b'), again('a', 900), again('b', 700), again('c', 210)]
    expect(judged({ worked, injections: [killed] }).rerunMs).toBe(500)
    const later = [start('d', { by: 'worker-2' }), start('d', { by: 'worker-3', atMs: 1_900 })]
    const injections = [killed, { atMs: 1_000, of: 'worker-2' }]
    expect(judged({ worked: [...worked, ...later], injections }).rerunMs).toBe(900)
  })

  test('counts nothing where it had no attempt in hand, or nobody was killed', () => {
    const worked = [start('a', { by: 'worker-3' }), again('a', 900)]
    expect(judged({ worked, injections: [killed, { atMs: 200 }] }).rerunMs).toBeNull()
  })

  test('harmed are attempts that should not have been given to another', () => {
    const worked = [start('a'), start('b'), again('a', 900)]
    expect(judged({ worked, injections: [killed] }).harmed).toEqual([])
    expect(judged({ worked, injections: [{ ...killed, isHarmless: true }] }).harmed).toEqual(['a'])
  })
})

test('recovering lasts until all is done that was acknowledged before the fault', () => {
  const produced = [
    acknowledged('a', { acknowledgedMs: 100 }),
    acknowledged('b', { acknowledgedMs: 100, dueMs: 900 }),
    acknowledged('c', { acknowledgedMs: 300 }),
  ]
  const effects = [effect('a', { atMs: 450 }), effect('b', { atMs: 950 }), effect('c', { atMs: 9_000 })]
  const injections = [{ atMs: 200 }]
  expect(judged({ produced, effects, injections }).recoverMs).toBe(250)
  expect(judged({ produced, effects }).recoverMs).toBeNull()
  expect(judged({ produced, effects, injections, worked: [committed('a', 480)] }).recoverMs).toBe(280)
})
