import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { copyTemplate } from '../../src/database/testing/test-database.js'
import { Caller, type Problem } from './caller.js'
import { CuttableServer } from './cuttable-server.js'
import { aShipment } from './freight-data.js'
import { onEachRunningApp, start, type Running } from './running-app.js'

onEachRunningApp((running) => {
  describe('without a key', () => {
    test.each([
      ['no key', undefined],
      ['a wrong key', 'lh_nobody-was-ever-given-this-one'],
    ])('%s is refused, and told how to send one', async (_, key) => {
      const answer = await new Caller(running().url, key).get<Problem>('/api/v1/shipments')
      expect(answer).toMatchObject({ status: 401, body: { code: 'API_UNAUTHORIZED' } })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(answer.body.detail).toContain('Authorization: Bearer')
    })

    test('a token that is not valid is refused, and told to sign in again', async () => {
      const answer = await new Caller(running().url, 'a.b.c').get<Problem>('/api/v1/shipments')
      expect(answer).toMatchObject({ status: 401, body: { code: 'API_UNAUTHORIZED' } })
      expect(answer.body.detail).toContain('sign in again')
    })

    test('nothing is taken in', async () => {
      const stranger = new Caller(running().url, undefined)
      expect(await stranger.post('/api/v1/shipments', aShipment({ id: 'no-key' }))).toMatchObject({
        status: 401,
      })
      const refused = await stranger.upload('/api/v1/shipments/import', 'text/csv', 'id')
      expect(refused.status).toBe(401)
      expect(await running().caller.get('/api/v1/shipments/no-key')).toMatchObject({ status: 404 })
    })

    test.each(['/healthz', '/readyz', '/api/v1/openapi.json', '/api/docs/json'])(
      '%s is served',
      async (path) => {
        expect(await new Caller(running().url, undefined).get(path)).toMatchObject({ status: 200 })
      },
    )

    test('the root leads to a page to read', async () => {
      const page = await fetch(`${running().url}/`)
      expect(page.url).toContain('/api/docs')
      expect(page.headers.get('content-type')).toContain('text/html')
    })
  })

  describe('a problem', () => {
    test('has the media type, the status and the fields of RFC 9457, and a stable code', async () => {
      const answer = await running().caller.get<Problem>('/api/v1/shipments/unknown')
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(answer.body).toEqual({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        code: 'FREIGHT_SHIPMENT_NOT_FOUND',
        detail: expect.stringContaining('unknown'),
        instance: expect.any(String),
      })
    })

    test.each([
      ['a route that does not exist', '/api/v1/trucks', 404, 'API_NO_SUCH_ROUTE'],
      ['a route that does not exist at all', '/trucks', 404, 'API_NO_SUCH_ROUTE'],
      ['an address that cannot be read', '/api/v1/shipments/%zz', 400, 'API_BAD_REQUEST'],
      ['an id that nobody can have', `/api/v1/shipments/${'x'.repeat(3_000)}`, 414, 'API_BAD_REQUEST'],
      ['a zero character in an id', '/api/v1/shipments/%00', 400, 'API_ZERO_CHARACTER'],
      ['a zero character in a search', '/api/v1/drivers?search=a%00', 400, 'API_ZERO_CHARACTER'],
    ])('is the answer to %s', async (_, path, status, code) => {
      const answer = await running().caller.get<Problem>(path)
      expect(answer).toMatchObject({ status, body: { status, code } })
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
    })

    test('that nobody foresaw tells the id of the request and nothing of its cause', async () => {
      const { app, caller } = running()
      await app.database.query('ALTER TABLE linehaul.driver RENAME TO elsewhere')
      const answer = await caller.get<Problem>('/api/v1/drivers')
      await app.database.query('ALTER TABLE linehaul.elsewhere RENAME TO driver')
      expect(answer).toMatchObject({ status: 500, body: { code: 'API_INTERNAL' } })
      expect(answer.body.detail).toContain(answer.body.instance)
      expect(JSON.stringify(answer.body)).not.toMatch(/relation|driver|exist|42P01/i)
    })
  })

  // The last one: there is no way back from here.
  test('a database that was closed makes it alive, but not ready', async () => {
    const { app, caller } = running()
    await app.engine.stop()
    await app.database.close()
    expect(await caller.get('/healthz')).toMatchObject({ status: 200 })
    expect(await caller.get('/readyz')).toMatchObject({ status: 503 })
  })
})

describe.runIf(inject('serverUrl'))('while the database server is away', () => {
  let running: Running
  let way: CuttableServer
  let remove: () => Promise<void>

  beforeAll(async () => {
    const template = await copyTemplate('server')
    remove = template.remove
    const by = await CuttableServer.before(template.place.url ?? '')
    way = by.way
    running = await start({ DATABASE_URL: by.url })
  })
  afterAll(async () => {
    await running?.app.close()
    await way?.cut()
    await remove?.()
  })

  test('requests are told to come again, and are served once it is back', async () => {
    const { caller } = running
    await way.cut()
    const answer = await caller.post<Problem>('/api/v1/shipments', aShipment({ id: 'again' }))
    expect(answer).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } })
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await caller.get('/readyz')).toMatchObject({ status: 503 })
    expect(await caller.get('/healthz')).toMatchObject({ status: 200 })
    await way.mend()
    expect(await caller.get('/readyz')).toMatchObject({ status: 200 })
    expect(await caller.post('/api/v1/shipments', aShipment({ id: 'again' }))).toMatchObject({ status: 201 })
  })
})
