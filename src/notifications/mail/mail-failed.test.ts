import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { runJob } from '../../testing/run-job.js'
import { MailServer } from '../testing/mail-server.js'
import { Preferences } from '../preferences/preferences.js'
import { aNotifications, type Fixture } from '../testing/notifications-fixture.js'
import { Mails } from './mails.js'
import { Postman } from './postman.js'
import { sendMail } from './send-mail.job.js'
import type { SendMailPayload } from './send-mail-payload.js'

let server: MailServer
beforeAll(async () => void (server = await MailServer.open()))
afterAll(() => server?.close())
beforeEach(() => server.reset())

const MAIL = { to: 'jo@example.com', subject: 'Hello', text: 'Hi' } as unknown as SendMailPayload

onEachDatabase((database) => {
  const enqueue = async () => undefined
  const send = (
    { clock, notifications: { notify }, tenantId }: Fixture,
    payload: SendMailPayload,
    more: object,
  ) => {
    const smtp = { host: '127.0.0.1', port: server.port, tls: 'none', from: 'linehaul@example.com' } as const
    const postman = new Postman({ database: database(), enqueue, notify, clock, smtp })
    return runJob(sendMail, payload, { postman }, { tenantId, ...more })
  }
  const inboxOf = async (f: Fixture, userId: string) => {
    await f.runDue()
    const items = await f.notifications.inbox.list({ tenantId: f.tenantId, userId }, { limit: 10 })
    return items.map(({ title, message }) => `${title}: ${message}`)
  }
  const TOLD = expect.stringMatching(
    /^A mail to jo@example\.com has failed: Nothing tries it again.* 550/s,
  ) as string

  test('a mail that is refused is told to the admins, once, however often it is sent again', async () => {
    const f = await aNotifications(database())
    const [admin, manager] = [await f.aUser({ role: 'admin' }), await f.aUser({ role: 'manager' })]
    server.refuses = () => 550
    const jobId = newId()
    expect(await send(f, MAIL, { jobId })).toMatchObject({ state: 'dead' })
    expect(await inboxOf(f, admin)).toEqual([TOLD])
    await new Mails({ database: database(), enqueue }).resend({ tenantId: f.tenantId, id: jobId }, 'user:a')
    expect(await send(f, { deliveryId: jobId }, {})).toMatchObject({ state: 'dead' })
    expect(await inboxOf(f, admin)).toEqual([TOLD])
    expect(await inboxOf(f, manager)).toEqual([])
  })

  test('one that is put off is told after the last attempt alone', async () => {
    const f = await aNotifications(database())
    const admin = await f.aUser({ role: 'admin' })
    server.answer = { code: 451 }
    const jobId = newId()
    expect(await send(f, MAIL, { jobId, number: 4 })).toMatchObject({ state: 'retried' })
    expect(await inboxOf(f, admin)).toEqual([])
    expect(await send(f, MAIL, { jobId, number: 5 })).toMatchObject({ state: 'dead' })
    expect(await inboxOf(f, admin)).toEqual([expect.stringContaining('451')])
  })

  test('of a mail that tells a notice nothing more is told, so that none makes another', async () => {
    const f = await aNotifications(database())
    const admin = await f.aUser({ role: 'admin' })
    const byMail = Preferences.parse({ channels: { medium: ['in-app', 'email'] } })
    await f.notifications.preferences.put({ tenantId: f.tenantId, userId: admin }, byMail)
    server.refuses = () => 550
    await send(f, MAIL, { jobId: newId() })
    expect(await inboxOf(f, admin)).toEqual([TOLD])
    const [mail] = await new Mails({ database: database(), enqueue }).list({
      ...{ tenantId: f.tenantId, state: 'pending', limit: 2 },
    })
    expect(await send(f, { deliveryId: mail?.id ?? '' }, {})).toMatchObject({ state: 'dead' })
    expect(await inboxOf(f, admin)).toEqual([TOLD])
  })
})
