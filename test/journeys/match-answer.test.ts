import { expect, test } from 'vitest'

import { matchAnswer, readJson } from './match-answer.js'

const differences = (documented: string, actual: unknown, names: [string, string][] = []) =>
  matchAnswer(readJson(documented), actual, new Map(names)).differences

test.each([
  ['{ "a": 1 }', { a: 1 }],
  ['{ "a": …, "b": "…" }', { a: null, b: 7 }],
  ['{ "a": 1, … }', { a: 1, b: 2 }],
  ['{ "key": "lh_…" }', { key: 'lh_abc' }],
  ['{ "at": "2026-12-01T09:00:00Z" }', { at: '2031-01-02T03:04:05.678Z' }],
  ['[1, 2, …]', [3, 2, 1]],
  ['[…]', []],
  ['{ "id": "{job}" }', { id: 'x' }],
])('%s is the same as %j', (documented, actual) => {
  expect(differences(documented, actual)).toEqual([])
})

test.each([
  ['{ "a": 1 }', { a: 2 }],
  ['{ "a": 1 }', { a: 1, b: 2 }],
  ['{ "a": … }', {}],
  ['{ "at": "2026-12-01T09:00:00Z" }', { at: null }],
  ['[1]', [1, 2]],
  ['[4, …]', [3, 2, 1]],
  ['{ "key": "lh_…" }', { key: 'other' }],
  ['{ "id": "{job}" }', { id: 'another' }],
])('%s is not the same as %j', (documented, actual) => {
  expect(differences(documented, actual, [['job', 'x']])).toHaveLength(1)
})

test('what stands where a name is documented is called so from then on', () => {
  const { given } = matchAnswer({ items: [{ id: '{job}' }, '…'] }, { items: [{ id: 'x' }] }, new Map())
  expect([...given]).toEqual([['job', 'x']])
})
