import { expect, test } from 'vitest'

import { FakeClock } from '../../time/testing/fake-clock.js'
import type { AttemptListener } from '../attempt/execution.js'
import type { ClaimedJob } from '../store/claim.js'
import { Slots } from './slots.js'

/** Slots whose attempts run until they are told to end. */
function slotsOf(concurrency: number) {
  const running = new Map<string, AttemptListener>()
  const slots = new Slots({
    concurrency,
    clock: new FakeClock(),
    execute: ({ job }, listener) => running.set(job.id, listener),
    told: { through: () => undefined, recorded: () => undefined, failed: () => undefined },
  })
  const claim = (most: number, ...ids: string[]) => {
    const room = slots.makeRoom(most)
    return () => room.take(ids.map((id) => ({ id, fence: room.fence, losses: 0 }) as ClaimedJob))
  }
  return { slots, running, claim }
}

const nextTurn = () => new Promise(setImmediate)

test('a claim under way holds no slot that a job which is here could run in', async () => {
  const { slots, running, claim } = slotsOf(2)
  claim(6, 'a', 'b', 'c', 'd', 'e')()
  expect([...running.keys()]).toEqual(['a', 'b'])
  running.get('a')?.through(1)
  const more = claim(6, 'f')
  await nextTurn()
  expect([...running.keys()]).toEqual(['a', 'b', 'c'])
  more()
  expect([slots.free, slots.ahead]).toEqual([0, 3])
})

test('a claim under way keeps the slots that nobody waits for', () => {
  const { slots, claim } = slotsOf(2)
  const first = claim(6)
  expect(slots.free).toBe(0)
  first()
  expect(slots.free).toBe(2)
})
