import { expect, test } from 'vitest'

import { findFlaws, type Sighting, type Standing } from './sightings.js'

const story = {
  acknowledged: new Set<string>(),
  rolledBack: new Set<string>(),
  succeeded: new Set(['a']),
  deletedUpTo: new Date(0),
}

/** A job that was put in, run and done. */
const life: readonly Sighting[] = (
  [
    [null, 'waiting'],
    ['waiting', 'running'],
    ['running', 'done'],
  ] as const
).map(([from, to]) => ({
  id: 'a',
  name: 'test.work',
  from,
  to,
  limitKeys: null,
  finishedAt: to === 'done' ? new Date(1_000) : null,
}))

const end: Standing = { id: 'a', name: 'test.work', state: 'done', effects: 1 }

test('a job that was put in, run and done has no flaw', () => {
  expect(findFlaws(story, life, [end])).toEqual([])
})

test.each<[string, readonly string[]]>([
  ['is gone', findFlaws(story, life, [])],
  [
    'is gone, although a caller was told of it',
    findFlaws({ ...story, acknowledged: new Set(['a']) }, [], []),
  ],
  ['ended after what was deleted', findFlaws({ ...story, deletedUpTo: new Date(999) }, life, [])],
  ['has two rows', findFlaws(story, life, [end, end])],
  ['came to no end', findFlaws(story, life, [{ ...end, state: 'waiting', effects: 0 }])],
  ['took effect twice', findFlaws(story, life, [{ ...end, effects: 2 }])],
  ['took effect and is dead', findFlaws(story, life, [{ ...end, state: 'dead' }])],
  ['is done, and no handler was', findFlaws({ ...story, succeeded: new Set() }, life, [end])],
  ['was rolled back', findFlaws({ ...story, rolledBack: new Set(['a']) }, life, [end])],
  ['is running at once', findFlaws(story, [{ ...life[1], from: 'scheduled' } as Sighting], [end])],
  ['is put in as done', findFlaws(story, [{ ...life[2], from: null } as Sighting], [end])],
])('a job that %s has one', (_what, flaws) => {
  expect(flaws).toHaveLength(1)
})

test('a job that was deleted may be gone', () => {
  expect(findFlaws({ ...story, deletedUpTo: new Date(1_000) }, life, [])).toEqual([])
})

test('two that run at once under one key are found, two that follow one another are not', () => {
  const run = (id: string): readonly Sighting[] =>
    life.map((sighting) => ({ ...sighting, id, limitKeys: ['key'] }))
  const [a, b] = [run('a'), run('b')]
  const both = { ...story, succeeded: new Set(['a', 'b']) }
  const ends = [end, { ...end, id: 'b' }]
  expect(findFlaws(both, [...a, ...b], ends)).toEqual([])
  expect(findFlaws(both, [...a.slice(0, 2), ...b, ...a.slice(2)], ends)).toEqual([
    'under the limit key ran at once: a, b',
  ])
})
