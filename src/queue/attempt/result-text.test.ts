import { expect, test } from 'vitest'

import { cancel } from './outcome.js'
import { resultText } from './result-text.js'

test('a result is kept as JSON, none as nothing', () => {
  expect(resultText(undefined)).toBeNull()
  expect(resultText(null)).toBe('null')
  expect(resultText({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
})

test('a result of 1 MiB is kept, and one byte more is refused with advice', () => {
  const limit = 1024 * 1024
  expect(resultText('x'.repeat(limit - 2))).toHaveLength(limit)
  expect(() => resultText('x'.repeat(limit - 1))).toThrow(
    expect.objectContaining({
      code: 'JOBS_RESULT_TOO_LARGE',
      message: expect.stringContaining('Store the data and return its id'),
    }),
  )
})

test.each([
  ['a bigint', 1n],
  ['a function', () => 1],
  ['a NUL', '\0'],
  ['a wish', cancel('why')],
])('%s is no result', (_, result) => {
  expect(() => resultText(result)).toThrow(expect.objectContaining({ code: 'JOBS_RESULT_NOT_JSON' }))
})
