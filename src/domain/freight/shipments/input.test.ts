import { describe, expect, test } from 'vitest'

import { ShipmentInput } from './input.js'

const VALID = {
  customer: 'Acme',
  origin: 'Los Angeles',
  destination: 'Dallas',
  shippedAt: '2026-06-01T08:00:00+02:00',
}

const stop = (location: string, rest: object = {}) => ({ location, type: 'pickup', ...rest })

function wrongFields(input: object): string[] {
  const result = ShipmentInput.safeParse({ ...VALID, ...input })
  return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'))
}

describe('a shipment', () => {
  test('needs few fields, and counts in dollars', () => {
    expect(ShipmentInput.parse(VALID)).toEqual({ ...VALID, currency: 'USD' })
  })

  test('is told every field that is wrong', () => {
    expect(wrongFields({ weightKg: -1, currency: 'usd', shippedAt: 'today', service: 7 }).sort()).toEqual([
      'currency',
      'service',
      'shippedAt',
      'weightKg',
    ])
  })

  test.each<[string, object]>([
    ['id', { id: '' }],
    ['id', { id: 'x'.repeat(201) }],
    ['customer', { customer: 'a\u0000b' }],
    ['customer', { customer: 'a\ud800' }],
    ['freightCharge', { freightCharge: 1e15 }],
    ['shippedAt', { shippedAt: '2026-06-01T08:00:00' }],
    ['shippedAt', { shippedAt: '0000-06-01T08:00:00Z' }],
    ['deliveredAt', { deliveredAt: '2026-06-01T05:59:59Z' }],
    ['destination', { destination: ' los ANGELES' }],
    ['moves', { moves: [] }],
    ['moves.0.stops', { moves: [{ stops: [] }] }],
    ['origin', { moves: [{ stops: [stop('Reno'), stop('Dallas')] }] }],
    ['destination', { moves: [{ stops: [stop('Los Angeles'), stop('Reno')] }] }],
    [
      'moves.0.stops.1.actualDeparture',
      {
        moves: [
          {
            stops: [
              stop('Los Angeles'),
              stop('Dallas', {
                actualArrival: '2026-06-02T00:00:00Z',
                actualDeparture: '2026-06-01T00:00:00Z',
              }),
            ],
          },
        ],
      },
    ],
    ['attributes.ref', { attributes: { ref: 7 } }],
    ['attributes', { attributes: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, ''])) }],
    ['', { colour: 'red' }],
  ])('is refused for its %s', (field, input) => {
    expect(wrongFields(input)).toEqual([field])
  })
})
