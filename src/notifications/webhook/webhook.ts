/** Where a tenant wants to be told what happens. */
export interface Webhook {
  readonly id: string
  readonly url: string
  /** Patterns of the types of events that it hears of. */
  readonly events: readonly string[]
  /** What it is for, for people. */
  readonly description: string
  readonly isEnabled: boolean
  /** Why it is not enabled any more, where that was not a person's wish. */
  readonly disabledBecause: string | null
  /** Until when the secret before the current one signs as well. */
  readonly formerSecretUntil: Date | null
  /** Since when nothing has arrived there; `null` once something has. */
  readonly failingSince: Date | null
  readonly lastSuccessAt: Date | null
  readonly createdAt: Date
  readonly createdBy: string
}

/** One webhook of a tenant's. */
export interface WebhookPlace {
  readonly tenantId: string
  readonly id: string
}

/** What its owner says of it. */
export type WebhookSettings = Pick<Webhook, 'url' | 'events' | 'description' | 'isEnabled'>

/** Something that happened, as webhooks are told. */
export interface ToldEvent {
  readonly tenantId: string
  /** What it is told because of: one cause is told once to each webhook. */
  readonly cause: string
  readonly type: string
  readonly at: Date
  /** JSON. */
  readonly data: unknown
  /** Default: as any other job. */
  readonly urgency?: number
}

/** An event that one webhook is to be told, and the id under which it is. */
export interface Telling {
  readonly id: string
  readonly event: ToldEvent
  readonly webhookId: string
}

/** The name of the secret with which a webhook's deliveries are signed. */
export function secretOf(id: string): string {
  return `webhook:${id}`
}

export function formerSecretOf(id: string): string {
  return `webhook:${id}:former`
}
