import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { Registry } from '../../queue/registry.js'
import { aClient } from '../../queue/testing/engine-fixture.js'
import { Preferences } from '../preferences/preferences.js'
import { MailServer } from '../testing/mail-server.js'
import { aNotifications, type Fixture } from '../testing/notifications-fixture.js'
import { Mail } from './mail.js'
import { Mails } from './mails.js'
import { Postman } from './postman.js'
import { sendMail } from './send-mail.job.js'
import type { ShownMail } from './shown-mail.js'

let server: MailServer
beforeAll(async () => void (server = await MailServer.open()))
afterAll(() => server?.close())
beforeEach(() => server.reset())

onEachDatabase((database) => {
  const enqueue = async () => undefined
  const mails = () => new Mails({ database: database(), enqueue })
  const listOf = ({ tenantId }: Fixture, filter: object = {}) =>
    mails().list({ tenantId, limit: 10, ...filter })
  const onlyOf = async (f: Fixture): Promise<ShownMail> => {
    const [mail, ...more] = await listOf(f)
    expect(more).toEqual([])
    expect(await mails().get({ tenantId: f.tenantId, id: mail?.id ?? '' })).toEqual(mail)
    return mail as ShownMail
  }
  const postman = ({ clock, notifications: { notify } }: Fixture, isReachable = true) => {
    const smtp = { host: '127.0.0.1', port: server.port, tls: 'none', from: 'linehaul@example.com' } as const
    return new Postman({ database: database(), enqueue, notify, clock, smtp: isReachable ? smtp : undefined })
  }
  const attemptOf = ({ tenantId }: Fixture, jobId = newId()) => ({
    ...{ jobId, tenantId, number: 1, maxAttempts: 5, signal: new AbortController().signal },
  })
  const post = async (f: Fixture, { isReachable = true, jobId = newId() } = {}) =>
    postman(f, isReachable).post({ kind: 'delivery', deliveryId: (await onlyOf(f)).id }, attemptOf(f, jobId))
  const moveTo = (userId: string, email: string) =>
    database().query('UPDATE linehaul.user_account SET email = $2 WHERE id = $1::uuid', [userId, email])
  const NOTICE = { priority: 'high', title: 'It\nbroke', message: 'Look & see' } as const

  describe('a mail of a notice', () => {
    test('is shown as it would be sent, is kept, and was sent', async () => {
      const f = await aNotifications(database())
      const userId = await f.aUser()
      await f.tell({ ...NOTICE, relatedEntities: [{ type: 'lane', id: '7', name: 'Ulm' }] })
      const shown = {
        ...{ to: [`${userId}@example.com`], subject: 'It broke' },
        ...{
          text: 'Look & see\n\nAbout: Ulm (lane)',
          html: expect.stringContaining('<p>Look &#38; see</p>'),
        },
      }
      expect(await onlyOf(f)).toMatchObject({ state: 'pending', recipient: `user:${userId}`, ...shown })
      await post(f, { isReachable: false })
      expect(await onlyOf(f)).toMatchObject({ state: 'kept', ...shown })
      await mails().resend({ tenantId: f.tenantId, id: (await onlyOf(f)).id }, 'user:ann')
      await post(f)
      expect(await onlyOf(f)).toMatchObject({ state: 'sent', ...shown })
      expect(server.received).toMatchObject([
        { to: shown.to, raw: expect.stringContaining('Subject: It broke\r\n') },
      ])
    })

    test('goes to the address of today, and went where it was sent', async () => {
      const f = await aNotifications(database())
      const userId = await f.aUser()
      await f.tell(NOTICE)
      const [then, today] = [`then-${userId}@example.com`, `today-${userId}@example.com`]
      await moveTo(userId, then)
      expect(await onlyOf(f)).toMatchObject({ to: [then] })
      await post(f)
      await moveTo(userId, today)
      expect(await onlyOf(f)).toMatchObject({ state: 'sent', to: [then] })
    })

    test('tells nothing of an account that is not of the tenant any more, nor of a notification that is gone', async () => {
      const f = await aNotifications(database())
      const userId = await f.aUser()
      await f.tell(NOTICE)
      await database().query('DELETE FROM linehaul.membership WHERE tenant_id = $1', [f.tenantId])
      expect(await onlyOf(f)).toMatchObject({ to: null, subject: 'It broke' })
      expect(await listOf(f, { recipient: `${userId}@example.com` })).toEqual([])
      await database().query('DELETE FROM linehaul.notification WHERE tenant_id = $1', [f.tenantId])
      expect(await onlyOf(f)).toMatchObject({ subject: null, text: null, html: null, notificationId: null })
      await expect(post(f)).rejects.toThrow('is gone')
    })

    test('of another tenant is none', async () => {
      const f = await aNotifications(database())
      const userId = await f.aUser()
      await f.tell(NOTICE)
      const { id } = await onlyOf(f)
      const other = await aNotifications(database())
      expect(await listOf(other, { recipient: `${userId}@example.com` })).toEqual([])
      await expect(mails().get({ tenantId: other.tenantId, id })).rejects.toMatchObject({
        code: 'NOTIFICATIONS_MAIL_NOT_FOUND',
      })
    })

    test('tells nothing of a notification of another tenant', async () => {
      const [f, other] = [await aNotifications(database()), await aNotifications(database())]
      for (const { aUser, tell } of [f, other]) {
        await aUser()
        await tell(NOTICE)
      }
      await database().query(
        `UPDATE linehaul.delivery SET notification_id = (SELECT id FROM linehaul.notification WHERE tenant_id = $2)
         WHERE tenant_id = $1`,
        [f.tenantId, other.tenantId],
      )
      expect(await onlyOf(f)).toMatchObject({ subject: null, text: null, html: null })
    })

    test('that many were told is read with their addresses at once', async () => {
      const f = await aNotifications(database())
      const users = [await f.aUser(), await f.aUser(), await f.aUser()]
      await f.tell(NOTICE)
      let queries = 0
      const counting = Object.assign(Object.create(database()) as ReturnType<typeof database>, {
        query: (...of: [string, unknown[]]) => {
          queries++
          return database().query(...of)
        },
      })
      const listed = await new Mails({ database: counting, enqueue }).list({
        tenantId: f.tenantId,
        limit: 10,
      })
      expect(listed.flatMap(({ to }) => to).sort()).toEqual(users.map((id) => `${id}@example.com`).sort())
      expect(queries).toBe(1)
    })
  })

  test('a digest is shown with what it collects, and whom it is for', async () => {
    const f = await aNotifications(database())
    const userId = await f.aUser()
    const owner = { tenantId: f.tenantId, userId }
    const hourly = Preferences.parse({ channels: { low: ['email'] }, digest: { every: 'hourly', hour: 8 } })
    await f.notifications.preferences.put(owner, hourly)
    await f.tell({ priority: 'low', title: 'One' })
    await f.tell({ priority: 'low', title: 'Two' })
    await f.notifications.digests.send(owner)
    expect(await onlyOf(f)).toMatchObject({
      to: [`${userId}@example.com`],
      subject: '2 notifications: One, …',
      text: expect.stringContaining('Two (low)'),
    })
  })

  test('mails are found by each of their addresses, in any letter case', async () => {
    const f = await aNotifications(database())
    const mail = Mail.parse({
      to: ['a@example.com', 'B@example.com'],
      bcc: 'c@example.com',
      subject: 'Hi',
      text: '',
    })
    await postman(f, false).post({ kind: 'mail', mail }, attemptOf(f))
    for (const recipient of ['a@example.com', 'b@example.com', 'C@example.com'])
      expect(await listOf(f, { recipient })).toMatchObject([{ subject: 'Hi', to: mail.to }])
    expect(await listOf(f, { recipient: 'example.com' })).toEqual([])
  })

  test('mails of notices are found by the address of today, by where they were sent, and by the user', async () => {
    const f = await aNotifications(database())
    const userId = await f.aUser()
    await f.tell(NOTICE)
    await post(f)
    const today = `today-${userId}@example.com`
    await moveTo(userId, today)
    for (const recipient of [today.toUpperCase(), `${userId}@example.com`, `user:${userId}`])
      expect(await listOf(f, { recipient })).toMatchObject([{ recipient: `user:${userId}` }])
    expect(await listOf(f, { recipient: 'somebody@example.com' })).toEqual([])
  })

  describe('a mail that is pending', () => {
    test('tells when quiet hours let it out, and that it is due once somebody wants it sent at once', async () => {
      const f = await aNotifications(database())
      const owner = { tenantId: f.tenantId, userId: await f.aUser() }
      const quiet = Preferences.parse({
        channels: { low: ['email'] },
        quietHours: { from: '11:00', to: '14:00' },
      })
      await f.notifications.preferences.put(owner, quiet)
      await f.tell({ priority: 'low' })
      const { id, dueAt } = await onlyOf(f)
      expect(dueAt).toEqual(new Date('2026-06-30T14:00:00Z'))
      const { after } = await mails().resend({ tenantId: f.tenantId, id }, 'user:ann')
      expect(after.dueAt).toEqual(after.changedAt)
      await post(f)
      expect(await onlyOf(f)).toMatchObject({ state: 'sent', dueAt: null })
    })

    test('tells when its job tries it next, and no time where that job is gone', async () => {
      const f = await aNotifications(database())
      await f.aUser()
      await f.tell(NOTICE)
      const { id: deliveryId } = await onlyOf(f)
      const runAt = new Date('2026-06-30T12:01:20Z')
      const client = aClient(database(), new Registry<never>([sendMail]), f.clock)
      const job = await client.enqueue(sendMail, { deliveryId }, { tenantId: f.tenantId, runAt })
      server.answer = { code: 451 }
      await expect(post(f, { jobId: job.id })).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
      expect(await onlyOf(f)).toMatchObject({ state: 'pending', attempts: 1, dueAt: runAt })
      await database().query('DELETE FROM linehaul.job WHERE id = $1', [job.id])
      expect(await onlyOf(f)).toMatchObject({ state: 'pending', dueAt: null })
    })
  })
})
