import fc from 'fast-check'
import { expect, test } from 'vitest'

import { EventPattern, likeOf, matchesPattern } from './event-pattern.js'

test.each([
  ['job.done', 'job.done', true],
  ['job.done', 'job.done.late', false],
  ['job.*', 'job.analysis.done', true],
  ['job.*', 'jobs.done', false],
  ['*', 'anything', true],
  ['*.done', 'job.done', true],
  ['a*b*a', 'aba', true],
  ['a*a', 'a', false],
  ['*.late.*', 'shipment.late.again', true],
  ['*x*', 'abc', false],
  ['', 'a', false],
])('%s and %s: %s', (pattern, eventType, fits) => {
  expect(matchesPattern(pattern, eventType)).toBe(fits)
})

test('a pattern fits what the same expression fits', () => {
  const letters = fc.stringMatching(/^[ab.*]{0,6}$/)
  fc.assert(
    fc.property(letters, fc.stringMatching(/^[ab.]{0,8}$/), (pattern, eventType) => {
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
      expect(matchesPattern(pattern, eventType)).toBe(expression.test(eventType))
    }),
    { numRuns: 500 },
  )
})

test('what LIKE takes for a sign is a character like any other', () => {
  expect(likeOf('job.pattern_complete.*')).toBe('job.pattern\\_complete.%')
})

test('a pattern is made of what event types are made of', () => {
  expect(EventPattern.safeParse('job.*').success).toBe(true)
  expect(EventPattern.safeParse('Job %').success).toBe(false)
})
