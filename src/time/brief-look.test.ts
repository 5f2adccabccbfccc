import { beforeEach, expect, test } from 'vitest'

import { BriefLook } from './brief-look.js'
import { FakeClock } from './testing/fake-clock.js'

let clock: FakeClock
let told: unknown[]
let asked: number
let answer: () => Promise<string>
let look: () => Promise<string | undefined>

beforeEach(() => {
  ;[clock, told, asked] = [new FakeClock(), [], 0]
  const ask = () => {
    asked += 1
    return answer()
  }
  const onError = (error: unknown, where: string) => told.push([where, (error as Error).message])
  const brief = new BriefLook('count sheep', ask, { clock, onError })
  look = () => brief.look()
})

test('what answers in time is known, and asked anew at each look', async () => {
  answer = async () => `${asked} sheep`
  expect([await look(), await look()]).toEqual(['1 sheep', '2 sheep'])
  expect([told, clock.pendingAlarms]).toEqual([[], 0])
})

test('what hangs is waited for two seconds by each, and asked once', async () => {
  let arrive = (_: string) => undefined as void
  answer = () => new Promise((resolve) => (arrive = resolve))
  for (let n = 0; n < 2; n++) {
    const late = look()
    clock.advance('2s')
    expect(await late).toBeUndefined()
  }
  expect(asked).toBe(1)
  const third = look()
  arrive('7 sheep')
  expect(await third).toBe('7 sheep')
  expect(told).toEqual([['count sheep', expect.stringMatching(/no answer within 2 s/)]])
})

test('what fails is told once, and again after it went well in between', async () => {
  const fails = () => Promise.reject(new Error('no sheep'))
  const works = async () => 'a sheep'
  for (answer of [fails, fails, works, fails]) await look()
  expect(told).toEqual([
    ['count sheep', 'no sheep'],
    ['count sheep', 'no sheep'],
  ])
})
