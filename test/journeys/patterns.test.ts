import { expect, test } from 'vitest'

import type { Problem } from './caller.js'
import { aShipment, type Job } from './freight-data.js'
import { onEachRunningApp } from './running-app.js'

const PATH = '/api/v1/pattern-config'

type Config = Record<string, unknown> & { version: number }

onEachRunningApp((running) => {
  async function current(): Promise<Config> {
    return (await running().caller.get<Config>(PATH)).body
  }

  test('the configuration holds the defaults until somebody sets another one', async () => {
    expect(await running().caller.get(PATH)).toMatchObject({
      status: 200,
      body: {
        enabled: true,
        minFrequency: 3,
        analysisWindowDays: 90,
        minConfidenceScore: 0.7,
        suggestionTtlDays: 30,
        requireExactMatch: false,
        weightRecentShipments: true,
        version: 0,
      },
    })
  })

  test('all seven settings can be set, and the version counts on', async () => {
    const { version } = await current()
    const settings = {
      enabled: false,
      minFrequency: 5,
      analysisWindowDays: 30,
      minConfidenceScore: 0.5,
      suggestionTtlDays: 10,
      requireExactMatch: true,
      weightRecentShipments: false,
    }
    const put = await running().caller.put<Config>(PATH, { ...settings, version })
    expect(put).toMatchObject({ status: 200, body: settings })
    expect(put.body.version).toBeGreaterThan(version)
    expect(await current()).toEqual({ ...settings, version: put.body.version })
  })

  test.each([
    ['minFrequency', 0],
    ['minFrequency', 101],
    ['minFrequency', 2.5],
    ['analysisWindowDays', 366],
    ['minConfidenceScore', 1.1],
    ['suggestionTtlDays', 0],
    ['enabled', 'yes'],
    ['version', -1],
    ['version', Number.MAX_SAFE_INTEGER],
    ['colour', 'red'],
  ])('%s: %j is refused, and nothing changes', async (field, value) => {
    const before = await current()
    expect(await running().caller.put(PATH, { ...before, [field]: value })).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID_INPUT', errors: [{ field: `/${field}` }] },
    })
    expect(await current()).toEqual(before)
  })

  test('every setting that is missing is named', async () => {
    const answer = await running().caller.put<Problem>(PATH, { enabled: true, version: 0 })
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.map(({ field }) => field).sort()).toEqual([
      '/analysisWindowDays',
      '/minConfidenceScore',
      '/minFrequency',
      '/requireExactMatch',
      '/suggestionTtlDays',
      '/weightRecentShipments',
    ])
  })

  test('a configuration that somebody changed meanwhile is not overwritten', async () => {
    const { caller } = running()
    const read = await current()
    await caller.put(PATH, { ...read, minFrequency: 7 })
    expect(await caller.put(PATH, { ...read, minFrequency: 8 })).toMatchObject({
      status: 409,
      body: { code: 'FREIGHT_CONFIG_CHANGED' },
    })
    expect(await current()).toMatchObject({ minFrequency: 7 })
  })

  test('an analysis that is asked for is accepted with the job that does it', async () => {
    const { caller } = running()
    const made = await caller.post<{ customer: { id: string } }>('/api/v1/shipments', aShipment())
    const customerId = made.body.customer.id
    const asked = await caller.post<{ jobId: string }>(`/api/v1/customers/${customerId}/pattern-analysis`)
    expect(asked.status).toBe(202)
    expect(asked.headers.get('location')).toBe(`/api/v1/jobs/${asked.body.jobId}`)
    expect((await caller.get<Job>(`/api/v1/jobs/${asked.body.jobId}`)).body).toMatchObject({
      name: 'freight.analyze-patterns',
      payload: { customerId, trigger: 'manual' },
    })
  })

  test.each(['Nobody', '01890a5d-ac96-774b-bcce-b302099a8057'])(
    'an analysis for %s, who is no customer, is refused',
    async (customer) => {
      expect(await running().caller.post(`/api/v1/customers/${customer}/pattern-analysis`)).toMatchObject({
        status: 404,
        body: { code: 'API_CUSTOMER_NOT_FOUND' },
      })
    },
  )
})
