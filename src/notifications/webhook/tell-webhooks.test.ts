import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { JobRequest } from '../../queue/index.js'
import { insertWebhook } from '../store/webhook.js'
import { tellWebhooks } from './tell-webhooks.js'

const settings = { url: 'https://a.example/', events: ['*'], description: '', isEnabled: true, createdBy: '' }

onEachDatabase((database) => {
  test('of what happens in several tenants at once each is told its own', async () => {
    const places = ['one', 'two'].map((tenantId) => ({ tenantId, id: newId() }))
    for (const place of places) {
      await database().query('INSERT INTO linehaul.tenant (id, name) VALUES ($1, $1)', [place.tenantId])
      await insertWebhook(database(), place, settings)
    }
    const events = places.map(({ tenantId }) => ({
      ...{ tenantId, cause: `event:${tenantId}`, type: 'job.done', at: new Date(), data: null },
    }))
    const requests: JobRequest[] = []
    const enqueue = async (wishes: readonly JobRequest[]) => void requests.push(...wishes)
    await database().transaction((tx) => tellWebhooks(tx, events, { enqueue }))
    const told = requests.map(({ tenantId, actor, payload }) => ({ tenantId, actor, payload }))
    expect(told).toEqual(
      places.map(({ tenantId, id: webhookId }) => ({
        ...{ tenantId, actor: `event:${tenantId}` },
        payload: { deliveryId: expect.any(String) as string, webhookId },
      })),
    )
  })
})
