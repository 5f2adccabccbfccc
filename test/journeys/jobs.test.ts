import { expect, test } from 'vitest'

import { aShipment, type Job } from './freight-data.js'
import { onEachRunningApp } from './running-app.js'

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
  },
  { FREIGHT_ANALYSIS_DEBOUNCE: '1h', FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '2h' },
)
