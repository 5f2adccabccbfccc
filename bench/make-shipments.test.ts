import { expect, test } from 'vitest'

import type { SampleShipment } from '../src/domain/freight/sample/sample-shipment.js'
import { makeShipments, seededRandom } from './make-shipments.js'

const now = new Date('2026-11-22T14:30:00Z')
const sample: readonly SampleShipment[] = ['ASN-1', 'ASN-2'].map((id) => ({
  id,
  customer: 'Acme',
  origin: 'Goa',
  destination: 'Haiti',
  shippedAt: '2015-01-01T00:00:00.000Z',
}))

async function make(count: number, seed = 1): Promise<SampleShipment[]> {
  const made: SampleShipment[] = []
  for await (const shipment of makeShipments({ sample, count, random: seededRandom(seed), now }))
    made.push(shipment)
  return made
}

test('as many shipments are made as asked for, each with an id of its own', async () => {
  const ids = (await make(1_001)).map(({ id }) => id)
  expect(new Set(ids).size).toBe(1_001)
})

test('each round through the sample has customers of its own', async () => {
  expect((await make(4)).map(({ customer }) => customer)).toEqual(['Acme-1', 'Acme-1', 'Acme-2', 'Acme-2'])
})

test('the same seed makes the same shipments, another seed others', async () => {
  expect(await make(50, 7)).toEqual(await make(50, 7))
  expect(await make(50, 7)).not.toEqual(await make(50, 8))
})

test('days are spread over the last 365, today included', async () => {
  const days = (await make(10_000)).map(({ shippedAt }) => shippedAt).sort()
  expect(new Set(days).size).toBe(365)
  expect(days.at(0)).toBe('2025-11-23T00:00:00.000Z')
  expect(days.at(-1)).toBe('2026-11-22T00:00:00.000Z')
})

test('an empty sample makes nothing', async () => {
  const made = makeShipments({ sample: [], count: 5, random: seededRandom(1), now })
  expect((await made.next()).done).toBe(true)
})
