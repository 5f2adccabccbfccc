import { expect, test } from 'vitest'

import type { Problem } from '../../test/journeys/caller.js'
import { aStrangersKey, KEY, onEachRunningApp } from '../../test/journeys/running-app.js'

interface Entry {
  action: string
  object: string
  after: unknown
}

onEachRunningApp((running) => {
  const send = async (
    name: string,
    key: string | undefined,
    { path = '/drivers', credential = KEY } = {},
  ) => {
    const response = await fetch(`${running().url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credential}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body: JSON.stringify({ name }),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Problem & { id: string },
    }
  }
  const entries = () => running().caller.all<Entry>('/api/v1/audit-entries?action=driver.create')

  test('a change and what the audit trail says of it are there together', async () => {
    const { body } = await send('Jo March', undefined)
    expect(await entries()).toMatchObject([{ object: `driver:${body.id}`, after: { name: 'Jo March' } }])
  })

  test('a change that is refused says nothing in the audit trail', async () => {
    const before = await entries()
    expect(await send('Jo March', undefined)).toMatchObject({ status: 409 })
    expect(await entries()).toEqual(before)
  })

  test('a request sent again under its key is told the same, and nothing happens twice', async () => {
    const first = await send('Ann Lee', 'key-1')
    const again = await send('Ann Lee', 'key-1')
    expect(first.status).toBe(201)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await entries()).filter(({ object }) => object === `driver:${first.body.id}`)).toHaveLength(1)
  })

  test('requests sent at the same time under one key are one', async () => {
    const answers = await Promise.all(['key-2', 'key-2', 'key-2'].map((key) => send('Bo Lind', key)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  test('a key that stood for another request, or is none, is refused', async () => {
    expect(await send('Someone Else', 'key-1')).toMatchObject({
      status: 422,
      body: { code: 'ACCESS_IDEMPOTENCY_KEY_REUSED' },
    })
    expect(await send('Someone Else', 'x'.repeat(201))).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID_IDEMPOTENCY_KEY' },
    })
  })

  test('a request that was refused may be sent again under its key once it can be served', async () => {
    expect(await send('Ann Lee', 'key-3')).toMatchObject({ status: 409 })
    expect(await send('Cy Dow', 'key-3')).toMatchObject({ status: 201 })
  })

  test('a secret is stored, and neither its answer, nor the list, nor the audit trail tells its value', async () => {
    const { caller } = running()
    const body = { value: 'hush-hush', purpose: 'reads orders' }
    const made = await caller.put('/api/v1/secrets/shop.token', body)
    const changed = await caller.put('/api/v1/secrets/shop.token', { ...body, value: 'hush-again' })
    expect([made.status, changed.status]).toEqual([201, 200])
    const told = await caller.all('/api/v1/audit-entries?action=secret.put')
    expect(told).toMatchObject([
      { object: 'secret:shop.token', before: { purpose: 'reads orders' } },
      { before: null, after: { name: 'shop.token', purpose: 'reads orders' } },
    ])
    const list = await caller.all('/api/v1/secrets')
    expect(list).toHaveLength(1)
    expect(JSON.stringify([made.body, changed.body, told, list])).not.toContain('hush')
  })

  test('nothing of a secret is kept for a request that is sent again', async () => {
    const answer = await fetch(`${running().url}/api/v1/secrets/other`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        'idempotency-key': 'key-4',
      },
      body: JSON.stringify({ value: 'hush' }),
    })
    expect(await answer.json()).toMatchObject({ status: 400, code: 'API_SECRET_NOT_KEPT' })
  })

  test('a key is refused where the answer would not be kept', async () => {
    for (const path of ['/jobs/bulk', '/shipments/import', '/backups'])
      expect(await send('Ann Lee', 'key-5', { path })).toMatchObject({
        status: 400,
        body: { code: 'API_ANSWER_NOT_KEPT' },
      })
    expect(await send('Ann Lee', 'key-5', { path: '/auth/sign-in' })).toMatchObject({
      status: 400,
      body: { code: 'API_SECRET_NOT_KEPT' },
    })
  })

  test.each(['/secrets', '/tenants', '/schedules'])(
    'a cursor of %s that no list gave is refused',
    async (path) => {
      const cursor = Buffer.from(JSON.stringify('\0')).toString('base64url')
      const answer = await running().caller.get(`/api/v1${path}?cursor=${cursor}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'API_INVALID_CURSOR' } })
    },
  )

  test('what the database cannot store is refused', async () => {
    const { caller } = running()
    const body = { value: 'hush', purpose: 'a\0' }
    expect(await caller.put('/api/v1/secrets/shop.token', body)).toMatchObject({ status: 400 })
    expect(await caller.get('/api/v1/api-keys?createdBy=%00')).toMatchObject({ status: 400 })
  })

  test('the key of one caller means nothing for another', async () => {
    const { body: first } = await send('Ann Lee', 'key-1')
    const credential = await aStrangersKey(running(), 'stranger-of-keys')
    const theirs = await send('Ann Lee', 'key-1', { credential })
    expect(theirs.status).toBe(201)
    expect(theirs.body.id).not.toBe(first.id)
    const made = await running().caller.post<{ secret: string }>('/api/v1/api-keys', {
      name: 'second',
      role: 'admin',
    })
    const second = await send('Ann Lee', 'key-1', { credential: made.body.secret })
    expect(second).toMatchObject({ status: 409, body: { code: 'DIRECTORY_DRIVER_EXISTS' } })
    for (const { headers } of [theirs, second]) expect(headers.has('idempotent-replayed')).toBe(false)
  })
})
