import { expect, test } from 'vitest'

import { Signals } from './signals.js'

interface Events {
  ended: number
  begun: string
}

test('every listener hears each signal of its name until it leaves', () => {
  const signals = new Signals<Events>()
  const heard: string[] = []
  const leave = signals.on('ended', (n) => heard.push(`first ${n}`))
  signals.on('ended', (n) => heard.push(`second ${n}`))
  signals.emit('ended', 1)
  leave()
  signals.emit('ended', 2)
  signals.emit('begun', 'not for us')
  expect(heard).toEqual(['first 1', 'second 1', 'second 2'])
})

test('the next signal is the first from now on that matches', async () => {
  const signals = new Signals<Events>()
  signals.emit('ended', 8)
  const next = signals.next('ended', (n) => n % 2 === 0)
  signals.emit('ended', 1)
  signals.emit('ended', 2)
  signals.emit('ended', 4)
  expect(await next).toBe(2)
})

test('a listener that throws is reported with the signal that it listened to, and the others hear it', () => {
  const reported: unknown[] = []
  const heard: number[] = []
  const signals = new Signals<Events>((error, where) => reported.push([error, where]))
  const error = new Error('deaf')
  signals.on('ended', () => {
    throw error
  })
  signals.on('ended', (n) => heard.push(n))
  signals.emit('ended', 1)
  expect(heard).toEqual([1])
  expect(reported).toEqual([[error, 'listener of ended']])
})

test('it knows whether anybody listens', () => {
  const signals = new Signals<Events>()
  const leave = signals.on('ended', () => undefined)
  expect([signals.isHeard('ended'), signals.isHeard('begun')]).toEqual([true, false])
  leave()
  expect(signals.isHeard('ended')).toBe(false)
})
