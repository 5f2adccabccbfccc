import { expect, test } from 'vitest'

import { DatabaseUnavailableError } from '../database/errors.js'
import { Batcher } from './batcher.js'

/** A batcher whose writes are noted, and go on once they are let go. */
function aBatcher(most = 100, atOnce = 1, isAwaited = false) {
  const writes: { items: readonly number[]; letGo(): void; fail(error: Error): void }[] = []
  const batcher = new Batcher<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        writes.push({ items, letGo: () => resolve(items.map((n) => `answer ${n}`)), fail: reject })
      }),
    { most, atOnce, isAwaited },
  )
  return { batcher, writes }
}

/** As often as promises can follow from one another here. */
const settle = () => new Promise(setImmediate)

test('what is given at the same time is written together, and each gets its own answer', async () => {
  const { batcher, writes } = aBatcher()
  const answers = Promise.all([1, 2, 3].map((n) => batcher.add(n)))
  await settle()
  expect(writes.map(({ items }) => items)).toEqual([[1, 2, 3]])
  writes[0]?.letGo()
  expect(await answers).toEqual(['answer 1', 'answer 2', 'answer 3'])
})

test('what comes while a write is under way makes up the next one', async () => {
  const { batcher, writes } = aBatcher()
  const first = batcher.add(1)
  await settle()
  const others = [batcher.add(2), batcher.add(3)]
  await settle()
  expect(writes).toHaveLength(1)
  expect(batcher.size).toBe(3)
  writes[0]?.letGo()
  await first
  await settle()
  expect(writes[1]?.items).toEqual([2, 3])
  writes[1]?.letGo()
  await Promise.all(others)
  await settle()
  expect(batcher.size).toBe(0)
})

test('no write is larger than allowed', async () => {
  const { batcher, writes } = aBatcher(2)
  for (const n of [1, 2, 3]) void batcher.add(n)
  await settle()
  expect(writes[0]?.items).toEqual([1, 2])
})

test('beside a large write only another large one begins', async () => {
  const { batcher, writes } = aBatcher(4, 2)
  const add = async (count: number) => {
    for (let n = 0; n < count; n++) void batcher.add(n)
    await settle()
    return writes.map(({ items }) => items.length)
  }
  expect(await add(1)).toEqual([1])
  expect(await add(2)).toEqual([1, 2])
  writes[0]?.letGo()
  expect(await add(1)).toEqual([1, 2])
  expect(await add(1)).toEqual([1, 2, 2])
})

test('what many wait for is shared out among the writes that may begin', async () => {
  const { batcher, writes } = aBatcher(100, 2, true)
  for (let n = 0; n < 60; n++) void batcher.add(n)
  await settle()
  expect(writes.map(({ items }) => items.length)).toEqual([30, 30])
  for (let n = 0; n < 50; n++) void batcher.add(n)
  writes[0]?.letGo()
  await settle()
  expect(writes.map(({ items }) => items.length)).toEqual([30, 30, 50])
})

test('one that cannot be written rejects alone', async () => {
  const batcher = new Batcher<number, number>(
    async (items) => {
      if (items.includes(13)) throw new Error('13 is bad')
      return items.map((n) => n * 2)
    },
    { most: 100, atOnce: 1 },
  )
  const answers = await Promise.allSettled([1, 2, 13, 4, 5].map((n) => batcher.add(n)))
  expect(answers.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ])
})

test('while the database is away all reject at once, and nothing is tried again', async () => {
  const { batcher, writes } = aBatcher()
  const answers = Promise.allSettled([batcher.add(1), batcher.add(2)])
  await settle()
  writes[0]?.fail(new DatabaseUnavailableError('the test', new Error('connection reset')))
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(writes).toHaveLength(1)
})
