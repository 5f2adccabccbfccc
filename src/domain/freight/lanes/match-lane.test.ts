import { expect, test } from 'vitest'

import { numberedName, suggestName } from './lane-name.js'
import { matchLane, type AssigningLane } from './match-lane.js'

function aLane(lane: Partial<AssigningLane> = {}): AssigningLane {
  return {
    id: '1',
    customerId: 'c',
    originId: 'o',
    destinationId: 'd',
    service: null,
    equipment: null,
    driverId: 'driver',
    equipmentId: null,
    ...lane,
  }
}

const freight = { customerId: 'c', originId: 'o', destinationId: 'd', service: 'FTL', equipment: null }

test.each([
  ['no lane of another customer', [aLane({ customerId: 'x' })], undefined],
  ['no lane the other way', [aLane({ originId: 'd', destinationId: 'o' })], undefined],
  ['no lane of another service', [aLane({ service: 'LTL' })], undefined],
  ['a lane for those that state none', [aLane({ equipment: '' })], '1'],
  ['the most specific lane', [aLane({ id: '1', service: 'FTL' }), aLane({ id: '2' })], '1'],
  ['the newest of equally specific ones', [aLane({ id: '1' }), aLane({ id: '2' })], '2'],
])('freight is taken by %s', (_what, lanes, id) => {
  expect(matchLane(lanes, freight)?.id).toBe(id)
})

test('a name is cut between characters, and its number stays whole', () => {
  const name = suggestName('🚚'.repeat(200), 'Dallas')
  expect([...name]).toHaveLength(200)
  expect(name.endsWith('🚚')).toBe(true)
  expect([...numberedName(name, 12)].slice(-5).join('')).toBe(' (12)')
  expect([...numberedName(name, 12)]).toHaveLength(200)
})
