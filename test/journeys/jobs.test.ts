import { expect, test } from 'vitest'

import { aShipment, type Job } from './freight-data.js'
import { aStranger, KEY, onEachRunningApp } from './running-app.js'

const PATH = '/api/v1/jobs'
const UNKNOWN = '01890a5d-ac96-774b-bcce-b302099a8057'

interface Queue {
  queue: string
  scheduled: number
}

onEachRunningApp(
  (running) => {
    /** The analysis that a new shipment of a customer put off. */
    async function aScheduledJob(customer: string): Promise<Job> {
      const { caller } = running()
      const made = await caller.post<{ customer: { id: string } }>(
        '/api/v1/shipments',
        aShipment({ customer }),
      )
      const jobs = await caller.all<Job>(`${PATH}?state=scheduled`)
      const job = jobs.find(({ payload }) => payload.customerId === made.body.customer.id)
      if (!job) throw new Error(`no analysis was put off for ${customer}`)
      return job
    }

    /** Has a job run now, and waits until it ended. */
    async function run(id: string): Promise<void> {
      const { app, caller } = running()
      const ended = app.engine.signals.next('attempt.ended', ({ jobId }) => jobId === id)
      expect(await caller.post(`${PATH}/${id}/retry`)).toMatchObject({ status: 200, body: { id } })
      await ended
    }

    test('a job tells what it is, when it runs and what caused it', async () => {
      const { id } = await aScheduledJob('Told')
      expect(await running().caller.get(`${PATH}/${id}`)).toMatchObject({
        status: 200,
        body: {
          id,
          name: 'freight.analyze-patterns',
          queue: 'pattern',
          state: 'scheduled',
          payload: { trigger: 'created' },
          actor: expect.stringMatching(/^event:/),
          attempt: 0,
          maxAttempts: 3,
          attempts: [],
          finishedAt: null,
        },
      })
    })

    test('a shipment that is completed puts off an analysis as well', async () => {
      const { caller } = running()
      const { id, payload } = await aScheduledJob('Completed Ltd')
      await caller.delete(`${PATH}/${id}`)
      const [shipment] = await caller.all<{ id: string }>('/api/v1/shipments?customer=Completed%20Ltd')
      await caller.post(`/api/v1/shipments/${shipment?.id}/status`, { status: 'Completed' })
      const scheduled = await caller.all<Job>(`${PATH}?state=scheduled`)
      expect(scheduled.map((job) => job.payload)).toContainEqual({ ...payload, trigger: 'completed' })
    })

    test.each([
      ['that does not exist', UNKNOWN],
      ['with an id that is no UUID', 'the-last-one'],
    ])('a job %s is not found, retried or cancelled', async (_, id) => {
      const { caller } = running()
      const notFound = { status: 404, body: { code: 'JOBS_NOT_FOUND' } }
      expect(await caller.get(`${PATH}/${id}`)).toMatchObject(notFound)
      expect(await caller.post(`${PATH}/${id}/retry`)).toMatchObject(notFound)
      expect(await caller.delete(`${PATH}/${id}`)).toMatchObject(notFound)
    })

    test('a job that has not started is cancelled at once, and only once', async () => {
      const { caller } = running()
      const { id } = await aScheduledJob('Called Off')
      expect(await caller.delete(`${PATH}/${id}`)).toMatchObject({
        status: 200,
        body: { state: 'cancelled', finishedAt: expect.any(String), error: { code: 'JOBS_CANCELLED' } },
      })
      expect(await caller.delete(`${PATH}/${id}`)).toMatchObject({
        status: 409,
        body: { code: 'JOBS_ILLEGAL_MOVE' },
      })
    })

    test('a cancelled job that is retried runs; once it is done, neither retry nor cancel can follow', async () => {
      const { caller } = running()
      const { id } = await aScheduledJob('Brought Back')
      await caller.delete(`${PATH}/${id}`)
      await run(id)
      expect((await caller.get(`${PATH}/${id}`)).body).toMatchObject({
        state: 'done',
        result: { analyzed: 1 },
        attempts: [{ number: 1, ended: 'done' }],
      })
      const illegal = { status: 409, body: { code: 'JOBS_ILLEGAL_MOVE' } }
      expect(await caller.post(`${PATH}/${id}/retry`)).toMatchObject(illegal)
      expect(await caller.delete(`${PATH}/${id}`)).toMatchObject(illegal)
    })

    test('a cancelled job is not retried when another one for the same is in line', async () => {
      const { caller } = running()
      const first = await aScheduledJob('Replaced')
      await caller.delete(`${PATH}/${first.id}`)
      const second = await aScheduledJob('Replaced')
      expect(second.id).not.toBe(first.id)
      expect(await caller.post(`${PATH}/${first.id}/retry`)).toMatchObject({
        status: 409,
        body: { code: 'JOBS_ILLEGAL_MOVE' },
      })
    })

    test('a job whose payload no longer fits is dead, with a code of its own', async () => {
      const { app, caller } = running()
      const { id } = await aScheduledJob('Outdated')
      await app.database.query(`UPDATE linehaul.job SET payload = '{"shape":"of old"}' WHERE id = $1`, [id])
      await run(id)
      expect((await caller.get(`${PATH}/${id}`)).body).toMatchObject({
        state: 'dead',
        error: { code: 'JOBS_INVALID_PAYLOAD' },
      })
      expect(await caller.all<Job>(`${PATH}?state=dead`)).toMatchObject([{ id }])
    })

    test('jobs are listed newest first, page by page, open and finished together', async () => {
      const { caller } = running()
      const made: string[] = []
      for (const customer of ['Page One', 'Page Two', 'Page Three', 'Page Four'])
        made.unshift((await aScheduledJob(customer)).id)
      await caller.delete(`${PATH}/${made[1]}`)
      const ids = (await caller.all<Job>(PATH, 2)).map(({ id }) => id)
      expect(ids.slice(0, 4)).toEqual(made)
      expect(new Set(ids).size).toBe(ids.length)
    })

    test('a list is told apart by state, name and queue', async () => {
      const { caller } = running()
      const { id } = await aScheduledJob('Filtered')
      const found = async (query: string) =>
        (await caller.all<Job>(`${PATH}?${query}`)).some((job) => job.id === id)
      expect(await found('state=scheduled&name=freight.analyze-patterns&queue=pattern')).toBe(true)
      expect(await found(`status=delayed&type=pattern:analyze&ids=${UNKNOWN},${id}`)).toBe(true)
      expect(await found(`status=pending&ids=${id}`)).toBe(false)
      expect(await found(`ids=${UNKNOWN}`)).toBe(false)
      expect(await found('state=done')).toBe(false)
      expect(await found('name=freight.expire-suggestions')).toBe(false)
      expect(await found('queue=default')).toBe(false)
    })

    test.each([
      ['state=lost', 'API_INVALID_INPUT'],
      ['limit=0', 'API_INVALID_INPUT'],
      ['cursor=x', 'API_INVALID_CURSOR'],
    ])('a list with %s is refused', async (query, code) => {
      expect(await running().caller.get(`${PATH}?${query}`)).toMatchObject({ status: 400, body: { code } })
    })

    test('queues tell how many jobs are open in each, empty ones included', async () => {
      const { caller } = running()
      const before = await caller.get<{ items: Queue[] }>('/api/v1/queues')
      expect(before.body.items.map(({ queue }) => queue)).toEqual(['default', 'pattern'])
      const scheduled = ({ items }: { items: Queue[] }) =>
        items.find(({ queue }) => queue === 'pattern')?.scheduled
      await aScheduledJob('Counted')
      const after = await caller.get<{ items: Queue[] }>('/api/v1/queues')
      expect(scheduled(after.body)).toBe(Number(scheduled(before.body)) + 1)
    })

    test('the requests of other job queues are understood as they are written', async () => {
      const { caller } = running()
      const data = { lookbackDays: 14 }
      const type = 'pattern:analyze'
      const made = await caller.post<Job>(PATH, { type, data, options: { priority: 1, attempts: 3 } })
      expect(made).toMatchObject({
        status: 201,
        body: { status: 'pending', type: 'freight.analyze-patterns' },
      })
      const later = await caller.post<{ jobId: string }>(`${PATH}/schedule`, {
        type,
        data: { lookbackDays: 15 },
        delay: 300000,
      })
      const { jobId } = later.body
      expect(later).toMatchObject({ status: 201, body: { status: 'delayed' } })
      expect(await caller.get(`${PATH}/${jobId}`)).toMatchObject({
        body: { jobId, progress: 0, attempts: [] },
      })
      expect(await caller.get(`${PATH}/queues/metrics?type=${type}`)).toMatchObject({
        body: { items: [{ name: 'freight.analyze-patterns', active: expect.any(Number) }] },
      })
      expect(await caller.delete(`${PATH}/${jobId}`)).toMatchObject({ body: { status: 'cancelled' } })
      expect(await caller.post(`${PATH}/${jobId}/retry`)).toMatchObject({ status: 200 })
      const metrics = expect.arrayContaining([
        expect.objectContaining({ name: 'pattern', active: expect.any(Number), paused: false }),
      ])
      expect(await caller.get(`${PATH}/health/check`)).toMatchObject({
        body: { status: 'healthy', queues: expect.any(Number), totalJobs: expect.any(Number), metrics },
      })
    })

    test('a scheduler is driven by the requests of another one', async () => {
      const { caller } = running()
      const nightly = { type: 'pattern:expire_suggestions', name: 'nightly', cron: '0 2 * * *' }
      const added = await caller.post<{ nextAt: string }>(`${PATH}/recurring`, nightly)
      const id = 'freight.expire-suggestions/nightly'
      const call = (method: 'get' | 'post', path: string) => caller[method](`/api/v1/scheduler/${path}`)
      const ok = (data: unknown) => ({ status: 200, body: { success: true, data } })
      expect(await call('get', 'status')).toMatchObject(
        ok({ isRunning: true, activeJobs: expect.arrayContaining([id]) }),
      )
      expect(await call('post', 'stop')).toMatchObject(ok({ status: 'stopped' }))
      expect(await call('post', 'start')).toMatchObject(ok({ status: 'running' }))
      expect(await call('post', 'trigger/nightly')).toMatchObject(ok({ scheduleId: id }))
      expect(await call('get', 'next-sync-times')).toMatchObject(ok({ [id]: added.body.nextAt }))
      expect(await call('get', 'history')).toMatchObject(
        ok(expect.arrayContaining([expect.objectContaining({ scheduleId: id, outcome: 'enqueued' })])),
      )
      expect(await caller.post(`${PATH}/recurring`, nightly)).toMatchObject({
        status: 409,
        body: { code: 'JOBS_SCHEDULE_EXISTS' },
      })
    })

    const GOOD = { type: 'pattern:analyze' }

    test.each([
      ['without a type', {}, 400, '/type'],
      ['of no known type', { type: 'file-analysis' }, 422, '/type'],
      ["of the engine's own", { type: 'jobs.clean-up' }, 422, '/type'],
      ['with an unknown field', { ...GOOD, tenantId: 'stranger' }, 400, '/tenantId'],
      ['with a priority out of bounds', { ...GOOD, options: { priority: 101 } }, 400, '/options/priority'],
      ['with no attempt', { ...GOOD, options: { attempts: 0 } }, 400, '/options/attempts'],
      ['with a delay that is none', { ...GOOD, options: { delay: 'soon' } }, 400, '/options/delay'],
      ['with a delay beyond all numbers', { ...GOOD, options: { delay: 1e300 } }, 400, '/options/delay'],
      ['with a part of a millisecond', { ...GOOD, options: { delay: 1e-7 } }, 400, '/options/delay'],
      [
        'with a backoff of less',
        { ...GOOD, options: { backoff: { cap: 0.5 } } },
        400,
        '/options/backoff/cap',
      ],
      ['about nothing that is', { ...GOOD, options: { subject: 'ACME' } }, 400, '/options/subject'],
      ['with wrong data', { ...GOOD, data: { lookbackDays: 0 } }, 422, '/data/lookbackDays'],
      [
        'with a file that is no base64',
        {
          type: 'email:send',
          data: {
            ...{ to: 'jo@example.com', subject: 'Hello', text: '' },
            attachments: [{ filename: 'a.pdf', content: '%%%', encoding: 'base64' }],
          },
        },
        422,
        '/data/attachments/0/content',
      ],
      ['with unknown data', { ...GOOD, data: { depth: 3 } }, 422, '/data/depth'],
    ])('a job %s is refused, and the field is named', async (_, body, status, field) => {
      const answer = await running().caller.post(PATH, body)
      expect(answer).toMatchObject({ status, body: { errors: [{ field }] } })
    })

    test.each([
      ['schedule', { ...GOOD }, 400, 'API_INVALID_INPUT'],
      ['schedule', { ...GOOD, delay: '1h', runAt: '2040-01-01T00:00:00Z' }, 400, 'API_INVALID_INPUT'],
      ['schedule', { ...GOOD, runAt: '0027-12-24T00:00:00Z' }, 400, 'API_INVALID_INPUT'],
      ['recurring', { ...GOOD, cron: 'every day' }, 400, 'TIME_INVALID_CRON'],
      ['recurring', { ...GOOD, cron: '0 2 * * *', timeZone: 'Mars/Base' }, 400, 'JOBS_INVALID_SCHEDULE'],
      ['recurring', { type: 'jobs.clean-up', cron: '0 2 * * *' }, 422, 'API_UNKNOWN_TYPE'],
    ])('POST /jobs/%s of %j is refused', async (path, body, status, code) => {
      expect(await running().caller.post(`${PATH}/${path}`, body)).toMatchObject({ status, body: { code } })
    })

    test('a job asked for twice under one Idempotency-Key is one job, and another one under it is refused', async () => {
      const ask = (lookbackDays: number) =>
        fetch(`${running().url}${PATH}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${KEY}`,
            'content-type': 'application/json',
            'idempotency-key': 'once',
          },
          body: JSON.stringify({ ...GOOD, data: { lookbackDays }, options: { delay: '1h' } }),
        })
      const [first, second] = [await ask(20), await ask(20)]
      expect([first.status, second.status]).toEqual([201, 201])
      expect(await second.text()).toBe(await first.text())
      expect((await ask(21)).status).toBe(422)
    })

    test('of many jobs at once those that cannot be are told by their lines', async () => {
      const lines = [JSON.stringify({ ...GOOD, options: { delay: '1h' } }), '{', '{"data":{}}', '']
      const { body } = await running().caller.upload(`${PATH}/bulk`, 'application/x-ndjson', lines.join('\n'))
      expect(body).toMatchObject([
        { line: 1, jobId: expect.any(String) },
        { line: 2, error: { code: 'API_INVALID_INPUT' } },
        { line: 3, error: { errors: [{ field: '/type', message: 'is missing' }] } },
      ])
    })

    test('a queue is paused by name, for all only by owners, and resumed only while it is paused', async () => {
      const { caller } = running()
      const admin = await aStranger(running(), 'paused')
      expect(await admin.post('/api/v1/queues/pattern/pause?scope=all')).toMatchObject({
        status: 403,
        body: { code: 'API_OWNERS_ONLY' },
      })
      expect(await caller.post('/api/v1/queues/patern/pause')).toMatchObject({ status: 422 })
      expect(await caller.post('/api/v1/queues/pattern/resume')).toMatchObject({ status: 409 })
    })

    test('resuming says who keeps the queue paused still, and the audit trail which pause is over', async () => {
      const { caller } = running()
      await caller.post('/api/v1/queues/pattern/pause?scope=all', { reason: 'a move' })
      await caller.post('/api/v1/queues/pattern/pause', { reason: 'a test' })
      const still = { queue: 'pattern', paused: true, reason: 'a move' }
      expect(await caller.post('/api/v1/queues/pattern/resume')).toMatchObject({ status: 200, body: still })
      const [entry] = await caller.all('/api/v1/audit-entries?action=queue.resume')
      expect(entry).toMatchObject({ before: { tenantId: 'default', reason: 'a test' }, after: null })
      const over = { paused: false, by: null, reason: null }
      expect(await caller.post('/api/v1/queues/pattern/resume?scope=all')).toMatchObject({ body: over })
    })

    test('the scheduler is written down as it was and as it is, and not when nothing changes', async () => {
      const caller = await aStranger(running(), 'written-down')
      for (const verb of ['start', 'stop', 'stop', 'start'])
        expect(await caller.post(`/api/v1/scheduler/${verb}`)).toMatchObject({ status: 200 })
      const entries = await caller.all<{ action: string }>(
        '/api/v1/audit-entries?object=scheduler:written-down',
      )
      const [asBefore, stopped] = [{ status: 'running' }, { status: 'stopped', by: expect.any(String) }]
      expect(entries).toMatchObject([
        { action: 'scheduler.start', before: stopped, after: asBefore },
        { action: 'scheduler.stop', before: asBefore, after: stopped },
      ])
    })

    test('only owners are told on which machines the processes run', async () => {
      const stranger = await aStranger(running(), 'curious')
      const [toAll] = (await stranger.get<{ items: object[] }>('/api/v1/workers')).body.items
      expect(Object.keys(toAll ?? {})).not.toEqual(expect.arrayContaining(['host']))
      expect(toAll).toMatchObject({ running: 0, ticks: true })
      const [toOwner] = (await running().caller.get<{ items: object[] }>('/api/v1/workers')).body.items
      expect(toOwner).toMatchObject({ host: expect.any(String), pid: process.pid })
    })

    test('a name and another type are not searched for together', async () => {
      const both = 'name=freight.analyze-patterns&type=pattern:analyze'
      for (const path of ['jobs', 'statistics'])
        expect(await running().caller.get(`/api/v1/${path}?${both}`)).toMatchObject({
          status: 400,
          body: { code: 'JOBS_INVALID_OPTION' },
        })
    })
  },
  { FREIGHT_ANALYSIS_DEBOUNCE: '1h', FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '2h' },
)
