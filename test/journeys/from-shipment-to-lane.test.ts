import { expect, test } from 'vitest'

import type { App } from '../../src/cli/app.js'
import { untilIdle } from '../../src/cli/until-idle.js'
import { analyzePatterns } from '../../src/domain/freight/index.js'
import { onEachRunningApp, untilAnalysed } from './running-app.js'

interface Suggestion {
  id: string
  confidence: number
  frequency: number
  factors: { name: string; points: number }[]
}

interface Job {
  state: string
  actor: string
  payload: { customerId: string }
}

onEachRunningApp((running) => {
  test('shipments become a suggestion, a suggestion a lane, and the next shipment gets its driver', async () => {
    const { app, caller } = running()
    await caller.post('/api/v1/drivers', { name: 'Jo March' })
    await caller.post('/api/v1/equipment', { name: 'Trailer 7', type: 'dry van' })

    for (const daysAgo of [22, 15, 8, 1])
      expect((await caller.post('/api/v1/shipments', load(daysAgo))).status).toBe(201)
    await untilAnalysed(app)

    const { body: list } = await caller.get<{ items: Suggestion[] }>('/api/v1/lane-suggestions')
    expect(list.items).toHaveLength(1)
    const [{ id } = { id: '' }] = list.items
    const { body: details } = await caller.get<Suggestion & { shipments: unknown[] }>(
      `/api/v1/lane-suggestions/${id}`,
    )
    expect(details).toMatchObject({
      confidence: 0.9,
      frequency: 4,
      suggestedName: 'Lane Los Angeles to Dallas',
    })
    expect(details.shipments).toHaveLength(4)
    expect(Object.fromEntries(details.factors.map(({ name, points }) => [name, points]))).toEqual({
      frequency: 0.4,
      recency: 0.3,
      consistency: 0.2,
      value: 0,
    })

    expect(await newsOf(app)).toEqual([
      {
        title: '1 new lane suggestion',
        message:
          '1 new lane suggestion to accept or reject: Lane Los Angeles to Dallas for ACME Corp, 90 % sure.',
      },
    ])

    const accepted = await caller.post(`/api/v1/lane-suggestions/${id}/accept`, {
      driver: 'Jo March',
      equipment: 'Trailer 7',
    })
    expect(accepted).toMatchObject({
      status: 201,
      body: { name: 'Lane Los Angeles to Dallas', autoAssign: true },
    })
    const again = await caller.post(`/api/v1/lane-suggestions/${id}/accept`, {})
    expect(again).toMatchObject({ status: 409, body: { code: 'FREIGHT_SUGGESTION_DECIDED' } })

    const next = await caller.post('/api/v1/shipments', load(-1))
    expect(next.body).toMatchObject({
      status: 'Assigned',
      assignment: { driver: { name: 'Jo March' }, equipment: { name: 'Trailer 7' } },
    })
    const elsewhere = await caller.post('/api/v1/shipments', { ...load(-1), destination: 'Reno' })
    expect(elsewhere.body).toMatchObject({ status: 'New', assignment: null })
    const { body: lanes } = await caller.get<{ items: unknown[] }>('/api/v1/dedicated-lanes?status=active')
    expect(lanes.items).toHaveLength(1)
  })

  test('whoever starts an analysis hears how it ended, and nobody of those that shipments start', async () => {
    const { app } = running()
    const { id } = await app.engine.enqueue(
      analyzePatterns,
      { trigger: 'manual' },
      { tenantId: 'default', actor: 'user:ann' },
    )
    await untilAnalysed(app)
    const notices = await app.database.query<{ jobId: string; title: string; message: string }>(
      `SELECT job_id AS "jobId", title, message FROM linehaul.notification WHERE event_type = 'job.analysis.pattern_complete'`,
    )
    expect(notices).toEqual([
      {
        jobId: id,
        title: 'Pattern Analysis Completed',
        message: expect.stringMatching(
          `^Pattern analysis job ${id} has completed successfully: \\d lanes? looked at, 0 new suggestions`,
        ) as string,
      },
    ])
  })

  test('one analysis follows from many shipments of one customer, and tells what caused it', async () => {
    const { app, caller } = running()
    const lines = Array.from({ length: 10 }, (_, n) =>
      JSON.stringify({ ...load(n), customer: 'Many & Sons' }),
    )
    await caller.upload('/api/v1/shipments/import', 'application/x-ndjson', lines.join('\n'))
    await untilAnalysed(app)
    const { body: customers } = await caller.get<{ items: { id: string }[] }>('/api/v1/customers?search=many')
    const { body } = await caller.get<{ items: Job[] }>('/api/v1/jobs?name=freight.analyze-patterns')
    const jobs = body.items.filter(({ payload }) => payload.customerId === customers.items[0]?.id)
    expect(jobs).toMatchObject([{ state: 'done', actor: expect.stringMatching(/^event:/) }])
  })

  test('an analysis that is asked for runs at once and can be followed', async () => {
    const { app, caller } = running()
    await caller.post('/api/v1/shipments', { ...load(3), customer: 'By Hand Ltd' })
    const asked = await caller.post<{ jobId: string }>('/api/v1/customers/By%20Hand%20Ltd/pattern-analysis')
    expect(asked.status).toBe(202)
    await untilAnalysed(app)
    const location = asked.headers.get('location') ?? ''
    expect(location).toContain(asked.body.jobId)
    const { body: job } = await caller.get<{ state: string; result: object }>(location)
    expect(job).toMatchObject({ state: 'done', result: { analyzed: 1, qualified: 0 } })
  })
})

/** What those who may accept suggestions are told of new ones, once the job is hurried that waits for more of them. */
async function newsOf({ engine, database }: App): Promise<unknown[]> {
  const [job] = await engine.operator.list('default', { name: 'freight.tell-suggestions', limit: 1 })
  expect(job).toMatchObject({ state: 'scheduled', actor: expect.stringMatching(/^event:/) as string })
  await engine.operator.retry('default', String(job?.id))
  await untilIdle({ engine }, 'default', 'default')
  return database.query(
    `SELECT title, message FROM linehaul.notification WHERE event_type = 'suggestion.digest'`,
  )
}

function load(daysAgo: number): Record<string, unknown> {
  const shippedAt = new Date(Date.now() - daysAgo * 86_400_000).toISOString()
  return {
    customer: 'ACME Corp',
    origin: 'Los Angeles',
    destination: 'Dallas',
    service: 'LTL',
    weightKg: 2268,
    shippedAt,
  }
}
