import { expect, test } from 'vitest'

import { aSuggestion, type Suggestion } from './freight-data.js'
import { onEachRunningApp } from './running-app.js'

const PATH = '/api/v1/lane-suggestions'
const UNKNOWN = '01890a5d-ac96-774b-bcce-b302099a8057'

onEachRunningApp((running) => {
  test('suggestions are listed best first, page by page, without gaps or doubles', async () => {
    const { caller } = running()
    const made = [
      await aSuggestion(running(), 'Three Weeks', { weeks: 3 }),
      await aSuggestion(running(), 'Four Weeks', { weeks: 4 }),
      await aSuggestion(running(), 'Four Dear Weeks', { weeks: 4, freightCharge: 5_000 }),
      await aSuggestion(running(), 'Other Three Weeks', { weeks: 3 }),
    ]
    const listed = await caller.all<Suggestion>(PATH, 1)
    expect(listed.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort())
    expect(listed.map(({ confidence }) => confidence)).toEqual([1, 0.9, 0.8, 0.8])
    expect(listed[0]?.customer.name).toBe('Four Dear Weeks')
  })

  test('a list is told apart by status and customer', async () => {
    const { caller } = running()
    const { id } = await aSuggestion(running(), 'Filtered')
    await caller.post(`${PATH}/${id}/reject`, {})
    const idsOf = async (query: string) =>
      (await caller.all<Suggestion>(`${PATH}?${query}`)).map(({ id }) => id)
    expect(await idsOf('customer=filtered')).toEqual([])
    expect(await idsOf('customer=filtered&status=rejected')).toEqual([id])
    expect(await idsOf('customer=nobody&status=rejected')).toEqual([])
    expect(await idsOf('status=pending')).not.toContain(id)
    expect(await caller.get(`${PATH}?status=lost`)).toMatchObject({ status: 400 })
  })

  test('a cursor that is none of ours is refused', async () => {
    expect(await running().caller.get(`${PATH}?cursor=x`)).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID_CURSOR' },
    })
  })

  test.each([
    ['that does not exist', UNKNOWN],
    ['with an id that is no UUID', 'the-best-one'],
  ])('a suggestion %s is not found, accepted or rejected', async (_, id) => {
    const { caller } = running()
    const notFound = { status: 404, body: { code: 'FREIGHT_SUGGESTION_NOT_FOUND' } }
    expect(await caller.get(`${PATH}/${id}`)).toMatchObject(notFound)
    expect(await caller.post(`${PATH}/${id}/accept`, {})).toMatchObject(notFound)
    expect(await caller.post(`${PATH}/${id}/reject`, {})).toMatchObject(notFound)
  })

  test('a suggestion that was rejected keeps who and why, and cannot be accepted', async () => {
    const { caller } = running()
    const { id } = await aSuggestion(running(), 'Turned Down')
    expect(await caller.post(`${PATH}/${id}/reject`, { reason: 'we drive it ourselves' })).toMatchObject({
      status: 200,
      body: {
        status: 'rejected',
        reason: 'we drive it ourselves',
        decidedBy: expect.stringMatching(/^api-key:/),
      },
    })
    const decided = { status: 409, body: { code: 'FREIGHT_SUGGESTION_DECIDED' } }
    expect(await caller.post(`${PATH}/${id}/accept`, {})).toMatchObject(decided)
    expect(await caller.post(`${PATH}/${id}/reject`, {})).toMatchObject(decided)
  })

  test('a suggestion is accepted and rejected without a body, for every field of it may be left out', async () => {
    const { caller } = running()
    const yes = await aSuggestion(running(), 'Just Yes')
    expect(await caller.post(`${PATH}/${yes.id}/accept`)).toMatchObject({
      status: 201,
      body: { driver: null, autoAssign: false, suggestionId: yes.id },
    })
    const no = await aSuggestion(running(), 'Just No')
    expect(await caller.post(`${PATH}/${no.id}/reject`)).toMatchObject({ status: 200 })
  })

  test.each([
    [{ driver: 'Nobody' }, 404, 'DIRECTORY_DRIVER_NOT_FOUND'],
    [{ driver: UNKNOWN }, 404, 'DIRECTORY_DRIVER_NOT_FOUND'],
    [{ equipment: 'No Trailer' }, 404, 'DIRECTORY_EQUIPMENT_NOT_FOUND'],
    [{ autoAssign: true }, 400, 'FREIGHT_DRIVER_REQUIRED'],
    [{ name: '', truck: 1 }, 400, 'API_INVALID_INPUT'],
  ])('accepting with %j is refused, and the suggestion stays open', async (acceptance, status, code) => {
    const { caller } = running()
    const customer = `Refused ${JSON.stringify(acceptance)}`
    const { id } = await aSuggestion(running(), customer)
    expect(await caller.post(`${PATH}/${id}/accept`, acceptance)).toMatchObject({ status, body: { code } })
    expect(await caller.get(`${PATH}/${id}`)).toMatchObject({ body: { status: 'pending' } })
    expect(await caller.all(`/api/v1/dedicated-lanes?customer=${encodeURIComponent(customer)}`)).toEqual([])
  })

  test('a name that another lane has is refused', async () => {
    const { caller } = running()
    const first = await aSuggestion(running(), 'First Of That Name')
    await caller.post(`${PATH}/${first.id}/accept`, { name: 'The Long Haul' })
    const second = await aSuggestion(running(), 'Second Of That Name')
    expect(await caller.post(`${PATH}/${second.id}/accept`, { name: 'the long haul' })).toMatchObject({
      status: 409,
      body: { code: 'FREIGHT_LANE_NAME_TAKEN' },
    })
  })

  test('a suggestion for shipments that an active lane takes already cannot be accepted', async () => {
    const { app, caller } = running()
    const { id } = await aSuggestion(running(), 'Taken Already')
    await caller.post(`${PATH}/${id}/accept`, { name: 'The one there is' })
    // What only two decisions at the same moment bring about.
    await app.database.query(
      `UPDATE linehaul.lane_suggestion SET status = 'pending', dedicated_lane_id = NULL, decided_at = NULL WHERE id = $1`,
      [id],
    )
    expect(await caller.post(`${PATH}/${id}/accept`, { name: 'Another' })).toMatchObject({
      status: 409,
      body: { code: 'FREIGHT_LANE_EXISTS', detail: expect.stringContaining('The one there is') },
    })
    expect(await caller.all('/api/v1/dedicated-lanes?customer=Taken%20Already')).toHaveLength(1)
  })

  test('dedicated lanes are listed newest first, page by page, and told apart by customer', async () => {
    const { caller } = running()
    const names: string[] = []
    for (const customer of ['Lane One', 'Lane Two', 'Lane Three']) {
      const { id } = await aSuggestion(running(), customer)
      await caller.post(`${PATH}/${id}/accept`, { name: `Lane of ${customer}` })
      names.unshift(`Lane of ${customer}`)
    }
    const lanes = await caller.all<{ name: string }>('/api/v1/dedicated-lanes', 2)
    expect(lanes.map(({ name }) => name).slice(0, 3)).toEqual(names)
    expect(new Set(lanes.map(({ name }) => name)).size).toBe(lanes.length)
    expect(await caller.all('/api/v1/dedicated-lanes?customer=Lane%20Two')).toMatchObject([
      { name: 'Lane of Lane Two', status: 'active', customer: { name: 'Lane Two' } },
    ])
    expect(await caller.get('/api/v1/dedicated-lanes?status=lost')).toMatchObject({ status: 400 })
  })
})
