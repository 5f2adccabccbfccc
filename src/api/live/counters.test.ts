import { expect, test } from 'vitest'

import { Counters } from './counters.js'

/** Counters of a tenant that has so many jobs waiting, and what they have told whom. */
function aCount(...clients: { name: string; tenantId: string; mayCount: boolean; isFree: boolean }[]) {
  const count = { waiting: 0 }
  const told: string[] = []
  const queues = async () => [{ queue: 'default', ...count, oldestWaitingAt: null, paused: null }]
  const counters = new Counters({
    services: { engine: { operator: { queues } } } as never,
    clients: () => clients,
    send: (to, counts) =>
      told.push(...to.map(({ name }) => `${name}: ${(counts as Counts).queues[0]?.waiting}`)),
  })
  const tellOf = async (waiting: number): Promise<string[]> => {
    count.waiting = waiting
    await counters.runOnce()
    return told.splice(0)
  }
  return tellOf
}

interface Counts {
  readonly queues: readonly { readonly waiting: number }[]
}

const aClient = (name: string) => ({ name, tenantId: 'one', mayCount: true, isFree: true })

test('counts are told once they change', async () => {
  const tellOf = aCount(aClient('ann'))
  expect(await tellOf(1)).toEqual(['ann: 1'])
  expect(await tellOf(1)).toEqual([])
  expect(await tellOf(2)).toEqual(['ann: 2'])
})

test('who could take no count when it changed gets it once it can, though it stays the same', async () => {
  const [ann, slow] = [aClient('ann'), { ...aClient('slow'), isFree: false }]
  const tellOf = aCount(ann, slow)
  expect(await tellOf(1)).toEqual(['ann: 1'])
  slow.isFree = true
  expect(await tellOf(1)).toEqual(['slow: 1'])
  expect(await tellOf(1)).toEqual([])
})

test('who may not see jobs gets no count, and gets it as soon as it may', async () => {
  const [ann, bob] = [aClient('ann'), { ...aClient('bob'), mayCount: false }]
  const tellOf = aCount(ann, bob)
  expect(await tellOf(1)).toEqual(['ann: 1'])
  bob.mayCount = true
  expect(await tellOf(1)).toEqual(['bob: 1'])
})
