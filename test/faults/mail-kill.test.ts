import { afterAll, beforeAll, expect, test } from 'vitest'

import { MailServer } from '../../src/notifications/testing/mail-server.js'
import { Caller } from '../journeys/caller.js'
import { KEY, start, untilSent } from '../journeys/running-app.js'
import { onEachKillable } from './killable.js'

let mailServer: MailServer

beforeAll(async () => {
  mailServer = await MailServer.open()
})
afterAll(() => mailServer?.close())

interface Mail {
  state: string
  messageId: string
}

onEachKillable((killable) => {
  test('a mail whose process was killed while the mail server had it is in doubt, and is not sent again by itself', async () => {
    mailServer.answer = 'never'
    mailServer.received.length = 0
    const { program } = killable()
    const environment = {
      ...killable().environment,
      ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(mailServer.port), SMTP_TLS: 'none' },
      MAIL_FROM: 'linehaul@example.com',
    }
    const server = await program.serve(environment)
    const arrived = mailServer.next()
    const mail = { to: 'jo@example.com', subject: 'Hello', text: 'Hi' }
    const asked = await new Caller(server.url, KEY).post<{ id: string }>('/api/v1/jobs', {
      ...{ type: 'email:send', data: mail },
    })
    await arrived
    expect(await server.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' })

    mailServer.answer = 'take'
    const running = await start(environment)
    await untilSent(running.app)
    const path = `/api/v1/mails/${asked.body.id}`
    expect((await running.caller.get<Mail>(path)).body).toMatchObject({ state: 'in-doubt' })
    expect((await running.caller.get('/api/v1/mails/counts')).body).toMatchObject({ 'in-doubt': 1 })
    expect(mailServer.received).toHaveLength(1)
    const metrics = await (await fetch(`${running.url}/metrics`)).text()
    expect(metrics).toContain('linehaul_deliveries{channel="email",state="in-doubt"} 1\n')

    // A person may: it is the same mail.
    expect((await running.caller.post(`${path}/resend`)).status).toBe(200)
    await untilSent(running.app)
    const { body } = await running.caller.get<Mail>(path)
    expect(body).toMatchObject({ state: 'sent' })
    expect(mailServer.received.map(({ raw }) => raw.includes(`<${body.messageId}>`))).toEqual([true, true])
    await running.app.close()
  }, 90_000)
})
