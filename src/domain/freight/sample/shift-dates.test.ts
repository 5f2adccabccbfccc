import { expect, test } from 'vitest'

import type { SampleShipment } from './sample-shipment.js'
import { shiftDates } from './shift-dates.js'

const DAY_MS = 86_400_000
const now = new Date('2026-11-22T14:30:00Z')

function aShipment(shippedAt: string, more: Partial<SampleShipment> = {}): SampleShipment {
  return { id: 'ASN-1', customer: 'Acme', origin: 'Goa', destination: 'Haiti', shippedAt, ...more }
}

test('the last date comes to lie less than seven days before now, and never after it', () => {
  for (let hours = 0; hours < 24 * 8; hours++) {
    const last = new Date(Date.UTC(2015, 8, 14, hours)).toISOString()
    const { to } = shiftDates([aShipment('2015-01-01T00:00:00.000Z'), aShipment(last)], now)
    const ageMs = now.getTime() - to.getTime()
    expect(ageMs).toBeGreaterThanOrEqual(0)
    expect(ageMs).toBeLessThan(7 * DAY_MS)
  }
})

test('a last date exactly whole weeks before now comes to lie at now', () => {
  expect(shiftDates([aShipment('2026-11-08T14:30:00.000Z')], now)).toMatchObject({ weeks: 2, to: now })
})

test('weekdays and the distances between dates stay', () => {
  const before = [
    aShipment('2006-05-02T00:00:00.000Z', { deliveredAt: '2006-05-05T00:00:00.000Z' }),
    aShipment('2015-09-14T00:00:00.000Z', { deliveredAt: '2015-09-14T00:00:00.000Z' }),
  ]
  const { shipments, weeks } = shiftDates(before, now)
  const movedDays = shipments.flatMap(({ shippedAt, deliveredAt = '' }, index) => [
    (Date.parse(shippedAt) - Date.parse(before[index]!.shippedAt)) / DAY_MS,
    (Date.parse(deliveredAt) - Date.parse(before[index]!.deliveredAt!)) / DAY_MS,
  ])
  expect(weeks).toBe(583)
  expect(movedDays).toEqual(Array(4).fill(583 * 7))
  expect(new Date(shipments[1]!.shippedAt).getUTCDay()).toBe(1)
})

test('dates that lie ahead are moved back', () => {
  const { weeks, to } = shiftDates([aShipment('2026-11-23T00:00:00.000Z')], now)
  expect(weeks).toBe(-1)
  expect(to).toEqual(new Date('2026-11-16T00:00:00Z'))
})

test('a delivery counts as the last date although a shipping day is its rival', () => {
  const late = aShipment('2015-01-01T00:00:00.000Z', { deliveredAt: '2026-11-20T00:00:00.000Z' })
  expect(shiftDates([late, aShipment('2026-11-19T00:00:00.000Z')], now).weeks).toBe(0)
})

test('from and to are the first and the last date after the move', () => {
  const { from, to } = shiftDates(
    [aShipment('2026-11-06T00:00:00.000Z'), aShipment('2026-11-04T00:00:00.000Z')],
    now,
  )
  expect(from).toEqual(new Date('2026-11-18T00:00:00Z'))
  expect(to).toEqual(new Date('2026-11-20T00:00:00Z'))
})

test('each date is kept as it was, beside attributes that are no dates', () => {
  const shipment = aShipment('2026-11-06T00:00:00.000Z', {
    deliveredAt: '2026-11-07T00:00:00.000Z',
    attributes: { poSentAt: '2026-10-05T00:00:00.000Z', vendor: 'Cipla' },
  })
  const { shipments } = shiftDates([shipment], now)
  expect(shipments).toEqual([
    {
      ...shipment,
      shippedAt: '2026-11-20T00:00:00.000Z',
      deliveredAt: '2026-11-21T00:00:00.000Z',
      attributes: {
        vendor: 'Cipla',
        poSentAt: '2026-10-19T00:00:00.000Z',
        originalPoSentAt: '2026-10-05T00:00:00.000Z',
        originalShippedAt: '2026-11-06T00:00:00.000Z',
        originalDeliveredAt: '2026-11-07T00:00:00.000Z',
      },
    },
  ])
})

test('a shipment without a delivery date gets none', () => {
  const { shipments } = shiftDates([aShipment('2026-11-06T00:00:00.000Z')], now)
  expect(shipments[0]).not.toHaveProperty('deliveredAt')
  expect(shipments[0]?.attributes).toEqual({ originalShippedAt: '2026-11-06T00:00:00.000Z' })
})

test('no shipments need no move', () => {
  expect(shiftDates([], now)).toEqual({ shipments: [], weeks: 0, from: now, to: now })
})
