import type { Caller } from './caller.js'
import { untilAnalysed, type Running } from './running-app.js'

export interface Shipment {
  readonly id: string
  readonly status: string
  readonly customer: { id: string; name: string }
}

export interface Suggestion {
  readonly id: string
  readonly status: string
  readonly confidence: number
  readonly customer: { id: string; name: string }
}

export interface Job {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly payload: { customerId?: string }
}

/** An ISO 8601 instant of so many days ago; negative for one to come. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString()
}

/** A shipment's JSON, right unless `fields` say otherwise. */
export function aShipment(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    customer: 'ACME Corp',
    origin: 'Los Angeles',
    destination: 'Dallas',
    shippedAt: daysAgo(1),
    ...fields,
  }
}

export function toNdjson(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

/** Ships a customer's lane once a week for so many weeks, and waits for the suggestion that follows. */
export async function aSuggestion(
  { app, caller }: Running,
  customer: string,
  { weeks = 4, ...fields }: { weeks?: number } & Record<string, unknown> = {},
): Promise<Suggestion> {
  await ship(caller, customer, weeks, fields)
  await untilAnalysed(app)
  const { body } = await caller.get<{ items: Suggestion[] }>(
    `/api/v1/lane-suggestions?customer=${encodeURIComponent(customer)}`,
  )
  const [suggestion] = body.items
  if (!suggestion) throw new Error(`no suggestion followed from the shipments of ${customer}`)
  return suggestion
}

async function ship(
  caller: Caller,
  customer: string,
  weeks: number,
  fields: Record<string, unknown>,
): Promise<void> {
  const shipments = Array.from({ length: weeks }, (_, week) =>
    aShipment({ ...fields, customer, shippedAt: daysAgo(1 + 7 * week) }),
  )
  await caller.upload('/api/v1/shipments/import', 'application/x-ndjson', toNdjson(shipments))
}
