import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { readScms } from './read-scms.js'
import type { SampleShipment } from './sample-shipment.js'

const HEADER =
  'ID,Project Code,ASN/DN #,Country,Shipment Mode,PO Sent to Vendor Date,Scheduled Delivery Date,' +
  'Delivered to Client Date,Brand,Manufacturing Site,Weight (Kilograms),Freight Cost (USD)'
const LINE = '1,100-CI-T01,ASN-8,Haiti,Air,5/9/06,1-Jun-06,2-Jun-06,Reveal,Ranbaxy,13,780.34'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linehaul-scms-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function read(csv: string): Promise<readonly SampleShipment[]> {
  const file = join(folder, 'scms.csv.gz')
  await writeFile(file, gzipSync(csv))
  return readScms(file)
}

function readLines(...lines: string[]): Promise<readonly SampleShipment[]> {
  return read([HEADER, ...lines].join('\r'))
}

describe('a small file', () => {
  test('a line becomes a shipment that left when it arrived', async () => {
    expect(await readLines(LINE)).toEqual([
      {
        id: 'ASN-8',
        customer: '100-CI-T01',
        origin: 'Ranbaxy',
        destination: 'Haiti',
        service: 'Air',
        weightKg: 13,
        freightCharge: 780.34,
        currency: 'USD',
        shippedAt: '2006-06-02T00:00:00.000Z',
        deliveredAt: '2006-06-02T00:00:00.000Z',
        attributes: {
          poSentAt: '2006-05-09T00:00:00.000Z',
          scheduledDeliveryAt: '2006-06-01T00:00:00.000Z',
        },
      },
    ])
  })

  test.each(['\r', '\n', '\r\n'])('lines may end in %j', async (end) => {
    expect(await read([HEADER, LINE, LINE.replace('ASN-8', 'ASN-9'), ''].join(end))).toHaveLength(2)
  })

  test('a byte order mark is no part of the first column', async () => {
    expect(await read(`\uFEFF${HEADER}\r${LINE}`)).toHaveLength(1)
  })

  test('quoted fields may hold commas and quotes', async () => {
    const [shipment] = await readLines(LINE.replace('Ranbaxy', '"Cipla, ""Goa"", India"'))
    expect(shipment?.origin).toBe('Cipla, "Goa", India')
  })

  test('text instead of a mode, a date, a weight or a freight cost is left out', async () => {
    const [shipment] = await readLines(
      '1,P,DN-1,Haiti,N/A,N/A - From RDC,Date Not Captured,2-Jun-06,-,Goa,' +
        'Weight Captured Separately,Freight Included in Commodity Cost',
    )
    expect(shipment).toEqual({
      id: 'DN-1',
      customer: 'P',
      origin: 'Goa',
      destination: 'Haiti',
      shippedAt: '2006-06-02T00:00:00.000Z',
      deliveredAt: '2006-06-02T00:00:00.000Z',
      attributes: {},
    })
  })

  test('lines with one ASN/DN number are one shipment, however far apart', async () => {
    const shipments = await readLines(
      '1,P,ASN-93,Haiti,Air,5/9/06,1-Jun-06,2-Jun-06,-,Goa,See ASN-93 (ID#:3),See ASN-93 (ID#:3)',
      '2,P,ASN-94,Haiti,Air,5/9/06,1-Jun-06,2-Jun-06,-,Goa,1,2',
      '3,P,ASN-93,Haiti,Air,5/9/06,1-Jun-06,2-Jun-06,-,Pune,479,Invoiced Separately',
    )
    expect(shipments.map(({ id }) => id)).toEqual(['ASN-93', 'ASN-94'])
    expect(shipments[0]).toMatchObject({ origin: 'Goa', weightKg: 479 })
    expect(shipments[0]).not.toHaveProperty('currency')
  })

  test('shipments come in order of delivery', async () => {
    const shipments = await readLines(LINE, LINE.replace('ASN-8', 'ASN-9').replace('2-Jun-06', '30-May-06'))
    expect(shipments.map(({ id }) => id)).toEqual(['ASN-9', 'ASN-8'])
  })

  test('a shipment without a delivery date is left out', async () => {
    expect(await readLines(LINE.replace('2-Jun-06', 'Date Not Captured'))).toEqual([])
  })

  test('a table without the columns is refused by their names', async () => {
    await expect(read(`${HEADER.replace('Country', 'Land')}\r${LINE}`)).rejects.toMatchObject({
      code: 'SAMPLE_MISSING_COLUMNS',
      columns: ['Country'],
    })
  })

  test('a file that is not there is an error', async () => {
    await expect(readScms(join(folder, 'none.csv.gz'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('the file that comes with the package', () => {
  let shipments: readonly SampleShipment[]

  beforeAll(async () => {
    shipments = await readScms()
  })

  test('it holds 7,030 shipments of 142 customers on 857 lanes', () => {
    expect(shipments).toHaveLength(7_030)
    expect(new Set(shipments.map(({ id }) => id)).size).toBe(7_030)
    expect(new Set(shipments.map(({ customer }) => customer)).size).toBe(142)
    expect(new Set(shipments.map((s) => JSON.stringify([s.customer, s.origin, s.destination]))).size).toBe(
      857,
    )
  })

  test('they run from May 2006 to September 2015', () => {
    expect(shipments.at(0)?.shippedAt).toBe('2006-05-02T00:00:00.000Z')
    expect(shipments.at(-1)?.shippedAt).toBe('2015-09-14T00:00:00.000Z')
  })

  test('as many have a service, a weight, a charge and dates as its README says', () => {
    const count = (has: (shipment: SampleShipment) => unknown) => shipments.filter(has).length
    expect(count(({ service }) => service)).toBe(6_804)
    expect(count(({ weightKg }) => weightKg !== undefined)).toBe(6_372)
    expect(count(({ freightCharge }) => freightCharge !== undefined)).toBe(6_198)
    expect(count(({ attributes }) => attributes?.['poSentAt'])).toBe(3_453)
    expect(count(({ attributes }) => attributes?.['scheduledDeliveryAt'])).toBe(7_030)
  })

  test('no shipment ends where it began', () => {
    expect(shipments.filter(({ origin, destination }) => origin === destination)).toEqual([])
  })

  test('names keep their accents', () => {
    expect(shipments.some(({ destination }) => destination === "Côte d'Ivoire")).toBe(true)
  })
})
