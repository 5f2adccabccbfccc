import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { createOutgoing } from '../../outgoing/index.js'
import { request, type AnyJob } from '../../queue/index.js'
import { anEngine, clearJobs, stopNow } from '../../queue/testing/engine-fixture.js'
import { HookListener } from '../testing/hook-listener.js'
import { aWebhookBench, type WebhookBench } from '../testing/webhook-bench.js'
import { sendWebhook } from './send-webhook.job.js'

const tenantId = 'default'
const outgoing = createOutgoing({ allow: ['127.0.0.1'] })
let listener: HookListener

beforeAll(async () => void (listener = await HookListener.open()))
afterAll(async () => {
  await listener?.close()
  await outgoing.close()
})
beforeEach(() => void (listener.answer = 500))

onEachDatabase((database) => {
  beforeEach(() => clearJobs(database()))

  const aBench = () => aWebhookBench(database(), { url: listener.url, outgoing, events: ['job.*'] })
  const now = ({ webhooks, webhook }: WebhookBench) => webhooks.get({ tenantId, id: webhook.id })

  /** One more event, told once. */
  async function tellOne(bench: WebhookBench, attempt?: object): Promise<string> {
    const [id = ''] = await bench.tell('job.done')
    await bench.send(id, attempt).catch(() => undefined)
    return id
  }

  test('after a day of failures a webhook is disabled and its admins are told, once; enabled again it begins anew', async () => {
    const bench = await aBench()
    const place = { tenantId, id: bench.webhook.id }
    const [waiting = ''] = await bench.tell('job.dead')
    for (let failures = 0; failures < 4; failures++) {
      await tellOne(bench)
      bench.clock.advance('6h')
    }
    expect(await now(bench)).toMatchObject({ isEnabled: true })
    const last = await tellOne(bench, { number: 19 })
    expect(await now(bench)).toMatchObject({ isEnabled: false })
    expect(await bench.stateOf(last)).toMatchObject({ state: 'failed' })
    expect(bench.notices).toMatchObject([
      { eventType: 'webhook.disabled', priority: 'high', target: { kind: 'role', role: 'admin' } },
    ])
    expect(await bench.stateOf(waiting)).toMatchObject({ state: 'pending' })
    expect(await bench.send(waiting)).toEqual({ state: 'dropped' })
    expect(await bench.stateOf(waiting)).toMatchObject({ state: 'failed' })
    await expect(bench.webhooks.deliveries.redeliver(place, last)).rejects.toMatchObject({
      code: 'NOTIFICATIONS_WEBHOOK_DISABLED',
    })
    const { after } = await bench.webhooks.update(place, { isEnabled: true })
    expect(after).toMatchObject({ isEnabled: true, disabledBecause: null, failingSince: null })
    listener.answer = 200
    await bench.webhooks.deliveries.redeliver(place, last)
    expect(await bench.send(last)).toMatchObject({ state: 'sent' })
  })

  test('two failures with a long silence between them are not one outage', async () => {
    const bench = await aBench()
    await tellOne(bench)
    bench.clock.advance('25h')
    await tellOne(bench)
    expect(await now(bench)).toMatchObject({ isEnabled: true, failingSince: bench.clock.now() })
  })

  test('at another address a webhook begins anew', async () => {
    const bench = await aBench()
    const place = { tenantId, id: bench.webhook.id }
    await tellOne(bench)
    await bench.webhooks.update(place, { description: 'ERP of the depot' })
    expect(await now(bench)).toMatchObject({ failingSince: bench.clock.now() })
    await bench.webhooks.update(place, { url: `${listener.url}/elsewhere` })
    expect(await now(bench)).toMatchObject({ failingSince: null })
  })

  test('of several that hear at once that the receiver is gone, one tells the admins', async () => {
    const bench = await aBench()
    const ids = [...(await bench.tell('job.done')), ...(await bench.tell('job.dead'))]
    let answer = () => undefined as void
    listener.answer = { status: 410, once: new Promise<void>((resolve) => (answer = resolve)) }
    const asked: Promise<void>[] = []
    const sending: Promise<unknown>[] = []
    for (const id of ids) {
      asked.push(listener.next())
      sending.push(bench.send(id).catch(() => undefined))
      await asked.at(-1)
    }
    answer()
    await Promise.all(sending)
    expect(await now(bench)).toMatchObject({ isEnabled: false })
    expect(bench.notices).toHaveLength(1)
    expect(await bench.tell('job.done')).toEqual([])
  })

  test('what was answered with 2xx has arrived, although its body was cut off', async () => {
    const bench = await aBench()
    const [id = ''] = await bench.tell('job.done')
    listener.answer = 'cut-off'
    expect(await bench.send(id)).toEqual({ state: 'sent', status: 200 })
  })

  /** A worker that has asked the receiver, which keeps silent. */
  async function aWorkerThatWaits(bench: WebhookBench) {
    const [deliveryId = ''] = await bench.tell('job.done')
    const { clock, sender: webhookSender } = bench
    const jobs = [sendWebhook] as readonly AnyJob<unknown>[]
    const worker = anEngine(database(), jobs, { clock, needs: { webhookSender } })
    const payload = { deliveryId, webhookId: bench.webhook.id }
    await worker.engine.client.enqueueMany([request(sendWebhook, payload, { tenantId })])
    listener.answer = 'never'
    const asked = listener.next()
    await worker.engine.start()
    await asked
    return { ...worker, deliveryId }
  }

  test('a receiver that has not answered when the time-out of the job is over has failed', async () => {
    const bench = await aBench()
    const worker = await aWorkerThatWaits(bench)
    const ended = worker.engine.signals.next('attempt.ended')
    bench.clock.advance('30s')
    expect(await ended).toMatchObject({ errorCode: 'JOBS_TIMEOUT' })
    expect(await now(bench)).toMatchObject({ failingSince: bench.clock.now() })
    expect(await bench.stateOf(worker.deliveryId)).toMatchObject({
      state: 'pending',
      error: 'The receiver had not answered when the time-out of the job was over.',
    })
    await stopNow(worker)
  })

  test('a worker that stops while a receiver has not answered is no failure of the receiver', async () => {
    const bench = await aBench()
    await stopNow(await aWorkerThatWaits(bench))
    expect(await now(bench)).toMatchObject({ failingSince: null })
  })
})
