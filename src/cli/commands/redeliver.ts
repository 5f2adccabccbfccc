import { Option } from 'commander'

import type { ApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import { describeAgain, refuseNeither, sendAllAgain, type Again } from '../send-again.js'

/** One delivery, or how many of a state. */
type Redelivered = { readonly id: string; readonly state: string } | Again

export const redeliver: ApiCommand<{ state?: string }, Redelivered> = {
  usage: 'redeliver <id> [deliveryId]',
  summary:
    'Send a webhook something once more, under the same id, or with --state all that are in that state.',
  options: [
    new Option('--state <state>', 'instead of one of its deliveries: all of this state').choices(['failed']),
  ],
  asks: ({ state }, _id, deliveryId) =>
    state === undefined || deliveryId !== undefined ? undefined : `Send all again that have ${state}?`,
  async act(api, { state }, id: string, deliveryId?: string) {
    refuseNeither('deliveries', deliveryId, state)
    const list = at`/webhooks/${id}/deliveries`
    if (deliveryId !== undefined) return await api.post<Redelivered>(`${list}${at`/${deliveryId}`}/redeliver`)
    return sendAllAgain(api, { list, state, verb: 'redeliver' })
  },
  describe: (answer) =>
    'resent' in answer
      ? describeAgain(answer, 'delivery', 'deliveries')
      : `The delivery ${answer.id} is ${answer.state}.`,
}
