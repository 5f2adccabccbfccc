import { expect, test } from 'vitest'

import { checksumOf, type Migration } from './migrate.js'
import { statusOf } from './migration-status.js'

const step = (number: number): Migration => ({ number, name: `step-${number}`, sql: `SELECT ${number}` })
const applied = (part: string, migration: Migration) => {
  const { number, name } = migration
  return { part, number, name, checksum: checksumOf(migration), appliedAt: new Date(0) }
}

test('every step that either side knows is told once, with what has become of it', () => {
  const sets = [{ part: 'queue', migrations: [step(1), step(2), step(3)] }]
  const changed = { ...applied('queue', step(2)), checksum: 'another' }
  const steps = statusOf(sets, [applied('queue', step(1)), changed, applied('fleet', step(1))])
  expect(steps.map(({ part, number, state }) => `${part}/${number} ${state}`)).toEqual([
    'queue/1 applied',
    'queue/2 changed',
    'queue/3 waiting',
    'fleet/1 unknown',
  ])
  expect(steps.map(({ appliedAt }) => appliedAt !== null)).toEqual([true, true, false, true])
})
