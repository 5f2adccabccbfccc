import { createHmac, randomUUID } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { createKeyring, Secrets } from '../../access/index.js'
import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { createOutgoing } from '../../outgoing/index.js'
import type { JobRequest } from '../../queue/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import type { Notice } from '../notice.js'
import { HookListener, type Call } from '../testing/hook-listener.js'
import { tellWebhooks } from './tell-webhooks.js'
import { WebhookSender } from './webhook-sender.js'
import { Webhooks, type IssuedWebhook } from './webhooks.js'

const tenantId = 'default'
const admin = { tenantId, actor: 'user:1' }
let listener: HookListener

const outgoing = createOutgoing({ allow: ['127.0.0.1'] })
const hasty = createOutgoing({ allow: ['127.0.0.1'], timeoutMs: 100 })
/** As patient as in production, but with a listener that never answers. */
const patient: Pick<typeof outgoing, 'fetch'> = {
  fetch: (url, request) => (listener.answer === 'never' ? hasty : outgoing).fetch(url, request),
}
const keyring = createKeyring({ key: Buffer.alloc(32, 7).toString('base64'), oldKeys: [] })

beforeAll(async () => void (listener = await HookListener.open()))
afterAll(async () => {
  await listener?.close()
  await Promise.all([outgoing.close(), hasty.close()])
})
beforeEach(() => {
  listener.answer = 204
  listener.calls.length = 0
})

interface Bench {
  readonly clock: FakeClock
  readonly webhooks: Webhooks
  readonly notices: Notice[]
  readonly webhook: IssuedWebhook
  /** Tells an event. @returns the ids of the deliveries that it makes */
  tell(type: string, cause?: string): Promise<string[]>
  send(id: string, attempt?: object): Promise<unknown>
  stateOf(id: string): Promise<object>
}

async function aBench(database: Database, fetch = patient.fetch, events = ['job.*']): Promise<Bench> {
  const [clock, requests, notices] = [new FakeClock(), [] as JobRequest[], [] as Notice[]]
  const enqueue = async (wishes: readonly JobRequest[]) => void requests.push(...wishes)
  const secrets = new Secrets(database, keyring)
  const eventTypes = ['job.done', 'shipment.created'].map((type) => ({ type, description: '' }))
  const { refusalOf } = outgoing
  const webhooks = new Webhooks({ database, secrets, enqueue, clock, eventTypes, refusalOf })
  const notify = async (_: unknown, notice: Notice) => void notices.push(notice)
  const sender = new WebhookSender({ database, secrets, fetch, notify, clock })
  const settings = { url: listener.url, events, description: 'ERP', isEnabled: true }
  const webhook = await webhooks.create(admin, settings)
  return {
    ...{ clock, webhooks, notices, webhook },
    async tell(type, cause = `event:${randomUUID()}`) {
      requests.length = 0
      const event = { tenantId, cause, type, at: clock.now(), data: { n: 1 } }
      await database.transaction((tx) => tellWebhooks(tx, [event], { enqueue }))
      const ids = requests.map(({ payload }) => (payload as { deliveryId: string }).deliveryId)
      const own = await webhooks.deliveries.list({ tenantId, id: webhook.id }, { limit: 50 })
      return ids.filter((id) => own.some((delivery) => delivery.id === id))
    },
    send: (id, attempt = {}) =>
      sender.send(id, {
        ...{ jobId: randomUUID(), number: 1, maxAttempts: 19, tenantId },
        ...{ signal: new AbortController().signal },
        ...attempt,
      }),
    stateOf: (id) => webhooks.deliveries.get({ tenantId, id: webhook.id }, id),
  }
}

/** As a receiver checks it. */
function isSignedBy(secret: string, { headers, body }: Call): boolean {
  const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  return (headers['webhook-signature'] as string).split(' ').includes(wanted)
}

onEachDatabase((database) => {
  test('an event arrives signed, under the id of its delivery, at those that hear of it', async () => {
    const bench = await aBench(database())
    expect(await bench.tell('shipment.created')).toEqual([])
    const [id = ''] = await bench.tell('job.done')
    expect(await bench.send(id)).toEqual({ state: 'sent', status: 204 })
    const [call] = listener.calls as [Call]
    expect(call.headers['webhook-id']).toBe(id)
    expect(JSON.parse(call.body)).toEqual({
      ...{ type: 'job.done', timestamp: bench.clock.now().toISOString(), data: { n: 1 } },
    })
    expect(isSignedBy(bench.webhook.secret, call)).toBe(true)
    expect(isSignedBy(bench.webhook.secret, { ...call, body: call.body.replace('1', '2') })).toBe(false)
    expect(await bench.send(id)).toEqual({ state: 'done' })
    expect(listener.calls).toHaveLength(1)
  })

  test('one cause is told once, and to no webhook of another tenant', async () => {
    const bench = await aBench(database())
    const cause = `event:${randomUUID()}`
    const [id = ''] = await bench.tell('job.done', cause)
    expect(await bench.tell('job.done', cause)).toEqual([])
    const other = { tenantId: 'other', id: bench.webhook.id }
    await expect(bench.webhooks.deliveries.get(other, id)).rejects.toMatchObject({
      code: 'NOTIFICATIONS_DELIVERY_NOT_FOUND',
    })
    await expect(bench.send(id, { tenantId: 'other' })).rejects.toMatchObject({ code: 'JOBS_PERMANENT' })
  })

  test('what was refused, or not answered in time, is tried again: the same body under the same id', async () => {
    const bench = await aBench(database())
    const [id = ''] = await bench.tell('job.done')
    listener.answer = { status: 503, headers: { 'retry-after': '120' } }
    await expect(bench.send(id)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE', retryAfterMs: 120_000 })
    expect(await bench.stateOf(id)).toMatchObject({ state: 'pending', error: 'The receiver answered 503.' })
    listener.answer = 'never'
    await expect(bench.send(id, { number: 2 })).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    listener.answer = 200
    expect(await bench.send(id, { number: 3 })).toMatchObject({ state: 'sent' })
    expect(new Set(listener.calls.map(({ body }) => body)).size).toBe(1)
    expect(new Set(listener.calls.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]))
    expect(await bench.webhooks.get({ tenantId, id: bench.webhook.id })).toMatchObject({ failingSince: null })
  })

  test('a secret that cannot be read is no failure of the receiver, who is not asked', async () => {
    const bench = await aBench(database())
    const [id = ''] = await bench.tell('job.done')
    await database().query('DELETE FROM linehaul.secret')
    await expect(bench.send(id)).rejects.toMatchObject({ code: 'ACCESS_SECRET_NOT_FOUND' })
    expect(listener.calls).toEqual([])
    const error = 'The secret that signs it cannot be read; whoever runs Linehaul is told why.'
    expect(await bench.stateOf(id)).toMatchObject({ state: 'pending', error })
    const last = bench.send(id, { number: 19 })
    await expect(last).rejects.toMatchObject({ code: 'ACCESS_SECRET_NOT_FOUND' })
    expect(await bench.stateOf(id)).toMatchObject({ state: 'failed', error })
    expect(await bench.webhooks.get({ tenantId, id: bench.webhook.id })).toMatchObject({ failingSince: null })
  })

  test('a redirect is no arrival, and is not followed', async () => {
    const bench = await aBench(database())
    const [id = ''] = await bench.tell('job.done')
    listener.answer = { status: 302, headers: { location: listener.url } }
    await expect(bench.send(id)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    expect(listener.calls).toHaveLength(1)
  })

  test('an address that is not public is not asked, and the delivery says why', async () => {
    const guarded = createOutgoing({ allow: [] })
    const bench = await aBench(database(), guarded.fetch)
    const [id = ''] = await bench.tell('job.done')
    await expect(bench.send(id)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    expect(await bench.stateOf(id)).toMatchObject({ error: expect.stringContaining('OUTGOING_ALLOW') })
    expect(listener.calls).toEqual([])
    await guarded.close()
  })

  test('what a process was sending when it was killed is sent again, for the receiver can tell', async () => {
    const dying = (): Promise<Response> => new Promise(() => undefined)
    const bench = await aBench(database(), dying)
    const [id = ''] = await bench.tell('job.done')
    void bench.send(id)
    // Its attempt is known to no engine here, and so is over.
    await expect.poll(() => bench.stateOf(id)).toMatchObject({ state: 'failed', attempts: 1 })
    const living = await aBench(database(), patient.fetch, ['shipment.*'])
    expect(await living.send(id, { number: 2 })).toMatchObject({ state: 'sent' })
  })

  test('after a day without an arrival a webhook is disabled and its admins are told, once; enabled again it begins anew', async () => {
    const bench = await aBench(database())
    const place = { tenantId, id: bench.webhook.id }
    const [one = '', two = ''] = [...(await bench.tell('job.done')), ...(await bench.tell('job.dead'))]
    listener.answer = 500
    await bench.send(one).catch(() => undefined)
    bench.clock.advance('23h')
    await bench.send(one).catch(() => undefined)
    expect(await bench.webhooks.get(place)).toMatchObject({ isEnabled: true })
    bench.clock.advance('1h')
    await bench.send(one, { number: 19 }).catch(() => undefined)
    expect(await bench.webhooks.get(place)).toMatchObject({ isEnabled: false })
    expect(await bench.stateOf(one)).toMatchObject({ state: 'failed' })
    expect(bench.notices).toMatchObject([
      { eventType: 'webhook.disabled', priority: 'high', target: { kind: 'role', role: 'admin' } },
    ])
    expect(await bench.send(two)).toEqual({ state: 'dropped' })
    await expect(bench.webhooks.deliveries.redeliver(place, one)).rejects.toMatchObject({
      code: 'NOTIFICATIONS_WEBHOOK_DISABLED',
    })
    const { after } = await bench.webhooks.update(place, { isEnabled: true })
    expect(after).toMatchObject({ isEnabled: true, disabledBecause: null, failingSince: null })
    listener.answer = 200
    await bench.webhooks.deliveries.redeliver(place, one)
    expect(await bench.send(one)).toMatchObject({ state: 'sent' })
  })

  test('a receiver that is gone is asked nothing more', async () => {
    const bench = await aBench(database())
    const [id = ''] = await bench.tell('job.done')
    listener.answer = 410
    await expect(bench.send(id)).rejects.toMatchObject({ code: 'JOBS_PERMANENT' })
    expect(await bench.webhooks.get({ tenantId, id: bench.webhook.id })).toMatchObject({ isEnabled: false })
    expect(bench.notices).toHaveLength(1)
    expect(await bench.tell('job.done')).toEqual([])
  })

  test('for a day after a rotation the former secret signs as well, then no more', async () => {
    const bench = await aBench(database())
    const { after } = await bench.webhooks.rotate({ tenantId, id: bench.webhook.id })
    const sendOne = async () => {
      const [id = ''] = await bench.tell('job.done')
      await bench.send(id)
      return listener.calls.at(-1) as Call
    }
    const soon = await sendOne()
    expect([after.secret, bench.webhook.secret].map((secret) => isSignedBy(secret, soon))).toEqual([
      true,
      true,
    ])
    bench.clock.advance('24h')
    const later = await sendOne()
    expect([after.secret, bench.webhook.secret].map((secret) => isSignedBy(secret, later))).toEqual([
      true,
      false,
    ])
  })

  test('a webhook that is removed leaves no secret behind', async () => {
    const bench = await aBench(database())
    await bench.webhooks.rotate({ tenantId, id: bench.webhook.id })
    await bench.webhooks.remove({ tenantId, id: bench.webhook.id })
    const names = (await new Secrets(database(), keyring).list(tenantId, { limit: 200 })).map(
      ({ name }) => name,
    )
    expect(names.filter((name) => name.includes(bench.webhook.id))).toEqual([])
  })
})
