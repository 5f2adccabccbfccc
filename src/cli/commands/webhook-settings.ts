import { Option } from 'commander'

import type { ApiCommand } from '../api-command.js'
import { at } from '../api-client.js'

/** As the API tells it. */
export interface ToldWebhook {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly description: string
  readonly isEnabled: boolean
  readonly disabledBecause: string | null
  readonly failingSince: string | null
  readonly lastSuccessAt: string | null
}

export interface Issued extends ToldWebhook {
  readonly secret: string
}

interface Settings {
  /** Not `url`, which every command has: the Linehaul to act on. */
  readonly to?: string
  readonly events?: readonly string[]
  readonly description?: string
}

const events = () =>
  new Option(
    '--events <patterns>',
    'which ones, with commas between them, such as job.*,shipment.created',
  ).argParser((patterns) => patterns.split(',').map((pattern) => pattern.trim()))
const description = () => new Option('--description <text>', 'what it is for, for whoever wonders')

export const createWebhook: ApiCommand<Settings, Issued> = {
  usage: 'create <url>',
  summary: 'Have events sent to an address; the secret that signs them is shown this once.',
  options: [events().makeOptionMandatory(), description()],
  act: (api, { events, description }, url: string) =>
    api.post<Issued>('/webhooks', { url, events, description }),
  describe: describeSecret,
}

export const updateWebhook: ApiCommand<Settings, ToldWebhook> = {
  usage: 'update <id>',
  summary: 'Change where a webhook is, what it hears of, or what it is for; what is left out stays.',
  options: [new Option('--to <url>', 'the address to send to'), events(), description()],
  act: (api, { to, events, description }, id: string) =>
    api.patch<ToldWebhook>(at`/webhooks/${id}`, { url: to, events, description }),
  describe: ({ id, url, events }) => `The webhook ${id} is at ${url}, and hears of ${events.join(' ')}.`,
}

export function describeSecret({ id, secret }: Issued): string {
  return `The webhook ${id}, whose secret is shown only this once: ${secret}`
}
