import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { runJob } from '../../testing/run-job.js'
import { Preferences } from '../preferences/preferences.js'
import { MailServer } from '../testing/mail-server.js'
import { aNotifications, type Fixture } from '../testing/notifications-fixture.js'
import { Mails } from './mails.js'
import { Postman } from './postman.js'
import { sendMail } from './send-mail.job.js'

let server: MailServer
beforeAll(async () => void (server = await MailServer.open()))
afterAll(() => server?.close())
beforeEach(() => server.reset())

const AT_NOON = { from: '11:00', to: '14:00' }

onEachDatabase((database) => {
  const enqueue = async () => undefined
  const mails = () => new Mails({ database: database(), enqueue })
  const onlyOf = async ({ tenantId }: Fixture) => {
    const listed = await mails().list({ tenantId, limit: 2 })
    expect(listed).toHaveLength(1)
    return listed[0] as (typeof listed)[number]
  }
  const send = async (f: Fixture) => {
    const smtp = { host: '127.0.0.1', port: server.port, tls: 'none', from: 'linehaul@example.com' } as const
    const { clock, notifications } = f
    const { notify } = notifications
    const postman = new Postman({ database: database(), enqueue, notify, clock, smtp })
    const { id: deliveryId } = await onlyOf(f)
    return runJob(sendMail, { deliveryId }, { postman }, { tenantId: f.tenantId })
  }
  const aReader = async (parts: object) => {
    const f = await aNotifications(database())
    const owner = { tenantId: f.tenantId, userId: await f.aUser() }
    const channels = { medium: ['email'], low: ['email'] }
    await f.notifications.preferences.put(owner, Preferences.parse({ channels, ...parts }))
    return { f, owner }
  }

  test('a mail whose notice is of no use any more is not sent, and says so; a critical one is', async () => {
    const { f } = await aReader({})
    await f.tell({ priority: 'low', expiresAt: new Date('2026-06-30T13:00:00Z') })
    f.clock.advance('1h')
    expect(await send(f)).toMatchObject({ state: 'cancelled', error: { message: expect.any(String) } })
    expect(await onlyOf(f)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('time was over'),
    })
    expect(server.received).toEqual([])

    const { f: other } = await aReader({})
    await other.tell({ priority: 'critical', expiresAt: new Date('2026-06-30T13:00:00Z') })
    other.clock.advance('1h')
    expect(await send(other)).toMatchObject({ state: 'done' })
    expect(server.received).toHaveLength(1)
  })

  test('a mail that is late waits for the end of the quiet hours that have begun since', async () => {
    const { f } = await aReader({ quietHours: AT_NOON })
    await f.tell({ priority: 'low' })
    f.clock.advance('23h') // nothing ran when it was due, at two
    expect(await send(f)).toMatchObject({ state: 'snoozed', delayMs: 3 * 3_600_000 })
    const end = new Date('2026-07-01T14:00:00Z')
    expect(await onlyOf(f)).toMatchObject({ state: 'pending', attempts: 0, dueAt: end })
    f.clock.advance('3h')
    expect(await send(f)).toMatchObject({ state: 'done', result: { state: 'sent' } })
  })

  test('a late mail that is high heeds no quiet hours, nor does one that somebody wants sent now', async () => {
    const { f } = await aReader({ quietHours: AT_NOON })
    await f.tell({ priority: 'high' })
    f.clock.advance('1d')
    expect(await send(f)).toMatchObject({ state: 'done', result: { state: 'sent' } })

    const { f: other } = await aReader({ quietHours: AT_NOON })
    await other.tell({ priority: 'low' })
    await mails().resend({ tenantId: other.tenantId, id: (await onlyOf(other)).id }, 'user:ann')
    expect(await send(other)).toMatchObject({ state: 'done', result: { state: 'sent' } })
  })

  test('a digest that is late waits as well', async () => {
    const { f, owner } = await aReader({ digest: { every: 'hourly', hour: 8 }, quietHours: AT_NOON })
    await f.tell({ priority: 'low' })
    f.clock.advance('2h')
    await f.notifications.digests.send(owner)
    f.clock.advance('21h')
    expect(await send(f)).toMatchObject({ state: 'snoozed', delayMs: 3 * 3_600_000 })
  })
})
