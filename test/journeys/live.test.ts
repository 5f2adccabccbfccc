import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'

import { newId } from '../../src/database/index.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import type { ImportReport } from '../../src/domain/freight/import/import-shipments.js'
import { tellImport } from '../../src/domain/freight/import/tell-import.js'
import { publish, type LiveEvent } from '../../src/events/index.js'
import type { AlertView } from '../../src/queue/index.js'
import { systemClock } from '../../src/time/index.js'
import { exampleOf } from './live-example.js'
import { Caller } from './caller.js'
import { LiveClient } from './live-client.js'
import { aStrangersKey, KEY, start, type Running } from './running-app.js'

interface Job {
  readonly jobId: string
  readonly status: string
}

interface Made {
  readonly user: { readonly id: string }
}

interface Key {
  readonly id: string
  readonly secret: string
}

interface Events {
  readonly events: readonly { readonly number: number; readonly data: unknown }[]
  readonly reached: number
}

for (const kind of inject('databaseKinds')) {
  describe(`live events on ${kind}`, () => {
    let place: Awaited<ReturnType<typeof copyTemplate>>
    /** Two processes on one server; an embedded database is one process's. */
    let processes: Running[]
    let running: Running
    const clients: LiveClient[] = []

    beforeAll(async () => {
      place = await copyTemplate(kind)
      const { folder, url } = place.place
      const where = folder === undefined ? { DATABASE_URL: url } : { LINEHAUL_DATA_DIR: folder }
      running = await start(where)
      processes = kind === 'server' ? [running, await start(where)] : [running]
    })
    afterEach(() => {
      for (const client of clients.splice(0)) client.close()
    })
    afterAll(async () => {
      for (const { app } of processes ?? []) await app.close()
      await place?.remove()
    })

    function connect(token: string | null = KEY, { url } = running, handshake = {}): LiveClient {
      const client = new LiveClient(url, token, handshake)
      clients.push(client)
      return client
    }

    async function connected(token?: string, at?: Running): Promise<LiveClient> {
      const client = connect(token, at)
      await client.next('welcome')
      return client
    }

    const tell = (event: Partial<LiveEvent>, { app } = running) =>
      publish(app.database, [
        { tenantId: 'default', stream: 'tenant', type: 'said', data: {}, needs: 'lanes.read', ...event },
      ])
    const says = (data: unknown) => (told: { data: unknown }) => told.data === data
    const codeOf = (told: { data: unknown }) => (told.data as { code: string }).code
    const makeKey = async (key: object) =>
      (await running.caller.post<Key>('/api/v1/api-keys', { name: newId(), role: 'admin', ...key })).body
    const analysis = () => ({ type: 'freight.analyze-patterns', data: { customerId: newId() } })

    const makeJob = async (job: object = analysis()) => {
      const body = { ...job, options: { delay: 3_600_000 } }
      return (await running.caller.post<Job>('/api/v1/jobs', body)).body.jobId
    }

    test('an event reaches the clients of every process, with its number, as soon as it is committed', async () => {
      const all = await Promise.all(processes.map((process) => connected(KEY, process)))
      for (const process of processes) await tell({ data: process.url }, process)
      for (const client of all) {
        const heard = await Promise.all(processes.map(({ url }) => client.next('said', says(url))))
        expect(heard.map(({ meta }) => meta)).toEqual(
          heard.map((_, n) => ({
            stream: 'tenant',
            number: (heard[0]?.meta?.number ?? 0) + n,
            at: expect.any(String),
          })),
        )
      }
    })

    test('whoever is nobody is refused, and a secret in the address is not looked at', async () => {
      for (const [token, url] of [
        ['lh_no_key', running.url],
        [null, `${running.url}?token=${KEY}`],
      ] as const)
        expect(codeOf(await connect(token, { ...running, url }).next('connect_error'))).toBe(
          'API_UNAUTHORIZED',
        )
    })

    test('nobody gets what is not theirs: another tenant, another person, what their scopes do not allow', async () => {
      const narrow = await connected((await makeKey({ scopes: ['jobs.read'] })).secret)
      const stranger = await connected(await aStrangersKey(running, 'stranger'))
      const own = await connected()
      await tell({ data: 'of the tenant' })
      await tell({ stream: 'user:somebody', data: 'of a person' })
      await tell({ stream: 'job:not-watched', needs: 'jobs.read', data: 'of a job' })
      await tell({ tenantId: 'stranger', data: 'of the stranger' })
      await tell({ needs: 'jobs.read', data: 'the last' })
      await stranger.next('said')
      await narrow.next('said', says('the last'))
      await own.next('said', says('the last'))
      const saidTo = (client: LiveClient) =>
        client.told.flatMap(({ type, data }) => (type === 'said' ? [data] : []))
      expect([own, narrow, stranger].map(saidTo)).toEqual([
        ['of the tenant', 'the last'],
        ['the last'],
        ['of the stranger'],
      ])
    })

    test('a client that is cut off again and again misses nothing and gets nothing twice', async () => {
      const client = await connected()
      const from = client.numbersOf('tenant').length
      for (let n = 1; n <= 20; n++) {
        await Promise.all(Array.from({ length: 10 }, (_, one) => tell({ data: `${n}-${one}` })))
        if (n % 3 === 0) await client.cut()
      }
      await tell({ data: 'over' })
      await client.next('said', says('over'))
      const numbers = client.numbersOf('tenant').slice(from)
      const first = numbers[0] ?? 0
      expect(numbers).toEqual(Array.from({ length: 201 }, (_, n) => first + n))
      expect(client.told.filter(({ type }) => type === 'gap')).toEqual([])
    })

    test('who asks for what is not kept any more is told where it goes on', async () => {
      await tell({ data: 'forgotten' })
      const before = await connected()
      const number = (before.told[0]?.data as { streams: { tenant: number } }).streams.tenant
      await running.app.database.query('DELETE FROM linehaul.live_event WHERE number <= $1', [number])
      const late = connect(KEY, running, { after: { tenant: 0 } })
      expect((await late.next('gap')).data).toEqual({ stream: 'tenant', after: 0, from: number })
      await tell({ data: 'goes on' })
      expect((await late.next('said')).meta?.number).toBe(number + 1)
    })

    test('a watched job tells how it changes, in every process, once; others do not', async () => {
      const [jobId, other] = [await makeJob(), await makeJob()]
      const all = await Promise.all(processes.map((process) => connected(KEY, process)))
      for (const client of all)
        expect(await client.send('watch', { jobIds: [jobId] })).toMatchObject({
          jobs: [{ jobId, status: 'delayed', number: 0 }],
        })
      for (const id of [other, jobId]) await running.caller.delete(`/api/v1/jobs/${id}`)
      for (const client of all)
        expect(
          await client.next('job.updated', ({ data }) => (data as Job).status === 'cancelled'),
        ).toMatchObject({
          data: { jobId, state: 'cancelled', attempt: 0 },
          meta: { stream: `job:${jobId}`, number: 1 },
        })
      await tell({ data: 'later' })
      for (const client of all) {
        await client.next('said', says('later'))
        expect(client.told.filter(({ type }) => type === 'job.updated')).toHaveLength(1)
      }
    })

    test('a job that is done is as far for those who watch it as over HTTP, though it never said how far it is', async () => {
      const [jobId, client] = [await makeJob(), await connected()]
      await client.send('watch', { jobIds: [jobId] })
      await running.caller.post(`/api/v1/jobs/${jobId}/retry`)
      const isDone = ({ data }: { data: unknown }) => (data as Job).status === 'completed'
      const far = { status: 'completed', progress: 100, step: null, message: null }
      expect(await client.next('job.updated', isDone)).toMatchObject({ data: { jobId, ...far } })
      expect(await client.send('watch', { jobIds: [jobId] })).toMatchObject({ jobs: [far] })
      expect(await running.caller.get(`/api/v1/jobs/${jobId}/progress`)).toMatchObject({ body: far })
    })

    test('a refusal leaves what is watched as it was, and a job named twice is watched once', async () => {
      const [jobId, client] = [await makeJob(), await connected()]
      const watched = await client.send<{ jobs: Job[] }>('watch', { jobIds: [jobId, jobId] })
      expect(watched.jobs.map((job) => job.jobId)).toEqual([jobId])
      const refused = await client.send('watch', { jobIds: [jobId, 'none'] })
      expect(refused.problem?.code).toBe('JOBS_NOT_FOUND')
      await running.caller.delete(`/api/v1/jobs/${jobId}`)
      await client.next('job.updated')
      expect(client.numbersOf(`job:${jobId}`)).toEqual([1])
    })

    test('who resumes a stream gets again what came after a number, then what happens, nothing twice', async () => {
      const client = await connected()
      for (const data of ['r1', 'r2', 'r3']) await tell({ data })
      const first = (await client.next('said', says('r1'))).meta?.number ?? 0
      await client.next('said', says('r3'))
      const from = client.numbersOf('tenant').length
      const resumed = client.send('resume', { stream: 'tenant', after: first })
      await tell({ data: 'r4' })
      expect(await resumed).toEqual({ stream: 'tenant' })
      await client.next('said', says('r4'))
      const again = client.numbersOf('tenant').slice(from)
      const since = again.slice(again.lastIndexOf(first + 1))
      expect(since).toEqual([first + 1, first + 2, first + 3])
    })

    test("what a client may not say is refused, and another tenant's job is none", async () => {
      const jobId = await makeJob()
      const stranger = await connected(await aStrangersKey(running, 'curious'))
      const bystander = await connected()
      const codeFor = async (name: string, ...said: unknown[]) =>
        (await stranger.send(name, ...said)).problem?.code
      expect(await codeFor('watch', { jobIds: [jobId] })).toBe('JOBS_NOT_FOUND')
      expect(await codeFor('watch', { jobIds: [] })).toBe('API_INVALID_MESSAGE')
      expect(await codeFor('watch')).toBe('API_INVALID_MESSAGE')
      expect(await codeFor('resume', { stream: `job:${jobId}`, after: 0 })).toBe('API_NOT_YOUR_STREAM')
      expect(await codeFor('said', 'to everybody')).toBe('API_UNKNOWN_MESSAGE')
      stranger.say('watch', { jobIds: ['x'.repeat(20_000)] })
      await stranger.next('disconnect')
      await tell({ data: 'all was quiet' })
      await bystander.next('said', says('all was quiet'))
      expect(bystander.told.filter(({ type }) => type === 'said')).toHaveLength(1)
    })

    test('who talks too much has to go', async () => {
      const client = await connected()
      for (let n = 0; n < 60; n++) client.say('unwatch', { jobIds: ['a'] })
      expect(codeOf(await client.next('refused'))).toBe('API_TOO_MANY_MESSAGES')
    })

    test('a key that is revoked is cut off', async () => {
      const key = await makeKey({})
      const gone = await connected(key.secret)
      await running.caller.delete(`/api/v1/api-keys/${key.id}`)
      expect(codeOf(await gone.next('refused'))).toBe('API_UNAUTHORIZED')
      expect((await gone.next('disconnect')).data).toBe('io server disconnect')
    })

    test('rights that change, change what comes; a session that ends, ends its sockets', async () => {
      const ann = { email: `${newId()}@example.com`, password: 'a password of her own' }
      const made = await running.caller.post<Made>('/api/v1/users', { ...ann, name: 'Ann', role: 'manager' })
      const { id } = made.body.user
      const nobody = new Caller(running.url, undefined)
      const signedIn = await nobody.post<{ accessToken: string }>('/api/v1/auth/sign-in', ann)
      const client = await connected(signedIn.body.accessToken)
      const token = signedIn.body.accessToken
      await new Caller(running.url, token).post('/api/v1/notifications/test')
      const notice = (await client.next('notification.created')).data as { id: string }
      expect(await client.send('ack', { notificationIds: [notice.id] })).toEqual({})
      expect(await (await connected()).send('ack', { notificationIds: [notice.id] })).toMatchObject({
        problem: { code: 'ACCESS_NOT_SIGNED_IN' },
      })
      expect(await client.send('ack', { notificationIds: [notice.id, newId()] })).toMatchObject({
        problem: { code: 'NOTIFICATIONS_NOT_FOUND' },
      })
      const shown = await new Caller(running.url, token).get(`/api/v1/notifications/${notice.id}`)
      expect(shown.body).toMatchObject({ deliveredAt: expect.any(String) })
      await tell({ needs: 'audit.read', data: 'of admins' })
      await tell({ stream: `user:${id}`, data: 'hers' })
      await client.next('said', says('hers'))
      await running.caller.patch(`/api/v1/users/${id}`, { role: 'admin' })
      await client.next('rights')
      await tell({ needs: 'audit.read', data: 'of admins, her among them' })
      await client.next('said', says('of admins, her among them'))
      expect(client.told.flatMap(({ type, data }) => (type === 'said' ? [data] : []))).toEqual([
        'hers',
        'of admins, her among them',
      ])
      await running.caller.delete(`/api/v1/users/${id}/sessions`)
      expect((await client.next('refused')).data).toMatchObject({
        ...{ code: 'API_UNAUTHORIZED', detail: expect.stringContaining('sign in again') },
      })
    })

    test('counts are told once they change', async () => {
      const client = await connected()
      const delayed = ({ data }: { data: unknown }) =>
        (data as { queues: { queue: string; scheduled: number }[] }).queues.find(
          ({ queue }) => queue === 'default',
        )?.scheduled ?? 0
      const before = delayed(await client.next('jobs.counted'))
      // Not in the queue of analyses: those of the shipments that other tests bring in become due while this one runs.
      await makeJob({
        type: 'email:send',
        data: { to: 'a@linehaul.example', subject: 'Later', text: 'Later' },
      })
      await client.next('jobs.counted', (told) => delayed(told) === before + 1)
    })

    test('the example of the page follows what happens, and goes on where it was after a cut', async () => {
      const follow = await exampleOf('docs/live.md')
      const [shown, socket] = follow(running.url, { getToken: async () => KEY })
      await socket.until('welcome')
      await tell({ data: 1 })
      await shown.next(1)
      socket.cut()
      await tell({ data: 2 })
      await tell({ data: 3 })
      await shown.next(3)
      socket.stop()
      expect(shown.all).toEqual([1, 2, 3])
    })

    test('who has no socket asks for what came after a number', async () => {
      const { body: begin } = await running.caller.get<Events>('/api/v1/events')
      const live = await connected()
      await tell({ data: 'asked for' })
      await tell({ data: 'also' })
      await live.next('said', says('also'))
      const after = (query: string) => running.caller.get<Events>(`/api/v1/events?${query}`)
      expect((await after(`after=${begin.reached}&limit=1`)).body).toMatchObject({
        ...{
          events: [{ number: begin.reached + 1, data: 'asked for' }],
          reached: begin.reached + 1,
          hasMore: true,
        },
      })
      expect(await after('stream=user:somebody')).toMatchObject({
        status: 403,
        body: { code: 'API_NOT_YOUR_STREAM' },
      })
    })

    test('an import that is cut short is told too, in a sentence that says what is safe', async () => {
      const client = await connected()
      async function* cutShort() {
        yield { kind: 'committed', throughLine: 40 } as ImportReport
        throw new Error('the line went dead')
      }
      const errors: unknown[] = []
      const reports = tellImport(cutShort(), {
        ...{ database: running.app.database, clock: systemClock, tenantId: 'default' },
        onError: (error) => errors.push(error),
      })
      await reports.next()
      await expect(reports.next()).rejects.toThrow('the line went dead')
      expect((await client.next('sync_error')).data).toEqual({
        ...{ type: 'shipments', error: 'The import was cut short. All lines up to 40 are safe.' },
        ...{ duration: expect.any(Number), timestamp: expect.any(String) },
      })
      expect(errors).toEqual([])
    })

    test('an alert is told once however often it is raised, as the API has it', async () => {
      const client = await connected()
      const signals = running.app.engine.signals
      const shown = { id: newId(), queue: 'pattern', kind: 'depth', message: 'Too many.' }
      const alert = { ...shown, tenantId: 'default' }
      signals.emit('alert.raised', alert as unknown as AlertView)
      signals.emit('alert.raised', alert as unknown as AlertView)
      const { data, meta } = await client.next('alert.raised')
      expect(data).toEqual(shown)
      await tell({ data: 'after the alert' })
      const after = await client.next('said', says('after the alert'))
      expect(after.meta?.number).toBe((meta?.number ?? 0) + 1)
    })

    test('an import that ends is told to everybody who may', async () => {
      const client = await connected()
      const lines = '{"customer":"Sync","completedAt":"2026-01-05T08:00:00Z"}\n'
      await running.caller.upload('/api/v1/shipments/import', 'application/x-ndjson', lines)
      const { data } = await client.next('sync_completed')
      expect(data).toEqual({
        ...{ type: 'shipments', duration: expect.any(Number), timestamp: expect.any(String) },
        results: { lines: 1, created: expect.any(Number), existing: 0, rejected: expect.any(Number) },
      })
    })

    test('a process that stops sends its clients away, who come back once they can', async () => {
      const last = processes.at(-1) ?? running
      const client = await connected(KEY, last)
      await last.app.close()
      processes = processes.filter((process) => process !== last)
      expect((await client.next('disconnect')).data).toBe('transport close')
    })
  })
}
