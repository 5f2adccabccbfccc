import { expect, test } from 'vitest'

import { endFrom, instantFrom } from './instant-from.js'

const NOW = new Date('2026-11-30T12:00:00Z')

test.each([
  ['90d', '2027-02-28T12:00:00.000Z'],
  ['2030-01-01T00:00Z', '2030-01-01T00:00:00.000Z'],
  ['2030-01-01T01:00:00+01:00', '2030-01-01T00:00:00.000Z'],
])('%s is an instant', (text, instant) => {
  expect(instantFrom(text, undefined, NOW)).toBe(instant)
})

test.each([
  'soon',
  '90',
  '2030-13-01T00:00:00Z',
  '2030-02-30T00:00:00Z',
  '2030-01-01',
  '2030-01-01T10:00:00',
  '',
])('%j is none', (text) => {
  expect(() => instantFrom(text, undefined, NOW)).toThrow(/Write a time/)
})

test('an end lies ahead', () => {
  expect(endFrom('1h', undefined, NOW)).toBe('2026-11-30T13:00:00.000Z')
  for (const text of ['2026-11-30T12:00:00Z', '2021-01-01T00:00:00Z', '0s'])
    expect(() => endFrom(text, undefined, NOW)).toThrow(
      /^That is over: it is 2026-11-30T12:00:00\.000Z now\./,
    )
  expect(() => endFrom('soon', undefined, NOW)).toThrow(/Write a time/)
})
