import { createHmac, randomUUID } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { createKeyring, Secrets } from '../../access/index.js'
import type { Database } from '../../database/index.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { createOutgoing } from '../../outgoing/index.js'
import { HookListener, type Call } from '../testing/hook-listener.js'
import { aWebhookBench } from '../testing/webhook-bench.js'

const tenantId = 'default'
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

const aBench = (database: Database, fetch = patient.fetch, events = ['job.*']) =>
  aWebhookBench(database, { url: listener.url, outgoing: { ...outgoing, fetch }, events })

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

  test('what was taken, and answered too late, comes again under the same id', async () => {
    const bench = await aBench(database(), hasty.fetch)
    const [id = ''] = await bench.tell('job.done')
    let answerLate = () => undefined as void
    listener.answer = { status: 204, once: new Promise<void>((resolve) => (answerLate = resolve)) }
    await expect(bench.send(id)).rejects.toMatchObject({ code: 'JOBS_RETRYABLE' })
    answerLate()
    expect(await bench.stateOf(id)).toMatchObject({ state: 'pending', sentAt: null })
    listener.answer = 204
    expect(await bench.send(id, { number: 2 })).toMatchObject({ state: 'sent' })
    expect(listener.calls.map(({ headers }) => headers['webhook-id'])).toEqual([id, id])
    expect(await bench.stateOf(id)).toMatchObject({ state: 'sent', attempts: 2 })
  })

  test('while the database is away nobody knows whether a secret can be read, and the delivery says nothing of it', async () => {
    const faulty = new FaultyDatabase(database())
    const bench = await aBench(faulty)
    const [id = ''] = await bench.tell('job.done')
    faulty.failNext(/-- select secret/)
    await expect(bench.send(id)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await bench.stateOf(id)).toMatchObject({ error: null })
    expect(listener.calls).toEqual([])
  })

  test('one webhook does not tell, or send again, what another was sent', async () => {
    const bench = await aBench(database())
    const other = await aBench(database())
    const [id = ''] = await bench.tell('job.done')
    const place = { tenantId, id: other.webhook.id }
    const notFound = { code: 'NOTIFICATIONS_DELIVERY_NOT_FOUND' }
    await expect(bench.webhooks.deliveries.get(place, id)).rejects.toMatchObject(notFound)
    await expect(bench.webhooks.deliveries.redeliver(place, id)).rejects.toMatchObject(notFound)
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
