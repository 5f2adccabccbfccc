import { expect, onTestFinished, test } from 'vitest'

import { MAIL } from '../testing/mail-bench.js'
import { MailServer } from '../testing/mail-server.js'
import { makeReady } from './smtp.js'

// That mails arrive at one whose certificate is trusted is shown by test/journeys/mail-over-tls.test.ts.
test.each(['starttls', 'tls'] as const)(
  'a server whose certificate nobody vouches for is told neither mail nor login, by %s',
  async (tls) => {
    const server = await MailServer.open(tls)
    onTestFinished(() => server.close())
    const login = { user: 'linehaul', password: 'right' }
    const options = { host: '127.0.0.1', port: server.port, tls, from: 'linehaul@example.com', ...login }
    const mail = { ...MAIL, messageId: '7@example.com', date: new Date() }
    const asked = makeReady(options, mail, new AbortController().signal)
    await expect(asked).rejects.toMatchObject({
      ...{ judgement: 'again', message: expect.stringMatching(/self-signed certificate/) },
    })
    expect(server.logins).toBe(0)
  },
)
