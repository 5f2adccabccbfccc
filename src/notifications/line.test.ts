import { beforeEach, expect, test } from 'vitest'

import { newId, type Database } from '../database/index.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import { defineJob, request, type AnyJob, type JobRequest } from '../queue/index.js'
import { anEngine, clearJobs, stopNow } from '../queue/testing/engine-fixture.js'
import { createNotifications } from './create-notifications.js'
import { sendMail } from './mail/send-mail.job.js'
import type { NotificationNeeds } from './needs.js'
import type { Priority } from './notice.js'
import type { Enqueue } from './ports.js'
import { findNotification } from './store/notification.js'
import { aNotifications, OWN_JOBS, type Fixture } from './testing/notifications-fixture.js'
import { eventOfNotice } from './webhook/hear-events.js'
import { sendWebhook } from './webhook/send-webhook.job.js'

onEachDatabase((database) => {
  beforeEach(() => clearJobs(database()))

  test('a receiver that keeps silent takes three slots of a worker, and leaves the others to whoever comes', async () => {
    const f = await aNotifications(database())
    const { engine, run } = aLine(database(), f, { concurrency: 10 })
    const [silent, other] = [newId(), newId()]
    await engine.client.enqueueMany([...Array(20).keys()].map(() => toWebhook(f, silent)))
    await engine.client.enqueueMany([toWebhook(f, other)])
    const begun = await run(4)
    expect([...begun].sort()).toEqual([silent, silent, silent, other].sort())
  })

  test('what is critical, then what is high, comes before all else of its tenant, its mails too', async () => {
    const f = await aNotifications(database())
    await f.aUser()
    const { notify, run } = aLine(database(), f, { concurrency: 1 })
    for (const priority of ['low', 'medium', 'high', 'critical'] as const) await notify(priority)
    const begun = await run(6)
    expect(begun).toEqual(['critical', 'mail', 'high', 'mail', 'low', 'medium'])
  })

  test('webhooks too are told first of what is critical', async () => {
    const f = await aNotifications(database())
    const urgencyAt = (priority: Priority) =>
      eventOfNotice('1', f.notice({ priority }), f.clock.now()).urgency
    const sorted = (['low', 'high', 'critical'] as const).map(urgencyAt).sort((a = 0, b = 0) => a - b)
    expect(sorted).toEqual([urgencyAt('critical'), urgencyAt('high'), urgencyAt('low')])
    expect(new Set(sorted).size).toBe(3)
  })
})

function toWebhook({ tenantId }: Fixture, webhookId: string): JobRequest {
  return request(sendWebhook, { deliveryId: newId(), webhookId }, { tenantId })
}

/** A worker, and what it begins: notices by their priority, mails, and webhooks by their id, which never answer. */
function aLine(database: Database, { clock, tenantId, notice }: Fixture, options: { concurrency: number }) {
  const enqueue: Enqueue = (requests, within) => fixture.engine.client.enqueueMany(requests, within)
  const notifications = createNotifications({ database, clock, enqueue })
  const begun: string[] = []
  const counted = new Map<number, () => void>()
  const begin = (what: string) => counted.get(begun.push(what))?.()
  const spread: NotificationNeeds['spreader']['spread'] = async (_, id, signal) => {
    begin((await findNotification(database, tenantId, id))?.priority ?? 'none')
    return notifications.spreader.spread(tenantId, id, signal)
  }
  const silent = defineJob({
    ...sendWebhook,
    run: ({ webhookId }, _, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        begin(webhookId)
      }),
  })
  const needs = {
    ...notifications,
    spreader: { ...notifications.spreader, spread },
    postman: { post: async () => (begin('mail'), { state: 'kept', deliveryId: '' }) },
  }
  const fixture = anEngine(database, [...OWN_JOBS, sendMail, silent] as readonly AnyJob<unknown>[], {
    ...{ clock, needs },
    ...options,
  })
  return {
    engine: fixture.engine,
    notify: (priority: Priority) =>
      database.transaction((tx) => notifications.notify(tx, notice({ priority }))),
    /** Works until so many have begun. @returns what, in order */
    async run(count: number): Promise<readonly string[]> {
      const enough = new Promise<void>((resolve) => counted.set(count, resolve))
      await fixture.engine.start()
      await enough
      await stopNow(fixture)
      return begun
    },
  }
}
