import { expect, test } from 'vitest'

import { Mutex } from './mutex.js'

test('callers come in one at a time, in their order, after one that failed as well', async () => {
  const mutex = new Mutex()
  const log: string[] = []
  const work = (name: string) => async () => {
    log.push(`${name} in`)
    await new Promise(setImmediate)
    log.push(`${name} out`)
    if (name === 'b') throw new Error('b failed')
    return name
  }
  const answers = await Promise.allSettled(['a', 'b', 'c'].map((name) => mutex.run(work(name))))
  expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
