import { expect, test } from 'vitest'

import { onEachDatabase } from '../../../database/testing/test-database.js'
import { newId } from '../../../database/index.js'
import { aFreight, NOW, type Fixture } from '../testing/freight-fixture.js'
import type { ImportReport } from './import-shipments.js'
import type { ImportRow } from './row.js'

const valid = (id: string, rest: object = {}) => ({
  id,
  customer: 'Acme',
  origin: 'Los Angeles',
  destination: 'Dallas',
  shippedAt: NOW,
  ...rest,
})

async function* rowsOf(values: readonly unknown[]): AsyncGenerator<ImportRow> {
  for (const [index, value] of values.entries()) yield { line: index + 1, value }
}

async function importAll({ freight, tenantId }: Fixture, rows: AsyncIterable<ImportRow>) {
  const reports: ImportReport[] = []
  for await (const report of freight.importShipments(tenantId, rows)) reports.push(report)
  return reports
}

onEachDatabase((database) => {
  test('an import tells of each chunk what it covers, and counts at the end', async () => {
    const f = await aFreight(database())
    const rows = Array.from({ length: 1_001 }, (_, n) => valid(`S${n}`))
    expect(await importAll(f, rowsOf([...rows, valid('S0')]))).toEqual([
      { kind: 'committed', throughLine: 500, created: 500, existing: 0 },
      { kind: 'committed', throughLine: 1_000, created: 500, existing: 0 },
      { kind: 'committed', throughLine: 1_002, created: 1, existing: 1 },
      { kind: 'done', lines: 1_002, created: 1_001, existing: 1, rejected: 0 },
    ])
    expect(f.events).toHaveLength(1_001)
  })

  test('rows with many stops make a chunk as soon as they have 5,000 between them', async () => {
    const f = await aFreight(database())
    const stops = Array.from({ length: 50 }, (_, n) => ({
      location: n % 2 ? 'Dallas' : 'Los Angeles',
      type: n % 2 ? 'delivery' : 'pickup',
    }))
    const rows = Array.from({ length: 60 }, (_, n) => valid(`M${n}`, { moves: [{ stops }, { stops }] }))
    expect(await importAll(f, rowsOf(rows))).toEqual([
      { kind: 'committed', throughLine: 50, created: 50, existing: 0 },
      { kind: 'committed', throughLine: 60, created: 10, existing: 0 },
      { kind: 'done', lines: 60, created: 60, existing: 0, rejected: 0 },
    ])
  })

  test('bad lines are left out with their number and reason, good ones never', async () => {
    const f = await aFreight(database())
    const unknown = newId()
    async function* rows(): AsyncGenerator<ImportRow> {
      yield* rowsOf([
        valid('A'),
        valid('B', { weightKg: -1, colour: 'red' }),
        valid('C', { customer: unknown }),
      ])
      yield { line: 4, error: 'The line is not JSON.' }
      yield { line: 5, value: valid('A') }
      yield { line: 6, value: valid('D') }
    }
    const reports = await importAll(f, rows())
    expect(reports).toMatchObject([
      { kind: 'rejected', line: 2, fields: [{ field: '/weightKg' }, { field: '/colour' }] },
      { kind: 'rejected', line: 4, reason: 'The line is not JSON.' },
      {
        kind: 'rejected',
        line: 3,
        fields: [{ field: '/customer', message: expect.stringContaining(unknown) }],
      },
      { kind: 'committed', throughLine: 6, created: 2, existing: 1 },
      { kind: 'done', lines: 6, created: 2, existing: 1, rejected: 3 },
    ])
  })

  test('rows that only the database refuses are found among hundreds and left out alone', async () => {
    const f = await aFreight(database())
    await database().query(
      `ALTER TABLE linehaul.shipment ADD CONSTRAINT unlucky CHECK (id NOT IN ('U13', 'U400'))`,
    )
    const rows = Array.from({ length: 450 }, (_, n) => valid(`U${n}`))
    const reports = await importAll(f, rowsOf(rows))
    expect(reports).toMatchObject([
      { kind: 'rejected', line: 14, reason: expect.stringContaining('"U13"') },
      { kind: 'rejected', line: 401 },
      { kind: 'committed', throughLine: 450, created: 448 },
      { kind: 'done', rejected: 2 },
    ])
    expect(f.events).toHaveLength(448)
    await database().query('ALTER TABLE linehaul.shipment DROP CONSTRAINT unlucky')
  })
})
