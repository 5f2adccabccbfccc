import { afterAll, beforeAll, expect, test } from 'vitest'

import { copyTemplate } from '../../src/database/testing/test-database.js'
import { Caller, type Problem } from './caller.js'
import { LiveClient } from './live-client.js'
import { Program, type Server } from './program.js'
import { KEY, start } from './running-app.js'

const ANN = { email: 'ann@example.com', password: 'a password of her own' }
const WEBHOOK = { url: 'https://example.com/linehaul', events: ['job.*'] }

let program: Program
let server: Server
let folder: string
let remove: () => Promise<void>
let past: { accessToken: string; webhookId: string }
beforeAll(async () => {
  program = await Program.build()
  const template = await copyTemplate('embedded')
  folder = template.place.folder ?? ''
  remove = template.remove
  past = await aPast()
  server = await program.serve({ LINEHAUL_DATA_DIR: folder })
})
afterAll(async () => {
  await program?.remove()
  await remove?.()
})

/** A Linehaul where somebody has signed in and a webhook is signed for, which has ended since. */
async function aPast(): Promise<typeof past> {
  const { app, caller } = await start({ LINEHAUL_DATA_DIR: folder })
  await caller.post('/api/v1/users', { ...ANN, name: 'Ann', role: 'viewer' })
  const { body } = await caller.post<{ accessToken: string }>('/api/v1/auth/sign-in', ANN)
  const webhook = await caller.post<{ id: string }>('/api/v1/webhooks', WEBHOOK)
  await app.close()
  return { accessToken: body.accessToken, webhookId: webhook.body.id }
}

test('without the key of its secrets it starts, says once what does not work and why, and tells it whoever asks', async () => {
  const { accessToken, webhookId } = past
  const warning =
    /^2 stored secrets cannot be read: .* nobody can sign in.*; 1 webhook is sent nothing\. Set SECRETS_KEY to the key "\w+", and start again\.$/
  expect(server.said).toContainEqual(expect.stringMatching(warning))

  const unreadable = { status: 503, body: { code: 'ACCESS_SECRET_UNREADABLE' } }
  const [key, ann] = [new Caller(server.url, KEY), new Caller(server.url, accessToken)]
  for (let n = 0; n < 2; n++) {
    expect(await key.post<Problem>('/api/v1/auth/sign-in', ANN)).toMatchObject(unreadable)
    expect(await ann.get<Problem>('/api/v1/me')).toMatchObject(unreadable)
    expect(await key.post(`/api/v1/webhooks/${webhookId}/rotate-secret`)).toMatchObject(unreadable)
  }
  expect(await key.all('/api/v1/audit-entries?action=session.begin')).toHaveLength(1) // that of the past
  const noKey = { status: 409, body: { code: 'ACCESS_NO_SECRETS_KEY' } }
  expect(await key.post('/api/v1/webhooks', WEBHOOK)).toMatchObject(noKey)
  const socket = new LiveClient(server.url, accessToken)
  expect((await socket.next('connect_error')).data).toMatchObject({
    ...unreadable.body,
    retryAfterSeconds: 60,
  })
  socket.close()

  const { code, errors } = await server.stop('SIGTERM')
  expect(code).toBe(0)
  const logged = errors
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string })
  expect(logged.map(({ msg }) => msg.replace(warning, 'the warning'))).toEqual([
    'the warning',
    'request failed', // for the signing secret
    'request failed', // for that of the webhook
    'failed, and will be tried again', // at the socket
  ])
})
