import { randomUUID } from 'node:crypto'

import { expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { Registry } from '../../queue/registry.js'
import { aClient } from '../../queue/testing/engine-fixture.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { sendMail } from '../mail/send-mail.job.js'
import { insertDeliveries } from './delivery.js'
import { doubtDelivery, moveDelivery } from './move-delivery.js'
import { claimDelivery, endDelivery } from './sending.js'

const tenantId = 'default'

onEachDatabase((database) => {
  const claim = (id: string, jobId: string) => {
    const about = { claim: randomUUID(), sender: { jobId, number: 1 }, messageId: 'm@example.com' }
    return claimDelivery(database(), { tenantId, id }, about)
  }
  const stateOf = async (id: string) => {
    const rows = await database().query('SELECT state FROM linehaul.delivery WHERE id = $1', [id])
    return rows[0]
  }

  test('an attempt that was taken for dead has no say in how a later one ends', async () => {
    const id = await aDelivery(database())
    const former = await claim(id, randomUUID())
    const wish = { from: ['in-doubt'], to: 'pending', error: null } as const
    await moveDelivery(database(), { tenantId, id }, wish)
    const latter = await claim(id, randomUUID())
    if (!former || !latter) throw new Error('both were to get it')
    expect(await endDelivery(database(), former, { state: 'failed' })).toBe(false)
    expect(await stateOf(id)).toEqual({ state: 'sending' })
    expect(await endDelivery(database(), latter, { state: 'sent' })).toBe(true)
    expect(await stateOf(id)).toEqual({ state: 'sent' })
  })

  test('what a job is sending at this moment is put in doubt by no other job, but by its own next attempt', async () => {
    const id = await aDelivery(database())
    const jobId = await aRunningJob(database(), id)
    await claim(id, jobId)
    const doubt = (by: string) => doubtDelivery(database(), { tenantId, id, jobId: by, why: 'It is gone.' })
    await doubt(randomUUID())
    expect(await stateOf(id)).toEqual({ state: 'sending' })
    await doubt(jobId)
    expect(await stateOf(id)).toEqual({ state: 'in-doubt' })
  })
})

async function aRunningJob(database: Database, deliveryId: string): Promise<string> {
  const client = aClient(database, new Registry<never>([sendMail]), new FakeClock())
  const { id } = await client.enqueue(sendMail, { deliveryId }, { tenantId })
  await database.query(
    `UPDATE linehaul.job SET state = 'running', attempt = 1, worker_id = $1, fence = $1, claimed_at = now() WHERE id = $1`,
    [id],
  )
  return id
}

async function aDelivery(database: Database): Promise<string> {
  const id = randomUUID()
  await insertDeliveries(database, tenantId, [
    {
      ...{ id, cause: `test:${id}`, channel: 'email', recipient: 'jo@example.com', notificationId: null },
      ...{ content: JSON.stringify({ subject: 'Hello', text: 'Hi' }), dueAt: new Date() },
    },
  ])
  return id
}
