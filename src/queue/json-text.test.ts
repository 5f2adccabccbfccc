import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { toJsonText } from './json-text.js'

test('what the database can hold is written as JSON', () => {
  expect(toJsonText({ a: [1, 'ä', null], b: undefined })).toBe('{"a":[1,"ä",null]}')
})

describe('a value is refused that', () => {
  test.each<[string, unknown]>([
    ['is nothing', undefined],
    ['is a function', () => 1],
    ['is too big a number', 10n],
    ['holds a NUL', 'a\0'],
    ['holds a NUL behind a backslash', '\\\0'],
    ['holds a NUL in a key', { 'a\0': 1 }],
    ['holds half a surrogate pair', '\ud83d'],
    ['holds the other half', ['\ude9a']],
  ])('%s', (_what, value) => {
    expect(() => toJsonText(value)).toThrow(TypeError)
  })
})

test.each(['\\u0000', '\\ud800', '\\\\u0000', '\u{1f69a}'])('%j only looks like one', (text) => {
  expect(JSON.parse(toJsonText(text))).toBe(text)
})

test('a text is refused exactly when it holds a NUL or half a surrogate pair', () => {
  const aText = fc.array(fc.constantFrom('\0', '\ud83d', '\ude9a', '\\', 'u', '0000', 'd83d', '"', 'x'))
  fc.assert(
    fc.property(aText, (parts) => {
      const text = parts.join('')
      const unstorable = /\0|\p{Surrogate}/u.test(text)
      if (unstorable) expect(() => toJsonText(text)).toThrow(TypeError)
      else expect(JSON.parse(toJsonText(text))).toBe(text)
    }),
    { numRuns: 2_000 },
  )
})
