import { readFile } from 'node:fs/promises'

import { beforeAll, expect, test } from 'vitest'

import { ALL_JOBS } from '../../src/all-jobs.js'
import { Caller } from './caller.js'
import type { Job } from './freight-data.js'
import { onEachRunningApp } from './running-app.js'

const JOBS = '/api/v1/jobs'
const ID = '0199a0f0-0000-7000-8000-000000000000'
const MAIL = { to: 'jo@example.com', subject: 'Hello', text: 'Hi' }
const LATER = { delay: '1h' }

const OF_A_MAIL = { type: 'notifications.send-mail', data: { deliveryId: ID } }

onEachRunningApp((running) => {
  /** Creates jobs, and manages no mails: as a manager, and as an admin's key that is for jobs alone. */
  const lesser: Caller[] = []

  beforeAll(async () => {
    const { caller, url } = running()
    const scopes = ['jobs.read', 'jobs.create', 'jobs.control']
    const keys = [
      { name: 'manager', role: 'manager', scopes },
      { name: 'narrow', role: 'admin', scopes: [...scopes, 'schedules.manage'] },
    ]
    for (const key of keys) {
      const { body } = await caller.post<{ secret: string }>('/api/v1/api-keys', key)
      lesser.push(new Caller(url, body.secret))
    }
  })

  test.each([
    [OF_A_MAIL.type, OF_A_MAIL.data, '/mails/{id}/resend'],
    ['email:send', OF_A_MAIL.data, '/mails/{id}/resend'],
    ['notifications.send-webhook', { deliveryId: ID }, '/redeliver'],
    ['notifications.spread-notice', { notificationId: ID }, 'follows from a notice'],
    ['notifications.ring-inbox', { notificationId: ID, userIds: [] }, 'follows from a notice'],
    ['notifications.send-digest', { userId: ID }, 'follows from a notice'],
    ['freight.tell-suggestions', {}, '/lane-suggestions'],
  ])(
    'nobody asks for a job of %s with %o by hand, and what to do instead is told',
    async (type, data, instead) => {
      const { caller } = running()
      const refused = {
        status: 422,
        body: { code: 'API_NOT_BY_HAND', detail: expect.stringContaining(instead) as string },
      }
      expect(await caller.post(JOBS, { type, data })).toMatchObject(refused)
      expect(await caller.post(`${JOBS}/schedule`, { type, data, ...LATER })).toMatchObject(refused)
      expect(await caller.post(`${JOBS}/recurring`, { type, data, cron: '0 2 * * *' })).toMatchObject(refused)
      const { body } = await caller.upload(
        `${JOBS}/bulk`,
        'application/x-ndjson',
        JSON.stringify({ type, data }),
      )
      expect(body).toMatchObject([{ line: 1, error: refused.body }])
    },
  )

  test('whoever may create jobs sends new mails, and those that are kept only if they may manage mails', async () => {
    const forbidden = {
      status: 403,
      body: { code: 'API_FORBIDDEN', detail: expect.stringContaining('"mails.manage"') as string },
    }
    for (const caller of lesser) {
      expect(await caller.post(JOBS, { type: 'email:send', data: MAIL })).toMatchObject({ status: 201 })
      for (const type of ['email:process_queue', 'email:send'])
        expect(await caller.post(JOBS, { type, data: {} })).toMatchObject(forbidden)
    }
    const nightly = { type: 'email:process_queue', cron: '0 2 * * *' }
    expect(await lesser[1]?.post(`${JOBS}/recurring`, nightly)).toMatchObject(forbidden)
    expect(await running().caller.post(`${JOBS}/recurring`, nightly)).toMatchObject({ status: 201 })
    expect(await running().caller.post(JOBS, { type: 'email:process_queue' })).toMatchObject({ status: 201 })
  })

  test('a job that is over goes on with its own data, and is given no others that could not be asked for', async () => {
    for (const caller of lesser) {
      const { body } = await caller.post<Job>(JOBS, { type: 'email:send', data: MAIL, options: LATER })
      await caller.delete(`${JOBS}/${body.id}`)
      const dead = `/api/v1/dead-letters/${body.id}`
      const refused = { status: 422, body: { code: 'API_NOT_BY_HAND' } }
      expect(await caller.patch(dead, { data: OF_A_MAIL.data })).toMatchObject(refused)
      expect(await caller.post(`${dead}/replay`, { data: OF_A_MAIL.data })).toMatchObject(refused)
      expect(await caller.post(`${dead}/replay`, { data: {} })).toMatchObject({ status: 403 })
      expect(await caller.patch(dead, { data: { ...MAIL, text: 'Hi Jo' } })).toMatchObject({ status: 200 })
      expect(await caller.post(`${dead}/replay`)).toMatchObject({ status: 200 })
    }
  })
})

test('the page on the API lists all types that can be asked for, and no other', async () => {
  const [, from = ''] = (await readFile('docs/api.md', 'utf8')).split('What can be asked for, ')
  const [table = ''] = from.split('\n#')
  const listed = [...table.matchAll(/^\| `([\w:.-]+)` +\|/gm)].map(([, name]) => name)
  const isForPeople = ({ byHand }: (typeof ALL_JOBS)[number]) => !('instead' in (byHand?.({}) ?? {}))
  const names = ALL_JOBS.filter(isForPeople).flatMap(({ name, aliases }) => [name, ...aliases])
  expect(listed.sort()).toEqual(names.sort())
})
