import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { JobRequest } from '../../queue/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { insertDeliveries } from '../store/delivery.js'
import { countMails, countUnsettled } from '../store/count-deliveries.js'
import { findDelivery } from '../store/delivery-view.js'
import { claimDelivery } from '../store/sending.js'
import { aNotifications } from '../testing/notifications-fixture.js'
import { MAIL, mailBench } from '../testing/mail-bench.js'
import { MailServer } from '../testing/mail-server.js'
import { Mails } from './mails.js'
import { Postman } from './postman.js'

const tenantId = 'default'

let server: MailServer
beforeAll(async () => void (server = await MailServer.open()))
afterAll(() => server?.close())
beforeEach(() => server.reset())

onEachDatabase((database) => {
  const enqueued: JobRequest[] = []
  const bench = mailBench({ database, server: () => server, enqueued })
  const { smtpOf, postman, anAttempt, postMail, stateOf } = bench

  test('a mail is handed over once, with its Message-ID, and who is a blind copy stays unseen', async () => {
    const attempt = anAttempt()
    const result = await postMail(attempt)
    expect(result).toMatchObject({
      state: 'sent',
      messageId: `${attempt.jobId}@example.com`,
      accepted: ['jo@example.com', 'archive@example.com'],
    })
    expect(await stateOf(attempt.jobId)).toMatchObject({ state: 'sent', attempts: 1, error: null })
    expect(await postMail({ ...attempt, number: 2 })).toMatchObject({ state: 'done' })
    expect(server.received).toHaveLength(1)
    const { raw } = server.received[0] as { raw: string }
    expect(raw).toContain(`Message-ID: <${attempt.jobId}@example.com>`)
    expect(raw).not.toContain('archive@example.com')
  })

  test('a mail that the server puts off is tried again under the same Message-ID, one that it refuses is not', async () => {
    const attempt = anAttempt()
    server.answer = { code: 451 }
    await expect(postMail(attempt)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    expect(await stateOf(attempt.jobId)).toMatchObject({
      state: 'pending',
      error: expect.stringContaining('451'),
    })
    server.answer = { code: 554 }
    await expect(postMail({ ...attempt, number: 2 })).rejects.toMatchObject({ code: 'JOBS_PERMANENT' })
    expect(await stateOf(attempt.jobId)).toMatchObject({ state: 'failed', attempts: 2 })
    const ids = server.received.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1])
    expect(new Set(ids).size).toBe(1)
  })

  test('a mail that was put off for the last time has failed', async () => {
    const attempt = anAttempt({ number: 5 })
    await expect(postMail(attempt, smtpOf({ port: 1 }))).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    expect(await stateOf(attempt.jobId)).toMatchObject({ state: 'failed' })
  })

  test('an address that is refused is told beside those that got the mail; where all are, it has failed', async () => {
    server.refuses = (address) => (address.startsWith('archive') ? 550 : undefined)
    expect(await postMail()).toMatchObject({
      accepted: ['jo@example.com'],
      rejected: ['archive@example.com'],
    })
    server.refuses = () => 550
    await expect(postMail()).rejects.toMatchObject({ code: 'JOBS_PERMANENT' })
  })

  test('a wrong password puts a mail off, for it is not the mail that is wrong', async () => {
    const wrong = smtpOf({ user: 'linehaul', password: 'hush' })
    const refused = await postMail(anAttempt(), wrong).catch((error: Error) => error)
    expect(refused).toMatchObject({ code: 'JOBS_RETRYABLE', message: expect.not.stringContaining('hush') })
    expect(await postMail(anAttempt(), smtpOf({ user: 'linehaul', password: 'right' }))).toMatchObject({
      state: 'sent',
    })
  })

  test('a server that cannot be talked to encrypted puts a mail off, and it says which setting to look at', async () => {
    const attempt = anAttempt()
    await expect(postMail(attempt, smtpOf({ tls: 'starttls' }))).rejects.toMatchObject({
      code: 'JOBS_RETRYABLE',
    })
    expect(await stateOf(attempt.jobId)).toMatchObject({
      state: 'pending',
      error: expect.stringMatching(/ 500 .*SMTP_TLS is starttls: is it tls or none that/),
    })
    expect(await postMail({ ...attempt, number: 2 })).toMatchObject({ state: 'sent' })
  })

  test('a server that hangs up once it has the mail leaves it in doubt, and no later attempt sends it', async () => {
    const attempt = anAttempt()
    server.answer = 'hang-up'
    expect(await postMail(attempt)).toMatchObject({ state: 'in-doubt' })
    server.answer = 'take'
    expect(await postMail({ ...attempt, number: 2 })).toMatchObject({ state: 'in-doubt' })
    expect(server.received).toHaveLength(1)
    expect(await countMails(database(), tenantId)).toContainEqual({
      ...{ state: 'in-doubt', count: 1, isAtLeast: false },
    })
    expect(await countUnsettled(database(), 10_000)).toContainEqual({
      ...{ channel: 'email', state: 'in-doubt', count: 1 },
    })
  })

  test('what another attempt was sending when it vanished is in doubt, at once for who looks and for good for who tries', async () => {
    const id = await aDelivery(database())
    const gone = {
      claim: randomUUID(),
      sender: { jobId: randomUUID(), number: 1 },
      messageId: 'm@example.com',
    }
    await claimDelivery(database(), { tenantId, id }, gone)
    expect(await stateOf(id)).toMatchObject({ state: 'in-doubt', error: null })
    const again = postman().post({ kind: 'delivery', deliveryId: id }, anAttempt())
    expect(await again).toMatchObject({ state: 'in-doubt' })
    expect(await stateOf(id)).toMatchObject({
      state: 'in-doubt',
      error: expect.stringContaining('Message-ID'),
    })
    expect(server.received).toEqual([])
  })

  test('what waited for somebody who has left the tenant meanwhile is theirs no more', async () => {
    const f = await aNotifications(database())
    await f.aUser()
    await f.tell({ priority: 'high' })
    await database().query('DELETE FROM linehaul.membership WHERE tenant_id = $1', [f.tenantId])
    const [{ id: deliveryId } = { id: '' }] = await database().query<{ id: string }>(
      'SELECT id::text FROM linehaul.delivery WHERE tenant_id = $1',
      [f.tenantId],
    )
    const asked = postman().post({ kind: 'delivery', deliveryId }, anAttempt({ tenantId: f.tenantId }))
    await expect(asked).rejects.toThrow('not of this tenant')
    expect(server.received).toEqual([])
  })

  test('a mail whose job was cancelled can be sent nevertheless, or given up', async () => {
    const [one, two] = [await aDelivery(database()), await aDelivery(database())]
    const mails = new Mails({ database: database(), enqueue: async (jobs) => void enqueued.push(...jobs) })
    enqueued.length = 0
    expect(await mails.resend({ tenantId, id: one }, 'user:ann')).toMatchObject({
      after: { state: 'pending' },
    })
    expect(enqueued).toMatchObject([{ name: 'notifications.send-mail', payload: { deliveryId: one } }])
    await expect(mails.settle({ tenantId, id: two }, 'sent')).rejects.toThrow('settled')
    expect(await mails.settle({ tenantId, id: two }, 'failed')).toMatchObject({ after: { state: 'failed' } })
  })

  test('a mail that was given up is not sent when its job is due after all, nor kept where there is no mail server', async () => {
    const id = await aDelivery(database())
    const mails = new Mails({ database: database(), enqueue: async () => undefined })
    await mails.settle({ tenantId, id }, 'failed')
    const without = new Postman({
      ...{
        database: database(),
        enqueue: async () => undefined,
        notify: async () => undefined,
        smtp: undefined,
        clock: new FakeClock(),
      },
    })
    for (const one of [postman(), without])
      expect(await one.post({ kind: 'delivery', deliveryId: id }, anAttempt())).toMatchObject({
        state: 'done',
      })
    expect(await stateOf(id)).toMatchObject({ state: 'failed', attempts: 0 })
    await mails.resend({ tenantId, id }, 'user:ann')
    await postman().post({ kind: 'delivery', deliveryId: id }, anAttempt())
    expect(server.received).toHaveLength(1)
  })

  test('a webhook delivery whose last attempt vanished has failed, so that it can be sent once more', async () => {
    const id = await aDelivery(database(), 'webhook')
    const gone = { claim: randomUUID(), sender: { jobId: randomUUID(), number: 19 }, messageId: id }
    await claimDelivery(database(), { tenantId, id }, gone)
    expect(await findDelivery(database(), { tenantId, id, channel: 'webhook' })).toMatchObject({
      state: 'failed',
    })
  })

  test('of rivals for one mail one sends it', async () => {
    const id = await aDelivery(database())
    const rivals = Array.from({ length: 4 }, () =>
      postman().post({ kind: 'delivery', deliveryId: id }, anAttempt()),
    )
    await Promise.allSettled(rivals)
    expect(server.received).toHaveLength(1)
  })

  test('without a mail server mails are kept, and put in line once by who asks for it when there is one', async () => {
    const without = new Postman({
      ...{ database: database(), enqueue: async () => undefined, notify: async () => undefined },
      ...{ smtp: undefined, clock: new FakeClock() },
    })
    const attempt = anAttempt()
    expect(await without.post({ kind: 'mail', mail: MAIL }, attempt)).toMatchObject({ state: 'kept' })
    expect(await without.post({ kind: 'mail', mail: MAIL }, { ...attempt, number: 2 })).toMatchObject({
      state: 'kept',
    })
    await expect(without.post({ kind: 'kept' }, anAttempt())).rejects.toThrow('SMTP_HOST')
    enqueued.length = 0
    const asked = [1, 2].map(() => postman().post({ kind: 'kept' }, anAttempt()))
    expect((await Promise.all(asked)).map((result) => 'mails' in result && result.mails).sort()).toEqual([
      0, 1,
    ])
    expect(enqueued).toMatchObject([
      { name: 'notifications.send-mail', payload: { deliveryId: attempt.jobId } },
    ])
  })

  test('a notice is mailed to whom it is for, and to nobody whose account was disabled meanwhile', async () => {
    const f = await aNotifications(database())
    const [userId, goneId] = [await f.aUser(), await f.aUser()]
    await f.tell({ priority: 'critical', title: 'It broke', message: 'Look & see' })
    await database().query('UPDATE linehaul.user_account SET disabled_at = now() WHERE id = $1', [goneId])
    const mails = await database().query<{ id: string; recipient: string }>(
      `SELECT id::text, recipient FROM linehaul.delivery WHERE tenant_id = $1`,
      [f.tenantId],
    )
    const post = async (id: string) => {
      const { id: deliveryId } = mails.find(({ recipient }) => recipient === `user:${id}`) ?? { id: '' }
      return postman().post({ kind: 'delivery', deliveryId }, anAttempt({ tenantId: f.tenantId }))
    }
    expect(await post(userId)).toMatchObject({ state: 'sent', accepted: [`${userId}@example.com`] })
    expect(server.received[0]?.raw).toMatch(/^Subject: It broke\r$/m)
    expect(server.received[0]?.raw).toContain('Look &#38; see')
    await expect(post(goneId)).rejects.toThrow('gone or disabled')
    expect(server.received).toHaveLength(1)
  })

  test("another tenant's mail is none", async () => {
    const id = await aDelivery(database())
    const asked = postman().post({ kind: 'delivery', deliveryId: id }, anAttempt({ tenantId: 'other' }))
    await expect(asked).rejects.toMatchObject({ code: 'JOBS_PERMANENT' })
  })
})

async function aDelivery(database: Database, channel: 'email' | 'webhook' = 'email'): Promise<string> {
  const id = randomUUID()
  await insertDeliveries(database, tenantId, [
    {
      ...{ id, cause: `test:${id}`, channel, recipient: 'jo@example.com', notificationId: null },
      ...{ content: JSON.stringify({ subject: 'Hello', text: 'Hi' }), dueAt: new Date() },
    },
  ])
  return id
}
