import { expect, test } from 'vitest'

import type { Page, Problem } from './caller.js'
import { aShipment, daysAgo, toNdjson, type Shipment } from './freight-data.js'
import { onEachRunningApp } from './running-app.js'

const PATH = '/api/v1/shipments'

onEachRunningApp((running) => {
  test('a shipment that was taken in is found by its id, with a move from origin to destination', async () => {
    const { caller } = running()
    const made = await caller.post(PATH, aShipment({ id: 'PO-1', service: 'LTL', weightKg: 12.5 }))
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: 'PO-1',
        status: 'New',
        customer: { name: 'ACME Corp' },
        weightKg: 12.5,
        currency: 'USD',
        moves: [{ stops: [{ location: { name: 'Los Angeles' } }, { location: { name: 'Dallas' } }] }],
      },
    })
    expect(await caller.get(`${PATH}/PO-1`)).toMatchObject({ status: 200, body: made.body })
  })

  test('an id that is sent twice is the same shipment, and stays as it was', async () => {
    const { caller } = running()
    await caller.post(PATH, aShipment({ id: 'twice', service: 'LTL' }))
    const again = await caller.post(PATH, aShipment({ id: 'twice', service: 'FTL' }))
    expect(again).toMatchObject({ status: 200, body: { id: 'twice', service: 'LTL' } })
  })

  test.each([
    ['with a slash and a blank', 'a/b c'],
    ['of the greatest length, in characters that are long to write in an address', '🚚'.repeat(100)],
  ])('a shipment with an id %s is found', async (_, id) => {
    const { caller } = running()
    expect((await caller.post(PATH, aShipment({ id }))).status).toBe(201)
    expect(await caller.get(`${PATH}/${encodeURIComponent(id)}`)).toMatchObject({ status: 200, body: { id } })
  })

  test('every field that is wrong is named, unknown ones and those within moves included', async () => {
    const { caller } = running()
    const stop = { location: 'Dallas', type: 'teleport', colour: 'red' }
    const answer = await caller.post<Problem>(PATH, {
      customer: ' ',
      destination: 7,
      weightKg: -1,
      currency: 'usd',
      shippedAt: 'yesterday',
      moves: [{ stops: [stop, { location: 'Dallas', type: 'delivery' }], truck: 1 }],
      attributes: { ok: 5 },
      'pick/up~at': '',
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'API_INVALID_INPUT' } })
    expect(answer.body.errors?.map(({ field }) => field).sort()).toEqual([
      '/attributes/ok',
      '/currency',
      '/customer',
      '/destination',
      '/moves/0/stops/0/colour',
      '/moves/0/stops/0/type',
      '/moves/0/truck',
      '/origin',
      '/pick~1up~0at',
      '/shippedAt',
      '/weightKg',
    ])
  })

  test('fields that are wrong together are named as well', async () => {
    const { caller } = running()
    const answer = await caller.post<Problem>(
      PATH,
      aShipment({ destination: 'LOS ANGELES', deliveredAt: daysAgo(2) }),
    )
    expect(answer.body.errors).toEqual([
      { field: '/deliveredAt', message: 'must not be before shippedAt' },
      { field: '/destination', message: 'must differ from the origin' },
    ])
  })

  test('a body that is no object at all is refused as a whole', async () => {
    const answer = await running().caller.post<Problem>(PATH, [1])
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID_INPUT', errors: [{ field: '' }] },
    })
    expect(answer.body.detail).toContain('it must be an object')
  })

  test('an id of a customer that does not exist is refused and makes none', async () => {
    const { caller } = running()
    const customer = '01890a5d-ac96-774b-bcce-b302099a8057'
    expect(await caller.post(PATH, aShipment({ customer }))).toMatchObject({
      status: 400,
      body: { code: 'FREIGHT_UNKNOWN_CUSTOMER', errors: [{ field: '/customer' }] },
    })
  })

  test('an id of a location that does not exist is refused where it stands', async () => {
    const location = '01890a5d-ac96-774b-bcce-b302099a8057'
    const stops = [
      { location: 'Los Angeles', type: 'pickup' },
      { location, type: 'split-delivery' },
      { location: 'Dallas', type: 'delivery' },
    ]
    expect(await running().caller.post(PATH, aShipment({ moves: [{ stops }] }))).toMatchObject({
      status: 400,
      body: { code: 'FREIGHT_UNKNOWN_LOCATION', errors: [{ field: '/moves/0/stops/1/location' }] },
    })
  })

  test.each([
    ['that is no JSON', 'application/json', '{"customer":', 400, 'API_BAD_REQUEST'],
    ['that is empty', 'application/json', '', 400, 'API_BAD_REQUEST'],
    ['of plain text', 'text/plain', 'a shipment', 415, 'API_UNSUPPORTED_TYPE'],
    ['of XML', 'application/xml', '<shipment/>', 415, 'API_UNSUPPORTED_TYPE'],
    ['beyond one megabyte', 'application/json', `"${'x'.repeat(2 ** 20)}"`, 413, 'API_BODY_TOO_LARGE'],
  ])('a body %s is refused', async (_, type, text, status, code) => {
    const answer = await running().caller.upload<Problem>(PATH, type, text)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body).toMatchObject([{ status, code }])
  })

  test('a shipment that does not exist is not found', async () => {
    const { caller } = running()
    const notFound = { status: 404, body: { code: 'FREIGHT_SHIPMENT_NOT_FOUND' } }
    expect(await caller.get(`${PATH}/nobody-sent-it`)).toMatchObject(notFound)
    expect(await caller.post(`${PATH}/nobody-sent-it/status`, { status: 'Canceled' })).toMatchObject(notFound)
  })

  test('a list is told apart by customer and status', async () => {
    const { caller } = running()
    for (const id of ['filter-1', 'filter-2'])
      await caller.post(PATH, aShipment({ id, customer: 'Filter & Co' }))
    await caller.post(`${PATH}/filter-2/status`, { status: 'InTransit' })
    const idsOf = async (query: string) =>
      (await caller.all<Shipment>(`${PATH}?${query}`)).map(({ id }) => id)
    expect(await idsOf('customer=filter%20%26%20co')).toEqual(['filter-2', 'filter-1'])
    expect(await idsOf('customer=Filter%20%26%20Co&status=New')).toEqual(['filter-1'])
    expect(await idsOf('customer=Nobody')).toEqual([])
  })

  test('pages have neither gaps nor doubles while new shipments arrive', async () => {
    const { caller } = running()
    const customer = 'Paging Ltd'
    const ids = Array.from({ length: 25 }, (_, n) => `page-${n}`)
    const rows = ids.map((id) => aShipment({ id, customer }))
    await caller.upload(`${PATH}/import`, 'application/x-ndjson', toNdjson(rows))
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`
      const { body } = await caller.get<Page<Shipment>>(`${PATH}?customer=Paging%20Ltd&limit=10${after}`)
      seen.push(...body.items.map(({ id }) => id))
      cursor = body.nextCursor
      await caller.post(PATH, aShipment({ id: `late-${seen.length}`, customer }))
    }
    expect(seen).toEqual(ids.reverse())
  })

  test.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=many', '/limit'],
    ['status=Lost', '/status'],
    ['cursor=a&cursor=b', '/cursor'],
  ])('a list with %s is refused', async (query, field) => {
    expect(await running().caller.get(`${PATH}?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID_INPUT', errors: [{ field }] },
    })
  })

  test.each(['nonsense', Buffer.from('{"id":1}').toString('base64url'), '%20'])(
    'the cursor %s, which is none of ours, is refused',
    async (cursor) => {
      expect(await running().caller.get(`${PATH}?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { code: 'API_INVALID_CURSOR' },
      })
    },
  )

  test('a shipment moves on as its status allows, and its stops follow', async () => {
    const { caller } = running()
    await caller.post(PATH, aShipment({ id: 'moving' }))
    const status = `${PATH}/moving/status`
    expect(await caller.post(status, { status: 'InTransit' })).toMatchObject({
      status: 200,
      body: { status: 'InTransit', deliveredAt: null },
    })
    const at = new Date(Date.now()).toISOString()
    expect(await caller.post(status, { status: 'Completed', at })).toMatchObject({
      status: 200,
      body: { status: 'Completed', deliveredAt: at, moves: [{ status: 'Completed' }] },
    })
  })

  test('a status that cannot follow is refused with those that can, and nothing changes', async () => {
    const { caller } = running()
    await caller.post(PATH, aShipment({ id: 'stuck' }))
    await caller.post(`${PATH}/stuck/status`, { status: 'Completed' })
    const answer = await caller.post<Problem>(`${PATH}/stuck/status`, { status: 'InTransit' })
    expect(answer).toMatchObject({ status: 409, body: { code: 'FREIGHT_ILLEGAL_STATUS' } })
    expect(answer.body.detail).toContain('ReadyToBill, Canceled')
    expect((await caller.get<Shipment>(`${PATH}/stuck`)).body.status).toBe('Completed')
  })

  test('a shipment that is cancelled keeps the reason', async () => {
    const { caller } = running()
    await caller.post(PATH, aShipment({ id: 'off' }))
    const change = { status: 'Canceled', reason: 'the order was withdrawn' }
    expect(await caller.post(`${PATH}/off/status`, change)).toMatchObject({
      body: { status: 'Canceled', cancelReason: 'the order was withdrawn' },
    })
  })

  test('a status nobody knows is refused with every field that is wrong', async () => {
    const { caller } = running()
    await caller.post(PATH, aShipment({ id: 'odd' }))
    const answer = await caller.post<Problem>(`${PATH}/odd/status`, { status: 'Lost', at: 'noon', by: 'me' })
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.map(({ field }) => field).sort()).toEqual(['/at', '/by', '/status'])
  })
})
