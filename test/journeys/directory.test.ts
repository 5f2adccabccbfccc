import { expect, test } from 'vitest'

import { aShipment } from './freight-data.js'
import { onEachRunningApp } from './running-app.js'

interface Named {
  id: string
  name: string
}

onEachRunningApp((running) => {
  async function namesOf(path: string, limit?: number): Promise<string[]> {
    return (await running().caller.all<Named>(path, limit)).map(({ name }) => name)
  }

  test.each([
    ['/api/v1/drivers', { name: '  Jo March ' }, { name: 'Jo March' }],
    ['/api/v1/equipment', { name: 'Trailer 7', type: 'dry van' }, { name: 'Trailer 7', type: 'dry van' }],
  ])('what is posted to %s is listed there', async (path, sent, kept) => {
    const { caller } = running()
    const made = await caller.post<Named>(path, sent)
    expect(made).toMatchObject({ status: 201, body: { id: expect.any(String), ...kept } })
    expect(await caller.all(path)).toContainEqual(made.body)
  })

  test.each([
    ['/api/v1/drivers', {}, 'DIRECTORY_DRIVER_EXISTS'],
    ['/api/v1/equipment', { type: 'dry van' }, 'DIRECTORY_EQUIPMENT_EXISTS'],
  ])('a name that is there already, in any case, is refused by %s', async (path, fields, code) => {
    const { caller } = running()
    await caller.post(path, { name: 'Only One', ...fields })
    expect(await caller.post(path, { name: 'ONLY ONE', ...fields })).toMatchObject({
      status: 409,
      body: { code },
    })
    expect((await namesOf(`${path}?search=only`)).length).toBe(1)
  })

  test.each([
    ['/api/v1/drivers', { name: '', licence: 'B' }, ['/licence', '/name']],
    ['/api/v1/equipment', { name: 'x'.repeat(201) }, ['/name', '/type']],
    ['/api/v1/drivers', { name: 'a\0b' }, ['/name']],
  ])('every field that is wrong in what is posted to %s is named', async (path, sent, fields) => {
    const answer = await running().caller.post<{ errors: { field: string }[] }>(path, sent)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map(({ field }) => field).sort()).toEqual(fields)
  })

  test('a list is searched by any part of a name, in any case, and a sign of a pattern is only itself', async () => {
    const { caller } = running()
    for (const name of ['Ann 100%', 'Ann_1000', 'Bert']) await caller.post('/api/v1/drivers', { name })
    expect(await namesOf('/api/v1/drivers?search=aNN')).toEqual(['Ann_1000', 'Ann 100%'])
    expect(await namesOf('/api/v1/drivers?search=100%25')).toEqual(['Ann 100%'])
    expect(await namesOf('/api/v1/drivers?search=_')).toEqual(['Ann_1000'])
  })

  test('a list is read page by page, newest first', async () => {
    const names = ['Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5']
    for (const name of names) await running().caller.post('/api/v1/drivers', { name })
    expect(await namesOf('/api/v1/drivers?search=page', 2)).toEqual(names.reverse())
  })

  test('the names in shipments make customers and locations, one for each spelling in any case', async () => {
    const { caller } = running()
    const shipment = { customer: 'New Customer', origin: 'New Origin', destination: 'New End' }
    await caller.post('/api/v1/shipments', aShipment(shipment))
    await caller.post('/api/v1/shipments', aShipment({ ...shipment, customer: 'NEW customer' }))
    expect(await namesOf('/api/v1/customers?search=new')).toEqual(['New Customer'])
    expect((await namesOf('/api/v1/locations?search=new')).sort()).toEqual(['New End', 'New Origin'])
  })
})
