import { randomUUID } from 'node:crypto'

import type { Database } from '../../database/index.js'
import type { JobRequest } from '../../queue/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Mail } from '../mail/mail.js'
import { Postman } from '../mail/postman.js'
import type { SmtpOptions } from '../mail/smtp.js'
import { findDelivery } from '../store/delivery-view.js'
import type { MailServer } from './mail-server.js'

export const MAIL = Mail.parse({
  ...{ to: 'jo@example.com', bcc: 'archive@example.com', subject: 'Hello', text: 'Hi Jo' },
})

interface Parts {
  readonly database: () => Database
  readonly server: () => MailServer
  /** What was asked to run. */
  readonly enqueued?: JobRequest[]
  readonly clock?: FakeClock
}

/** Attempts to send mails of the default tenant to a test's own server. */
export function mailBench({ database, server, enqueued = [], clock = new FakeClock() }: Parts) {
  const smtpOf = (more: Partial<SmtpOptions> = {}): SmtpOptions => ({
    ...{ host: '127.0.0.1', port: server().port, tls: 'none' },
    from: 'Linehaul <linehaul@example.com>',
    ...more,
  })
  const postman = (smtp = smtpOf()): Postman => {
    const enqueue = async (requests: readonly JobRequest[]) => void enqueued.push(...requests)
    return new Postman({ database: database(), enqueue, notify: async () => undefined, smtp, clock })
  }
  const anAttempt = (more: object = {}) => ({
    ...{ jobId: randomUUID(), number: 1, maxAttempts: 5, tenantId: 'default' },
    ...{ signal: new AbortController().signal, ...more },
  })
  return {
    smtpOf,
    postman,
    anAttempt,
    postMail: (attempt = anAttempt(), smtp?: SmtpOptions) =>
      postman(smtp).post({ kind: 'mail', mail: MAIL }, attempt),
    stateOf: (id: string) => findDelivery(database(), { tenantId: 'default', id, channel: 'email' }),
  }
}
