import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { onEachDatabase } from '../../../database/testing/test-database.js'
import { aFreight, aShipment } from '../testing/freight-fixture.js'
import { deriveMove, deriveShipment, deriveStop } from './derive-status.js'
import { projectStatus } from './project-status.js'
import type { Move, Stop } from './shipment.js'
import {
  MOVE_TRANSITIONS,
  nextStatuses,
  SHIPMENT_STATUSES,
  STOP_TRANSITIONS,
  type ShipmentStatus,
} from './status.js'

const AT = new Date('2026-06-30T12:00:00Z')

function aStop(stop: Partial<Stop> = {}): Stop {
  return {
    sequence: 1,
    location: { id: 'l', name: 'Dallas' },
    type: 'pickup',
    status: 'New',
    plannedArrival: null,
    plannedDeparture: null,
    actualArrival: null,
    actualDeparture: null,
    ...stop,
  }
}

function aMove(move: Partial<Move> = {}): Move {
  return { sequence: 1, status: 'New', stops: [aStop(), aStop({ sequence: 2, type: 'delivery' })], ...move }
}

describe('a status is derived from below:', () => {
  test.each([
    [null, null, 'New'],
    [AT, null, 'InTransit'],
    [AT, AT, 'Completed'],
    [null, AT, 'Completed'],
  ])('stop arrived %s, left %s: %s', (actualArrival, actualDeparture, status) => {
    expect(deriveStop({ actualArrival, actualDeparture })).toBe(status)
  })

  test.each([
    [['New', 'New'], false, 'New'],
    [['New', 'New'], true, 'Assigned'],
    [['Completed', 'New'], true, 'InTransit'],
    [['New', 'InTransit'], false, 'InTransit'],
    [['Completed', 'Completed'], false, 'Completed'],
  ] as const)('move with stops %j, assigned %s: %s', (stops, isAssigned, status) => {
    expect(deriveMove(stops, isAssigned)).toBe(status)
  })

  test.each([
    [['New', 'New'], 'New'],
    [['Assigned', 'New'], 'PartiallyAssigned'],
    [['Assigned', 'Assigned'], 'Assigned'],
    [['InTransit', 'New'], 'InTransit'],
    [['Completed', 'InTransit'], 'PartiallyCompleted'],
    [['Completed', 'Completed'], 'Completed'],
  ] as const)('shipment with moves %j: %s', (moves, status) => {
    expect(deriveShipment(moves)).toBe(status)
  })
})

describe('a new status is projected onto moves and stops:', () => {
  const two = [aMove(), aMove({ sequence: 2 })]
  const statuses = (to: ShipmentStatus, moves: readonly Move[]) =>
    projectStatus(moves, to, AT).map(({ status, stops }) => [status, ...stops.map((stop) => stop.status)])

  test.each<[ShipmentStatus, string[][]]>([
    [
      'PartiallyAssigned',
      [
        ['Assigned', 'New', 'New'],
        ['New', 'New', 'New'],
      ],
    ],
    [
      'Assigned',
      [
        ['Assigned', 'New', 'New'],
        ['Assigned', 'New', 'New'],
      ],
    ],
    [
      'InTransit',
      [
        ['InTransit', 'Completed', 'New'],
        ['New', 'New', 'New'],
      ],
    ],
    [
      'PartiallyCompleted',
      [
        ['Completed', 'Completed', 'Completed'],
        ['New', 'New', 'New'],
      ],
    ],
    [
      'Completed',
      [
        ['Completed', 'Completed', 'Completed'],
        ['Completed', 'Completed', 'Completed'],
      ],
    ],
    [
      'Canceled',
      [
        ['Canceled', 'Canceled', 'Canceled'],
        ['Canceled', 'Canceled', 'Canceled'],
      ],
    ],
  ])('%s', (to, expected) => {
    expect(statuses(to, two)).toEqual(expected)
  })

  test('a single move that is partly done is under way', () => {
    expect(statuses('PartiallyCompleted', [aMove()])).toEqual([['InTransit', 'Completed', 'New']])
  })

  test('times that are known stay, others are filled in', () => {
    const earlier = new Date('2026-06-01T00:00:00Z')
    const moves = [aMove({ stops: [aStop({ actualArrival: earlier, status: 'InTransit' }), aStop()] })]
    const [move] = projectStatus(moves, 'Completed', AT)
    expect(move?.stops).toMatchObject([
      { actualArrival: earlier, actualDeparture: AT },
      { actualArrival: AT, actualDeparture: AT },
    ])
  })

  test('whatever happens to a shipment, its moves and stops go legal ways only', () => {
    const legal = (table: Record<string, readonly string[]>, from?: string, to?: string) =>
      from === to || table[String(from)]?.includes(String(to))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(fc.nat(), { maxLength: 8 }), (count, choices) => {
        let status: ShipmentStatus = 'New'
        let moves: readonly Move[] = Array.from({ length: count }, (_, n) => aMove({ sequence: n + 1 }))
        for (const choice of choices) {
          const allowed = nextStatuses(status)
          if (allowed.length === 0) break
          status = allowed[choice % allowed.length] as ShipmentStatus
          const next = projectStatus(moves, status, AT)
          next.forEach((move, m) => {
            expect(legal(MOVE_TRANSITIONS, moves[m]?.status, move.status)).toBe(true)
            move.stops.forEach((stop, s) =>
              expect(legal(STOP_TRANSITIONS, moves[m]?.stops[s]?.status, stop.status)).toBe(true),
            )
          })
          moves = next
        }
      }),
    )
  })
})

onEachDatabase((database) => {
  test.each([
    ['shipment', SHIPMENT_STATUSES],
    ['shipment_move', Object.keys(MOVE_TRANSITIONS)],
    ['shipment_stop', Object.keys(STOP_TRANSITIONS)],
  ])('the database knows the statuses of %s, and no others', async (table, statuses) => {
    const f = await aFreight(database())
    await f.freight.shipments.create(f.tenantId, aShipment())
    const set = (status: string) =>
      database().query(`UPDATE linehaul.${table} SET status = $2 WHERE tenant_id = $1`, [f.tenantId, status])
    for (const status of statuses) await set(status)
    await expect(set('Lost')).rejects.toMatchObject({ code: '23514' })
    const [check] = await database().query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = $1`,
      [`${table}_status`],
    )
    const known = [...String(check?.definition).matchAll(/'(\w+)'/g)].map(([, status]) => status)
    expect(known.sort()).toEqual([...statuses].sort())
  })
})
