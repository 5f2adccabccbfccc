import { Option, type Command } from 'commander'

import type { DeliveryState } from '../../notifications/index.js'
import { addApiCommand, type ApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import type { Builders } from '../app.js'
import { DELIVERY_STATES } from '../delivery-states.js'
import { listCommand } from '../list-command.js'
import { table } from '../table.js'
import { redeliver } from './redeliver.js'
import {
  createWebhook,
  describeSecret,
  updateWebhook,
  type Issued,
  type ToldWebhook,
} from './webhook-settings.js'

/** As the API tells it. */
interface ToldDelivery {
  readonly id: string
  readonly type: string
  readonly state: DeliveryState
  readonly status: number | null
  readonly attempts: number
  readonly dueAt: string | null
  readonly createdAt: string
  readonly error: string | null
}

interface EventType {
  readonly type: string
  readonly description: string
}

const list = listCommand<object, ToldWebhook>({
  things: 'webhooks',
  summary: 'List webhooks, newest first.',
  path: '/webhooks',
  columns: {
    ID: ({ id }) => id,
    URL: ({ url }) => url,
    EVENTS: ({ events }) => events.join(' '),
    STATE: ({ isEnabled }) => (isEnabled ? 'enabled' : 'disabled'),
    'LAST SUCCESS': ({ lastSuccessAt }) => lastSuccessAt,
    'FAILING SINCE': ({ failingSince }) => failingSince,
    BECAUSE: ({ disabledBecause }) => disabledBecause,
    DESCRIPTION: ({ description }) => description,
  },
})

const deliveries = listCommand<{ state?: string }, ToldDelivery>({
  things: 'deliveries',
  usage: 'deliveries <id>',
  summary: 'List what a webhook was sent, newest first.',
  filters: [new Option('--state <state>', 'only in this state').choices(DELIVERY_STATES)],
  path: (id = '') => at`/webhooks/${id}/deliveries`,
  query: ({ state }) => ({ state }),
  columns: {
    ID: ({ id }) => id,
    TYPE: ({ type }) => type,
    STATE: ({ state }) => state,
    ANSWER: ({ status }) => status,
    ATTEMPTS: ({ attempts }) => attempts,
    DUE: ({ dueAt }) => dueAt,
    CREATED: ({ createdAt }) => createdAt,
    ERROR: ({ error }) => error,
  },
})

const eventTypes: ApiCommand<object, { items: readonly EventType[] }> = {
  usage: 'event-types',
  summary: 'List the types of events that a webhook can hear of.',
  act: (api) => api.get('/webhooks/event-types'),
  describe: ({ items }) =>
    table(
      ['TYPE', 'WHEN'],
      items.map(({ type, description }) => [type, description]),
      { isLastWhole: true },
    ),
  toJson: ({ items }) => items,
}

export function addWebhooks(program: Command, builders: Builders): void {
  const webhooks = program
    .command('webhooks')
    .description('Look at webhooks and at what they were sent, make and remove them.')
  addApiCommand(webhooks, builders, list)
  addApiCommand(webhooks, builders, eventTypes)
  addApiCommand(webhooks, builders, createWebhook)
  addApiCommand(webhooks, builders, updateWebhook)
  addApiCommand(
    webhooks,
    builders,
    enabling('enable', true, 'Send to a webhook again; its failures are forgotten.'),
  )
  addApiCommand(
    webhooks,
    builders,
    enabling('disable', false, 'Send a webhook nothing; what happens meanwhile is not written down for it.'),
  )
  addApiCommand(webhooks, builders, {
    usage: 'test <id>',
    summary: 'Send a webhook an event of the type webhook.test.',
    act: (api, _options, id: string) => api.post<ToldDelivery>(at`/webhooks/${id}/test`),
    describe: ({ id, type }) => `${type} is on its way: delivery ${id}.`,
  })
  addApiCommand(webhooks, builders, deliveries)
  addApiCommand(webhooks, builders, redeliver)
  addApiCommand(webhooks, builders, {
    usage: 'rotate-secret <id>',
    summary: 'Sign with another secret, shown this once; the one before signs as well for 24 hours.',
    act: (api, _options, id: string) => api.post<Issued>(at`/webhooks/${id}/rotate-secret`),
    describe: describeSecret,
  })
  addApiCommand(webhooks, builders, {
    usage: 'remove <id>',
    summary: 'Forget a webhook and its secret; what has not arrived by then does not any more.',
    asks: (_options, id) => `Remove the webhook ${id} for good?`,
    act: (api, _options, id: string) => api.delete<ToldWebhook>(at`/webhooks/${id}`),
    describe: ({ id, url }) => `The webhook ${id} (${url}) is removed.`,
  })
}

function enabling(verb: string, isEnabled: boolean, summary: string): ApiCommand<object, ToldWebhook> {
  return {
    usage: `${verb} <id>`,
    summary,
    act: (api, _options, id: string) => api.patch<ToldWebhook>(at`/webhooks/${id}`, { isEnabled }),
    describe: ({ id, isEnabled: is }) => `The webhook ${id} is ${is ? 'enabled' : 'disabled'}.`,
  }
}
