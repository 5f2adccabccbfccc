import fc from 'fast-check'
import { expect, test } from 'vitest'

import { holdsAt, type Span } from './stored-rule.js'
import { takeOvers } from './take-over.js'

const LAST = 12

/** Some never begin, never end, or end before they begin, as what was revoked before its window. */
const anyBound = fc.oneof(
  { arbitrary: fc.nat(LAST), weight: 8 },
  { arbitrary: fc.constant(Infinity), weight: 1 },
)
const anySpans = fc.array(fc.record({ fromMs: anyBound, untilMs: anyBound }), { maxLength: 12, size: 'max' })

test('another one takes over exactly where, instant by instant, another one is the first that holds', () => {
  fc.assert(
    fc.property(anySpans, fc.nat(4), fc.nat(LAST), (spans, fromMs, untilMs) => {
      const firstAt = (ms: number) => {
        const place = spans.findIndex((span) => holdsAt(span, ms))
        return place === -1 ? undefined : place
      }
      const expected = []
      for (let atMs = fromMs + 1; atMs <= untilMs; atMs += 1)
        if (firstAt(atMs) !== firstAt(atMs - 1)) expected.push({ atMs, first: firstAt(atMs) })
      expect([...takeOvers(spans, { fromMs, untilMs })]).toEqual(expected)
    }),
  )
})

test('however many lie over each other, each is looked at a few times', () => {
  let looks = 0
  const watched = (fromMs: number, untilMs: number): Span => ({
    get fromMs() {
      looks += 1
      return fromMs
    },
    get untilMs() {
      looks += 1
      return untilMs
    },
  })
  const spans = Array.from({ length: 1_000 }, (_, n) => watched(1_000 - n, 2_000 + n))
  expect([...takeOvers(spans, { fromMs: 0, untilMs: 5_000 })]).toHaveLength(2_000)
  expect(looks).toBeLessThanOrEqual(4 * spans.length)
})
