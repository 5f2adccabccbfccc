import type { DeliveryState } from './delivery-state.js'

export type Channel = 'email' | 'webhook'

/** What may be told of something that is, or was, to be sent. */
export interface Delivery {
  readonly id: string
  /** What it is sent because of; one cause is sent to one recipient once. */
  readonly cause: string
  /** `user:<id>`, an e-mail address, `webhook:<id>`. */
  readonly recipient: string
  readonly notificationId: string | null
  readonly content: unknown
  readonly state: DeliveryState
  /** How often it was tried. */
  readonly attempts: number
  /** Why the last attempt failed, or why it is in doubt. */
  readonly error: string | null
  /** What the other side said. */
  readonly answer: unknown
  readonly messageId: string | null
  readonly createdAt: Date
  readonly changedAt: Date
  readonly sentAt: Date | null
  /** When it is tried next; `null` where no job is known that will. */
  readonly dueAt: Date | null
}

/** The attempt that sends it: of which job, and which of its attempts. */
export interface Sender {
  readonly jobId: string
  readonly number: number
}

/** What an attempt has claimed: nobody else sends it, and only who has `claim` can say how it ended. */
export interface ClaimedDelivery extends Pick<
  Delivery,
  'id' | 'recipient' | 'notificationId' | 'content' | 'answer' | 'attempts' | 'createdAt'
> {
  readonly tenantId: string
  readonly messageId: string
  readonly claim: string
}

/** How an attempt to send ended. */
export interface Ending {
  readonly state: 'sent' | 'failed' | 'pending' | 'in-doubt' | 'kept'
  readonly error?: string
  readonly answer?: object
}
