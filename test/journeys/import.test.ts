import { expect, test } from 'vitest'

import type { Problem } from './caller.js'
import { aShipment, toNdjson, type Shipment } from './freight-data.js'
import { KEY, onEachRunningApp } from './running-app.js'
import { Upload, type Line } from './upload.js'

const PATH = '/api/v1/shipments/import'
const NDJSON = 'application/x-ndjson'
const HEADER = 'id,customer,origin,destination,shippedAt,weightKg'

const csvRow = (id: string, weightKg: unknown = 10) =>
  `${id},ACME Corp,Reno,"Boise, ID",2026-06-01T08:00:00Z,${weightKg}`

onEachRunningApp((running) => {
  async function isThere(id: string): Promise<boolean> {
    return (await running().caller.get(`/api/v1/shipments/${id}`)).status === 200
  }

  test('good lines around bad ones are taken in, and each bad one is told with its number and reason', async () => {
    const lines = [
      JSON.stringify(aShipment({ id: 'nd-1' })),
      '{ not JSON',
      JSON.stringify(aShipment({ id: 'nd-3', weightKg: -1, colour: 'red' })),
      '',
      JSON.stringify(aShipment({ id: 'nd-5' })),
    ]
    const answer = await running().caller.upload<Line>(PATH, NDJSON, lines.join('\n'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain(NDJSON)
    expect(answer.body).toMatchObject([
      { kind: 'rejected', line: 2, reason: 'The line is not JSON.' },
      {
        kind: 'rejected',
        line: 3,
        fields: [
          { field: '/weightKg' },
          { field: '/colour', message: expect.stringContaining('is not a known field') },
        ],
      },
      { kind: 'committed', throughLine: 5, created: 2, existing: 0 },
      { kind: 'done', lines: 4, created: 2, existing: 0, rejected: 2 },
    ])
    expect([await isThere('nd-1'), await isThere('nd-3'), await isThere('nd-5')]).toEqual([true, false, true])
  })

  test.each([
    ['line feeds', '\n'],
    ['carriage returns and line feeds', '\r\n'],
    ['bare carriage returns', '\r'],
  ])('a CSV with a byte order mark and lines that end in %s is taken in', async (name, end) => {
    const id = name.replaceAll(' ', '-')
    const rows = [HEADER, csvRow(`${id}-1`), csvRow(`${id}-2`, 'heavy'), csvRow(`${id}-3`), '']
    const answer = await running().caller.upload<Line>(PATH, 'text/csv', `\uFEFF${rows.join(end)}`)
    expect(answer.body).toMatchObject([
      { kind: 'rejected', line: 3, fields: [{ field: '/weightKg' }] },
      { kind: 'committed', throughLine: 4, created: 2 },
      { kind: 'done', lines: 3, created: 2, rejected: 1 },
    ])
    const { body } = await running().caller.get<Shipment & { weightKg: number }>(`/api/v1/shipments/${id}-1`)
    expect(body).toMatchObject({ id: `${id}-1`, weightKg: 10, destination: { name: 'Boise, ID' } })
  })

  test('NDJSON with a byte order mark and carriage returns is taken in', async () => {
    const lines = ['bom-1', 'bom-2'].map((id) => JSON.stringify(aShipment({ id })))
    const answer = await running().caller.upload<Line>(PATH, NDJSON, `\uFEFF${lines.join('\r\n')}\r\n`)
    expect(answer.body.at(-1)).toMatchObject({ kind: 'done', created: 2, rejected: 0 })
  })

  test('the same file taken in twice changes nothing the second time', async () => {
    const { caller } = running()
    const file = toNdjson(['again-1', 'again-2'].map((id) => aShipment({ id })))
    const first = await caller.upload(PATH, NDJSON, file)
    expect(first.body.at(-1)).toMatchObject({ created: 2, existing: 0 })
    const second = await caller.upload(PATH, NDJSON, file)
    expect(second.body.at(-1)).toMatchObject({ created: 0, existing: 2, rejected: 0 })
  })

  test('a CSV with a column nobody knows is refused as a whole, with the columns there are', async () => {
    const text = `${HEADER},colour\n${csvRow('colour-1')},red\n`
    const answer = await running().caller.upload<Problem>(PATH, 'text/csv', text)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body).toMatchObject([{ code: 'FREIGHT_CSV_HEADER' }])
    expect(answer.body[0]?.detail).toMatch(/colour.*shippedAt/s)
    expect(await isThere('colour-1')).toBe(false)
  })

  test('a refusal is told although the rest of the body is still to be sent', async () => {
    const upload = new Upload(running().url, KEY, 'text/csv')
    upload.send('customer,colour\nACME,red\n')
    expect(await upload.next()).toMatchObject({ code: 'FREIGHT_CSV_HEADER' })
    upload.send('ACME,blue\n')
    upload.end()
    expect(await upload.next()).toBeUndefined()
  })

  test.each(['text/csv', NDJSON])('an empty body of %s is an import of nothing', async (type) => {
    const answer = await running().caller.upload<Line>(PATH, type, '')
    expect(answer).toMatchObject({ status: 200, body: [{ kind: 'done', lines: 0, created: 0, rejected: 0 }] })
  })

  test.each(['text/csv; charset=utf-8', 'Text/CSV;charset=UTF-8'])('the type %s is CSV', async (type) => {
    const answer = await running().caller.upload<Line>(PATH, type, `${HEADER}\n${csvRow(`of ${type}`)}\n`)
    expect(answer.body.at(-1)).toMatchObject({ kind: 'done', created: 1 })
  })

  test.each(['application/json', 'application/xml', 'text/plain'])(
    'a body of the type %s is refused',
    async (type) => {
      const answer = await running().caller.upload<Problem>(PATH, type, '[]')
      expect(answer).toMatchObject({ status: 415, body: [{ code: 'API_UNSUPPORTED_TYPE' }] })
    },
  )

  test('lines are committed and answered while the rest of the body is still to be sent', async () => {
    const { url, caller } = running()
    const rows = Array.from({ length: 5_000 }, (_, n) => aShipment({ id: `stream-${n + 1}` }))
    const upload = new Upload(url, KEY)
    upload.send(toNdjson(rows.slice(0, 2_500)))
    for (const throughLine of [500, 1_000, 1_500, 2_000])
      expect(await upload.next()).toMatchObject({ kind: 'committed', throughLine, created: 500 })
    expect((await caller.get('/api/v1/shipments/stream-2000')).status).toBe(200)
    upload.send(toNdjson(rows.slice(2_500)))
    upload.end()
    const rest: (Line | undefined)[] = []
    for (let line = await upload.next(); line; line = await upload.next()) rest.push(line)
    expect(rest.at(-1)).toMatchObject({ kind: 'done', lines: 5_000, created: 5_000, rejected: 0 })
  })

  test('what was answered stays when the sender breaks off', async () => {
    const { url } = running()
    const rows = Array.from({ length: 700 }, (_, n) => aShipment({ id: `broken-${n + 1}` }))
    const upload = new Upload(url, KEY)
    upload.send(toNdjson(rows))
    expect(await upload.next()).toMatchObject({ kind: 'committed', throughLine: 500 })
    upload.breakOff()
    expect(await upload.next()).toBeUndefined()
    expect(await isThere('broken-500')).toBe(true)
  })
})
