import { expect, test } from 'vitest'

import { isLeftover } from './keep-backup.js'
import { findUnknown, FORMAT } from './manifest.js'

test.each([
  ['b.tar.gz.7.partial', false, 'of a process that lives'],
  ['b.tar.gz.8.partial', true, 'of one that does not'],
  ['b.tar.gz.9.partial', true, 'of an earlier process with the same number as this one'],
  ['b.tar.gz', false, 'whole'],
  ['notes.8.partial', false, 'not of a backup'],
])('%s is left over: %s, for it is %s', (name, isLeft) => {
  expect(isLeftover(name, { pid: 9, isAlive: (pid) => pid === 7 || pid === 9 })).toBe(isLeft)
})

test('what a later version made is told from what this one knows', () => {
  const known = ['queue/1-job', 'queue/2-engine']
  expect(findUnknown({ format: FORMAT, steps: ['queue/1-job'] }, known)).toBeUndefined()
  expect(findUnknown({ format: FORMAT, steps: ['queue/1-job', 'queue/3-x'] }, known)).toBe('queue/3-x')
  expect(findUnknown({ format: FORMAT + 1, steps: [] }, known)).toBe(`the layout ${FORMAT + 1}`)
})
