import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

import { copyTemplate } from '../../src/database/testing/test-database.js'
import { CERTIFICATE } from '../../src/notifications/testing/mail-certificate.js'
import { MailServer } from '../../src/notifications/testing/mail-server.js'
import { Caller } from './caller.js'
import { Program } from './program.js'
import { KEY } from './running-app.js'

let program: Program
let scratch: string
beforeAll(async () => {
  program = await Program.build()
  scratch = await mkdtemp(path.join(os.tmpdir(), 'linehaul-certificate-'))
  await writeFile(path.join(scratch, 'mail-server.pem'), CERTIFICATE)
})
afterAll(async () => {
  await program?.remove()
  await rm(scratch, { recursive: true, force: true })
})

// A process of its own: whom Node trusts besides is read once, when it starts.
test.each(['starttls', 'tls'] as const)('a mail reaches a server that wants SMTP_TLS=%s', async (tls) => {
  const { place, remove } = await copyTemplate('embedded')
  onTestFinished(remove)
  const mailServer = await MailServer.open(tls)
  onTestFinished(() => mailServer.close())
  const server = await program.serve({
    ...{ LINEHAUL_DATA_DIR: place.folder, LINEHAUL_API_KEY: KEY },
    ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(mailServer.port), SMTP_TLS: tls },
    ...{ SMTP_USER: 'linehaul', SMTP_PASSWORD: 'right', MAIL_FROM: 'Linehaul <linehaul@example.com>' },
    NODE_EXTRA_CA_CERTS: path.join(scratch, 'mail-server.pem'),
  })
  onTestFinished(async () => void (await server.stop('SIGKILL')))
  const arrived = mailServer.next()
  const mail = { to: 'jo@example.com', subject: 'Hello', text: 'Hello Jo' }
  const caller = new Caller(server.url, KEY)
  expect(await caller.post('/api/v1/jobs', { type: 'email:send', data: mail })).toMatchObject({ status: 201 })
  await arrived
  expect(mailServer.received).toMatchObject([
    { to: ['jo@example.com'], raw: expect.stringContaining('Subject: Hello'), wasEncrypted: true },
  ])
  expect(mailServer.logins).toBe(1)
})
