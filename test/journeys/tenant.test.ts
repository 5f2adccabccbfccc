import { expect, test } from 'vitest'

import { onEachRunningApp } from './running-app.js'

const PATH = '/api/v1/tenant'

onEachRunningApp((running) => {
  test('a tenant looks at itself, and changes its time zone and name one by one', async () => {
    const { caller } = running()
    expect((await caller.get(PATH)).body).toEqual({ id: 'default', name: 'Default', timeZone: 'UTC' })
    expect(await caller.patch(PATH, { timeZone: 'Europe/Berlin' })).toMatchObject({
      status: 200,
      body: { name: 'Default', timeZone: 'Europe/Berlin' },
    })
    expect(await caller.patch(PATH, { name: ' Harbour Freight ' })).toMatchObject({ status: 200 })
    expect((await caller.get(PATH)).body).toEqual({
      id: 'default',
      name: 'Harbour Freight',
      timeZone: 'Europe/Berlin',
    })
  })

  test('a time zone that does not exist is refused, and nothing changes', async () => {
    const { caller } = running()
    const before = await caller.get(PATH)
    expect(await caller.patch(PATH, { name: 'Changed', timeZone: 'Mars/Olympus' })).toMatchObject({
      status: 400,
      body: { code: 'ACCESS_UNKNOWN_TIME_ZONE', detail: expect.stringContaining('Mars/Olympus') },
    })
    expect((await caller.get(PATH)).body).toEqual(before.body)
  })

  test.each([
    [{ name: '' }, '/name'],
    [{ name: 'a\0b' }, '/name'],
    [{ id: 'another' }, '/id'],
  ])('%j is refused', async (changes, field) => {
    expect(await running().caller.patch(PATH, changes)).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID_INPUT', errors: [{ field }] },
    })
  })
})
