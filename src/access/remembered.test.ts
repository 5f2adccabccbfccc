import { expect, test } from 'vitest'

import { FakeClock } from '../time/testing/fake-clock.js'
import { Remembered } from './remembered.js'

/** Counts how often it is asked; what begins with "no" there is not. */
function asked() {
  const clock = new FakeClock()
  const remembered = new Remembered<string>({ forMs: 10_000, most: 3, mostMissing: 2, clock })
  const questions: string[] = []
  const ask = (key: string) =>
    remembered.get(key, async () => {
      questions.push(key)
      return key.startsWith('no') ? undefined : `the ${key}`
    })
  return { clock, remembered, questions, ask }
}

test('what is asked again is answered from memory, for ten seconds', async () => {
  const { clock, questions, ask } = asked()
  expect([await ask('a'), await ask('a')]).toEqual(['the a', 'the a'])
  expect([await ask('none'), await ask('none')]).toEqual([undefined, undefined])
  expect(questions).toEqual(['a', 'none'])
  clock.advance('10s')
  await ask('a')
  expect(questions).toEqual(['a', 'none', 'a'])
})

test('who asks at the same time is answered by one question', async () => {
  const { questions, ask } = asked()
  expect(await Promise.all([ask('a'), ask('a'), ask('a')])).toEqual(['the a', 'the a', 'the a'])
  expect(questions).toEqual(['a'])
})

test('what there is not fills a small part of the memory, and takes no place of what there is', async () => {
  const { remembered, questions, ask } = asked()
  await ask('a')
  for (let n = 0; n < 50; n++) await ask(`no ${n}`)
  expect(remembered.size).toBe(3)
  await ask('a')
  expect(questions.filter((key) => key === 'a')).toHaveLength(1)
})

test('the oldest goes when there are too many', async () => {
  const { questions, ask } = asked()
  for (const key of ['a', 'b', 'c', 'd', 'b', 'a']) await ask(key)
  expect(questions).toEqual(['a', 'b', 'c', 'd', 'a'])
})

test('an answer that was under way when it had to forget is given, but not remembered', async () => {
  const { remembered } = asked()
  let resolve: (value: string) => void = () => undefined
  const first = remembered.get('a', () => new Promise<string>((done) => (resolve = done)))
  remembered.forget()
  const second = remembered.get('a', async () => 'new')
  resolve('old')
  expect([await first, await second]).toEqual(['old', 'new'])
  expect(await remembered.get('a', async () => 'newer')).toBe('new')
})

test('an error is told to all who wait, and the next one asks again', async () => {
  const { remembered, ask } = asked()
  const fails = () => remembered.get('a', () => Promise.reject(new Error('away')))
  const ends = await Promise.allSettled([fails(), fails()])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask('a')).toBe('the a')
})
