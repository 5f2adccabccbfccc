import { expect, test } from 'vitest'

import { inWords } from './in-words.js'

test.each([
  [0, 'less than a second'],
  [499, 'less than a second'],
  [900, '1 second'],
  [119_000, '119 seconds'],
  [120_000, '2 minutes'],
  [7_300_000, '2 hours'],
  [172_800_000, '2 days'],
])('%i ms are %s', (ms, words) => {
  expect(inWords(ms)).toBe(words)
})
