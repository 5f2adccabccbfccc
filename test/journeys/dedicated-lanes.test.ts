import { expect, test } from 'vitest'

import { aShipment, aSuggestion, daysAgo } from './freight-data.js'
import { onEachRunningApp, untilAnalysed, type Running } from './running-app.js'

const UNKNOWN = '01890a5d-ac96-774b-bcce-b302099a8057'

interface Lane {
  id: string
  status: string
  suggestionId: string
}

/** A dedicated lane of `customer` with a driver of its own. */
async function aLane(running: Running, customer: string): Promise<Lane> {
  const { caller } = running
  const driver = `Driver of ${customer}`
  await caller.post('/api/v1/drivers', { name: driver })
  const { id } = await aSuggestion(running, customer)
  const { body } = await caller.post<Lane>(`/api/v1/lane-suggestions/${id}/accept`, { driver })
  return body
}

onEachRunningApp((running) => {
  test('a lane that is switched off takes no more shipments, and takes them again once it is on', async () => {
    const { caller } = running()
    const { id } = await aLane(running(), 'Switched')
    const post = async () =>
      (
        await caller.post<{ status: string }>(
          '/api/v1/shipments',
          aShipment({ customer: 'Switched', shippedAt: daysAgo(-1) }),
        )
      ).body.status
    expect(await post()).toBe('Assigned')
    expect(await caller.patch(`/api/v1/dedicated-lanes/${id}`, { status: 'inactive' })).toMatchObject({
      status: 200,
      body: { id, status: 'inactive' },
    })
    expect(await post()).toBe('New')
    await caller.patch(`/api/v1/dedicated-lanes/${id}`, { status: 'active' })
    expect(await post()).toBe('Assigned')
    expect(await caller.get(`/api/v1/dedicated-lanes/${id}`)).toMatchObject({
      status: 200,
      body: { status: 'active' },
    })
  })

  test('a lane whose place was taken meanwhile is not switched on again', async () => {
    const { app, caller } = running()
    const first = await aLane(running(), 'Replaced')
    await caller.patch(`/api/v1/dedicated-lanes/${first.id}`, { status: 'inactive' })
    await caller.post('/api/v1/customers/Replaced/pattern-analysis')
    await untilAnalysed(app)
    const { body } = await caller.get<{ items: { id: string }[] }>(
      '/api/v1/lane-suggestions?customer=Replaced',
    )
    expect(await caller.post(`/api/v1/lane-suggestions/${body.items[0]?.id}/accept`, {})).toMatchObject({
      status: 201,
    })
    expect(await caller.patch(`/api/v1/dedicated-lanes/${first.id}`, { status: 'active' })).toMatchObject({
      status: 409,
      body: { code: 'FREIGHT_LANE_EXISTS' },
    })
  })

  test.each([UNKNOWN, 'the-best-one'])('a lane that does not exist (%s) is not found', async (id) => {
    const { caller } = running()
    const notFound = { status: 404, body: { code: 'FREIGHT_LANE_NOT_FOUND' } }
    expect(await caller.get(`/api/v1/dedicated-lanes/${id}`)).toMatchObject(notFound)
    expect(await caller.patch(`/api/v1/dedicated-lanes/${id}`, { status: 'inactive' })).toMatchObject(
      notFound,
    )
  })

  test('a status that there is not is refused', async () => {
    const answer = await running().caller.patch(`/api/v1/dedicated-lanes/${UNKNOWN}`, { status: 'off' })
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/status', message: 'must be one of active, inactive' }] },
    })
  })
})
