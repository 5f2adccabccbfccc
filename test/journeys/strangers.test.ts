import { beforeAll, expect, test } from 'vitest'

import { analyzePatterns } from '../../src/domain/freight/index.js'
import type { Caller } from './caller.js'
import { aShipment, aSuggestion, type Job } from './freight-data.js'
import { aStranger, onEachRunningApp, untilAnalysed } from './running-app.js'

interface Counts {
  items: Record<string, unknown>[]
}

onEachRunningApp((running) => {
  let stranger: Caller
  let ids: {
    shipment: string
    suggestion: string
    done: string
    open: string
    customer: string
    driver: string
  }

  beforeAll(async () => {
    const { caller } = running()
    stranger = await aStranger(running(), 'stranger')
    const suggestion = await aSuggestion(running(), 'ACME Corp')
    const accepted = await aSuggestion(running(), 'Accepted Ltd')
    await caller.post(`/api/v1/lane-suggestions/${accepted.id}/accept`, {})
    await caller.post('/api/v1/shipments', aShipment({ id: 'mine' }))
    const driver = await caller.post<{ id: string }>('/api/v1/drivers', { name: 'Jo March' })
    await caller.post('/api/v1/equipment', { name: 'Trailer 7', type: 'dry van' })
    await untilAnalysed(running().app)
    const [done] = await caller.all<Job>('/api/v1/jobs?state=done')
    const { engine } = running().app
    const inAnHour = { tenantId: 'default', delay: '1h' } as const
    const open = await engine.enqueue(analyzePatterns, { trigger: 'manual' }, inAnHour)
    ids = {
      shipment: 'mine',
      suggestion: suggestion.id,
      done: done?.id ?? '',
      open: open.id,
      customer: suggestion.customer.id,
      driver: driver.body.id,
    }
  })

  test.each([
    'shipments',
    'lane-suggestions',
    'lane-suggestions?status=accepted',
    'dedicated-lanes',
    'jobs',
    'customers',
    'locations',
    'drivers',
    'equipment',
  ])('another tenant finds nothing in the list of %s', async (list) => {
    expect(await running().caller.all(`/api/v1/${list}`)).not.toEqual([])
    expect(await stranger.all(`/api/v1/${list}`)).toEqual([])
  })

  test.each([
    ['GET', 'shipments/:shipment'],
    ['GET', 'lane-suggestions/:suggestion'],
    ['GET', 'jobs/:done'],
    ['GET', 'jobs/:open'],
    ['POST', 'shipments/:shipment/status'],
    ['POST', 'lane-suggestions/:suggestion/accept'],
    ['POST', 'lane-suggestions/:suggestion/reject'],
    ['POST', 'jobs/:open/retry'],
    ['DELETE', 'jobs/:open'],
    ['POST', 'customers/:customer/pattern-analysis'],
  ])('another tenant is told that there is nothing at %s %s', async (method, path) => {
    const filled = path.replace(/:(\w+)/, (_, name: keyof typeof ids) => ids[name])
    const body = path.endsWith('/status') ? { status: 'Canceled' } : undefined
    expect(await send(stranger, method, `/api/v1/${filled}`, body)).toMatchObject({ status: 404 })
  })

  test('nothing that another tenant tried has changed anything', async () => {
    const { caller } = running()
    expect((await caller.get(`/api/v1/shipments/${ids.shipment}`)).body).toMatchObject({ status: 'New' })
    expect((await caller.get(`/api/v1/lane-suggestions/${ids.suggestion}`)).body).toMatchObject({
      status: 'pending',
    })
    expect((await caller.get(`/api/v1/jobs/${ids.open}`)).body).toMatchObject({ state: 'scheduled' })
  })

  test('another tenant may use the same ids and names, for shipments of its own', async () => {
    const made = await stranger.post<{ customer: { id: string } }>(
      '/api/v1/shipments',
      aShipment({ id: 'mine' }),
    )
    expect(made.status).toBe(201)
    expect(made.body.customer.id).not.toBe(ids.customer)
    const { body } = await running().caller.get('/api/v1/shipments/mine')
    expect(body).toMatchObject({ customer: { id: ids.customer } })
  })

  test('the ids of the records of one tenant are unknown to another', async () => {
    const answer = await stranger.post('/api/v1/shipments', aShipment({ customer: ids.customer }))
    expect(answer).toMatchObject({ status: 400, body: { code: 'FREIGHT_UNKNOWN_CUSTOMER' } })
  })

  test('a cursor of one tenant shows another nothing', async () => {
    const { body } = await running().caller.get<{ nextCursor: string }>('/api/v1/shipments?limit=1')
    const cursor = encodeURIComponent(body.nextCursor)
    const page = await stranger.get<{ items: { customer: { id: string } }[] }>(
      `/api/v1/shipments?cursor=${cursor}`,
    )
    expect(page.status).toBe(200)
    expect(page.body.items.map(({ customer }) => customer.id)).not.toContain(ids.customer)
  })

  test('each tenant has settings of its own', async () => {
    await stranger.patch('/api/v1/tenant', { timeZone: 'Asia/Tokyo' })
    expect((await running().caller.get('/api/v1/tenant')).body).toMatchObject({
      id: 'default',
      timeZone: 'UTC',
    })
    expect((await stranger.get('/api/v1/tenant')).body).toMatchObject({
      id: 'stranger',
      timeZone: 'Asia/Tokyo',
    })
    const { body } = await stranger.get<object>('/api/v1/pattern-config')
    await stranger.put('/api/v1/pattern-config', { ...body, minFrequency: 9 })
    expect((await running().caller.get('/api/v1/pattern-config')).body).toMatchObject({ minFrequency: 3 })
  })

  test('a rule of one tenant is nothing to another; one for all tenants, which owners alone make, holds for both', async () => {
    const { caller } = running()
    const name = 'freight.pattern.suggestion_ttl_days'
    const set = (who: Caller, value: string, scope: object = {}) =>
      who.post<{ id: string }>('/api/v1/rules', { rule_name: name, rule_value: value, ...scope })
    const inForceFor = async (who: Caller) =>
      (await who.get<Counts>(`/api/v1/rules/effective?name=${name}`)).body.items[0]
    const own = await set(caller, '11')
    expect(await stranger.get(`/api/v1/rules/${own.body.id}`)).toMatchObject({
      status: 404,
      body: { code: 'RULES_NOT_FOUND' },
    })
    const refused = { status: 403, body: { code: 'ACCESS_OWNERS_ONLY' } }
    expect(await set(stranger, '12', { scope: 'instance' })).toMatchObject(refused)
    const global = await set(caller, '13', { scope: 'instance' })
    expect(await stranger.post(`/api/v1/rules/${global.body.id}/revoke`)).toMatchObject(refused)
    expect(await stranger.all(`/api/v1/rules?name=${name}`)).toMatchObject([
      { id: global.body.id, rule_value: 13, scope: 'instance' },
    ])
    expect(await inForceFor(stranger)).toMatchObject({ rule_value: 13, source: 'global' })
    expect(await inForceFor(caller)).toMatchObject({
      ...{ rule_value: 11, source: 'tenant', rule: { id: own.body.id } },
      beaten: [{ rule_value: 13, source: 'global' }, { source: 'default' }],
    })
  })

  test('the jobs of one tenant are not counted for another', async () => {
    expect((await running().caller.get<Counts>('/api/v1/queues')).body.items).toContainEqual(
      expect.objectContaining({ queue: 'pattern', scheduled: 1 }),
    )
    const fresh = await aStranger(running(), 'fresh')
    const { body } = await fresh.get<Counts>('/api/v1/queues')
    for (const counts of body.items)
      expect(counts).toMatchObject({ scheduled: 0, waiting: 0, running: 0, dead: 0 })
  })

  test('a tenant cannot be named in a body', async () => {
    const answer = await running().caller.post('/api/v1/shipments', aShipment({ tenantId: 'stranger' }))
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: '/tenantId' }] } })
  })
})

function send(caller: Caller, method: string, path: string, body?: unknown): Promise<{ status: number }> {
  if (method === 'GET') return caller.get(path)
  return method === 'DELETE' ? caller.delete(path) : caller.post(path, body)
}
