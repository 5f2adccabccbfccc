import { Readable } from 'node:stream'

import { describe, expect, test } from 'vitest'

import { readCsv } from './read-csv.js'
import { readNdjson } from './read-ndjson.js'
import { LONGEST_LINE, TOO_LONG, type ImportRow } from './row.js'

/** As chunks of three bytes, so that lines and characters are cut anywhere. */
function streamOf(content: string | Buffer): Readable {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const size = bytes.length > 10_000 ? 65_536 : 3
  return Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    ),
  )
}

async function all(rows: AsyncIterable<ImportRow>): Promise<ImportRow[]> {
  const read: ImportRow[] = []
  for await (const row of rows) read.push(row)
  return read
}

describe('NDJSON', () => {
  test('is read line by line, whatever ends the lines', async () => {
    expect(await all(readNdjson(streamOf('\uFEFF{"a":"ä"}\r\n\n{"a":2}')))).toEqual([
      { line: 1, value: { a: 'ä' } },
      { line: 3, value: { a: 2 } },
    ])
  })

  test('has an error for each line that cannot be read, and goes on', async () => {
    const text = `{"a":1\n${'x'.repeat(LONGEST_LINE + 1)}\n7\n`
    expect(await all(readNdjson(streamOf(text)))).toEqual([
      { line: 1, error: 'The line is not JSON.' },
      { line: 2, error: TOO_LONG },
      { line: 3, value: 7 },
    ])
    const latin1 = Readable.from([Buffer.from([0xe4, 0x0a])])
    expect(await all(readNdjson(latin1))).toEqual([{ line: 1, error: 'The line is not UTF-8 text.' }])
  })
})

describe('CSV', () => {
  const HEADER = 'id,customer,origin,destination,shippedAt,weightKg'

  test.each([['\n'], ['\r\n'], ['\r']])('is read by its header, with lines that end in %j', async (end) => {
    const text = ['\uFEFF' + HEADER, 'A,"Acme, Inc",LA,Dallas,2026-01-01,12.5', ',B,C,D,,abc', ''].join(end)
    expect(await all(readCsv(streamOf(text)))).toEqual([
      {
        line: 2,
        value: {
          id: 'A',
          customer: 'Acme, Inc',
          origin: 'LA',
          destination: 'Dallas',
          shippedAt: '2026-01-01',
          weightKg: 12.5,
        },
      },
      { line: 3, value: { customer: 'B', origin: 'C', destination: 'D', weightKg: 'abc' } },
    ])
  })

  test.each([
    [`${HEADER},colour`, 'unknown columns: colour'],
    ['id,customer', 'lacks the columns origin, destination, shippedAt'],
    [`${HEADER},id`, 'repeats the columns id'],
    [HEADER.replaceAll(',', ';'), 'separated by semicolons'],
  ])('is refused at the header %s', async (header, problem) => {
    const reading = all(readCsv(streamOf(`${header}\n`)))
    await expect(reading).rejects.toMatchObject({
      code: 'FREIGHT_CSV_HEADER',
      message: expect.stringContaining(problem),
    })
  })

  test('has an error for each line that cannot be read, and goes on', async () => {
    const text = `${HEADER}\nA,B\n${'x'.repeat(3 * LONGEST_LINE)}\nA,B,C,D,E,1\n`
    expect(await all(readCsv(streamOf(text)))).toMatchObject([
      { line: 2, error: 'The line has 2 cells, the header 6.' },
      { line: 3, error: TOO_LONG },
      { line: 4, value: { id: 'A' } },
    ])
  })

  test('has an error for each line that is not UTF-8, and takes the others', async () => {
    const content = Buffer.concat([
      Buffer.from(`${HEADER}\nA,Müller,C,D,E,1\n`),
      Buffer.from('B,Müller,C,D,E,1\n', 'latin1'),
      Buffer.from('C,Miller,C,D,E,1\n'),
    ])
    expect(await all(readCsv(streamOf(content)))).toMatchObject([
      { line: 2, value: { id: 'A', customer: 'Müller' } },
      { line: 3, error: 'The line is not UTF-8 text.' },
      { line: 4, value: { id: 'C' } },
    ])
  })

  test('says so when a quote swallows the rest', async () => {
    const swallowed = `A,B,C,D,E,1\n`.repeat(300_000)
    const rows = await all(readCsv(streamOf(`${HEADER}\nA,B,C,D,E,1\nA,"B,C,D,E,1\n${swallowed}`)))
    expect(rows).toMatchObject([{ line: 2 }, { error: expect.stringContaining('never closed') }])
  })
})
