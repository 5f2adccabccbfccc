import { RefusedAddressError } from '../errors.js'
import type { EventType } from '../event-types.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { WebhookSettings } from './webhook.js'

/** Why no request could be sent to an address, as far as that is known before one is. */
export type RefusalOf = (url: string) => { code: string; message: string } | undefined

/** What can be told of settings before anything is sent. */
export interface SettingsJudge {
  readonly eventTypes: readonly EventType[]
  readonly refusalOf: RefusalOf
}

type Judged = Pick<WebhookSettings, 'url' | 'events'>

/**
 * Refuses an address that nothing would be sent to, and events that never happen. What is as `before` stays as it is.
 * @throws {RefusedAddressError} OUTGOING_REFUSED
 * @throws {UnknownEventTypeError} NOTIFICATIONS_UNKNOWN_EVENT_TYPE
 */
export function refuseSettings(
  { url, events }: Judged,
  before: Judged | undefined,
  { eventTypes, refusalOf }: SettingsJudge,
): void {
  const refusal = url === before?.url ? undefined : refusalOf(url)
  if (refusal) throw new RefusedAddressError(refusal)
  refuseUnknown(events, {
    among: eventTypes,
    listedAt: 'GET /api/v1/webhooks/event-types',
    before: before?.events ?? [],
    fieldOf: (index) => `events.${index}`,
  })
}
