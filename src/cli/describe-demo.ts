import type { Suggestion, ShiftedShipments } from '../domain/freight/index.js'
import { table } from './table.js'

export interface DemoResult {
  readonly url: string
  readonly windowDays: number
  readonly sample: ShiftedShipments
  readonly load: { readonly taken: number; readonly tookMs: number }
  readonly suggestions: readonly Suggestion[]
  /** Whether the environment gave the API key; else it was drawn and printed. */
  readonly isKeyPreset: boolean
}

/** What the demo prints once its background jobs are done. */
export function describeDemo({
  url,
  windowDays,
  sample,
  load,
  suggestions,
  isKeyPreset,
}: DemoResult): string {
  const where = isKeyPreset ? 'the one in LINEHAUL_API_KEY' : 'printed above'
  const rows = suggestions.map((suggestion, index) => [
    index + 1,
    `${Math.round(suggestion.confidence * 100)} %`,
    suggestion.frequency,
    suggestion.customer.name,
    `${suggestion.origin.name} -> ${suggestion.destination.name}`,
    dayOf(suggestion.lastPickupAt),
  ])
  return `
Took in ${load.taken} shipments in ${(load.tookMs / 1000).toFixed(1)} s: the USAID SCMS delivery history (public domain).
It ends in 2015, so all its dates were moved by ${sample.weeks} weeks, to ${dayOf(sample.from)} … ${dayOf(sample.to)}; each shipment
keeps the original ones among its attributes.

Lanes worth dedicating a driver to, found by the background job freight.analyze-patterns in the last ${windowDays} days, for this
history is sparse; the default is 90
(${suggestions.length} suggestions, best first; frequency is days with a pick-up):

${table(['#', 'CONFIDENCE', 'FREQUENCY', 'CUSTOMER', 'LANE', 'LAST PICK-UP'], rows)}

  Listening on   ${url}
  Try it out     ${url}/api/docs   (press Authorize and enter the API key: ${where})
  Or by hand     curl -H "Authorization: Bearer <key>" ${url}/api/v1/lane-suggestions
`
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}
