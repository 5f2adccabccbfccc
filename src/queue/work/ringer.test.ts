import { expect, test } from 'vitest'

import { DatabaseClosedError, type Database } from '../../database/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Ringer } from './ringer.js'

/** A ringer whose rings end like that, and what it has told of them. */
function aRingerThatMeets(error: Error) {
  const told: unknown[] = []
  const database = { kind: 'server', query: () => Promise.reject(error) } as unknown as Database
  const ringer = new Ringer(
    database,
    new FakeClock(),
    () => undefined,
    (problem) => told.push(problem),
  )
  return { ringer, told }
}

const settle = () => new Promise(setImmediate)

test('a ring that fails is told of', async () => {
  const error = new Error('no such thing')
  const { ringer, told } = aRingerThatMeets(error)
  ringer.ring()
  await settle()
  expect(told).toEqual([error])
})

test('a ring that comes after the database was closed is nobody’s fault: workers look by themselves', async () => {
  const { ringer, told } = aRingerThatMeets(new DatabaseClosedError())
  ringer.ring()
  await settle()
  expect(told).toEqual([])
})
