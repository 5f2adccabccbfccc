import { randomUUID } from 'node:crypto'

import { createKeyring, Secrets } from '../../access/index.js'
import type { Database } from '../../database/index.js'
import type { Outgoing } from '../../outgoing/index.js'
import type { JobRequest } from '../../queue/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import type { Notice } from '../notice.js'
import { tellWebhooks } from '../webhook/tell-webhooks.js'
import { WebhookSender } from '../webhook/webhook-sender.js'
import { Webhooks, type IssuedWebhook } from '../webhook/webhooks.js'

const tenantId = 'default'
const admin = { tenantId, actor: 'user:1' }
const keyring = createKeyring({ key: Buffer.alloc(32, 7).toString('base64'), oldKeys: [] })

export interface WebhookBench {
  readonly clock: FakeClock
  readonly webhooks: Webhooks
  readonly sender: WebhookSender
  readonly notices: Notice[]
  readonly webhook: IssuedWebhook
  /** Tells an event. @returns the ids of the deliveries that it makes */
  tell(type: string, cause?: string): Promise<string[]>
  send(id: string, attempt?: object): Promise<unknown>
  stateOf(id: string): Promise<object>
}

/** A webhook, and what sends to it. */
export async function aWebhookBench(
  database: Database,
  {
    url,
    outgoing,
    events,
  }: { url: string; outgoing: Pick<Outgoing, 'fetch' | 'refusalOf'>; events: readonly string[] },
): Promise<WebhookBench> {
  const [clock, requests, notices] = [new FakeClock(), [] as JobRequest[], [] as Notice[]]
  const enqueue = async (wishes: readonly JobRequest[]) => void requests.push(...wishes)
  const secrets = new Secrets(database, keyring)
  const eventTypes = ['job.done', 'shipment.created'].map((type) => ({ type, description: '' }))
  const { fetch, refusalOf } = outgoing
  const webhooks = new Webhooks({ database, secrets, enqueue, clock, eventTypes, refusalOf })
  const notify = async (_: unknown, notice: Notice) => void notices.push(notice)
  const sender = new WebhookSender({ database, secrets, fetch, notify, clock })
  const settings = { url, events, description: 'ERP', isEnabled: true }
  const webhook = await webhooks.create(admin, settings)
  return {
    ...{ clock, webhooks, sender, notices, webhook },
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
