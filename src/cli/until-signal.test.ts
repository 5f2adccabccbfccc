import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { FakeClock } from '../time/testing/fake-clock.js'
import { untilSignal } from './until-signal.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Signals are heard by those only who listen since the test began. */
let others: (readonly [(typeof SIGNALS)[number], NodeJS.SignalsListener[]])[]
beforeEach(() => {
  others = SIGNALS.map((signal) => [signal, process.listeners(signal)])
  for (const signal of SIGNALS) process.removeAllListeners(signal)
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const [signal, listeners] of others) {
    process.removeAllListeners(signal)
    for (const listener of listeners) process.on(signal, listener)
  }
})

const emit = (signal: NodeJS.Signals) => process.emit(signal, signal)

function watchedExit() {
  return vi.spyOn(process, 'exit').mockImplementation((() => undefined) as unknown as typeof process.exit)
}

test('a signal that comes twice within a second is one', async () => {
  const clock = new FakeClock()
  const exit = watchedExit()
  const signal = untilSignal(clock)
  emit('SIGINT')
  clock.advance('999ms')
  emit('SIGINT')
  expect(await signal).toBe('SIGINT')
  expect(exit).not.toHaveBeenCalled()
})

test('a second signal a second later ends the process at once, whichever it is', async () => {
  const clock = new FakeClock()
  const exit = watchedExit()
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const signal = untilSignal(clock)
  emit('SIGTERM')
  clock.advance('1s')
  emit('SIGINT')
  expect(exit).toHaveBeenCalledExactlyOnceWith(1)
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^Stopped at once\./))
  expect(await signal).toBe('SIGTERM')
})

test('once nobody waits any more, signals do what they do without it', () => {
  const over = new AbortController()
  void untilSignal(new FakeClock(), over.signal)
  expect(SIGNALS.map((signal) => process.listenerCount(signal))).toEqual([1, 1])
  over.abort()
  expect(SIGNALS.map((signal) => process.listenerCount(signal))).toEqual([0, 0])
})
