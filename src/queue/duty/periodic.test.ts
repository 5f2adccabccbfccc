import { expect, test } from 'vitest'

import type { Duration } from '../../time/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Periodic, type Service } from './periodic.js'

/** Counts its rounds, each of which can be given something to do. */
class Counter implements Service {
  readonly name = 'count'
  every: Duration = '10s'
  rounds = 0
  round: () => Promise<unknown> = async () => undefined

  async runOnce(): Promise<void> {
    this.rounds += 1
    await this.round()
  }
}

function aService() {
  const clock = new FakeClock()
  const errors: unknown[] = []
  const service = new Counter()
  const periodic = new Periodic(service, clock, (error, where) => errors.push([error, where]))
  return { clock, errors, service, periodic }
}

/** Everything that follows from what just happened, short of time going by. */
const settled = () => new Promise(setImmediate)

test('a service runs at once when it is started, then each time its pause is over', async () => {
  const { clock, service, periodic } = aService()
  periodic.start()
  await settled()
  expect(service.rounds).toBe(1)
  clock.advance('9s')
  await settled()
  expect(service.rounds).toBe(1)
  clock.advance('1s')
  await settled()
  expect(service.rounds).toBe(2)
  await periodic.stop()
})

test('a service that is woken does not wait for its time', async () => {
  const { service, periodic } = aService()
  periodic.start()
  await settled()
  periodic.wake()
  await settled()
  expect(service.rounds).toBe(2)
  await periodic.stop()
})

test('a round that fails is reported with the name of its service, and the next one comes', async () => {
  const { clock, errors, service, periodic } = aService()
  const fault = new Error('away')
  service.round = () => Promise.reject(fault)
  periodic.start()
  await settled()
  expect(errors).toEqual([[fault, 'count']])
  clock.advance('10s')
  await settled()
  expect(service.rounds).toBe(2)
  await periodic.stop()
})

test('a service that keeps failing is tried less and less often, and as before once a round has gone well', async () => {
  const { clock, service, periodic } = aService()
  service.every = '500ms'
  service.round = () => Promise.reject(new Error('away'))
  const triedAt = async (seconds: number): Promise<number[]> => {
    const at: number[] = []
    for (let halves = 1; halves <= 2 * seconds; halves++) {
      const before = service.rounds
      clock.advance('500ms')
      await settled()
      if (service.rounds > before) at.push(halves / 2)
    }
    return at
  }
  periodic.start()
  await settled()
  expect(await triedAt(20)).toEqual([0.5, 1.5, 3.5, 7.5, 12.5, 17.5])
  service.round = async () => undefined
  expect(await triedAt(4)).toEqual([2.5, 3, 3.5, 4])
  await periodic.stop()
})

test('a stop waits for the round that is under way, and no other follows', async () => {
  const { clock, service, periodic } = aService()
  let end: (value?: unknown) => void = () => undefined
  service.round = () => new Promise((resolve) => (end = resolve))
  periodic.start()
  await settled()
  let stopped = false
  const stopping = periodic.stop().then(() => (stopped = true))
  await settled()
  expect(stopped).toBe(false)
  end()
  await stopping
  clock.advance('1m')
  await settled()
  expect(service.rounds).toBe(1)
  expect(clock.pendingAlarms).toBe(0)
})

test('a service that is started twice runs once', async () => {
  const { service, periodic } = aService()
  periodic.start()
  periodic.start()
  await settled()
  expect(service.rounds).toBe(1)
  await periodic.stop()
})

test('a service that never started can be stopped', async () => {
  const { service, periodic } = aService()
  await periodic.stop()
  expect(service.rounds).toBe(0)
})

test('twenty services that start and stop, some in the middle of a round, leave no alarm behind', async () => {
  for (let turns = 0; turns < 20; turns++) {
    const { clock, periodic } = aService()
    periodic.start()
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    await periodic.stop()
    expect(clock.pendingAlarms).toBe(0)
  }
})
