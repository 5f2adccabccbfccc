import { findMeasure } from './find-measure.js'
import { parseScmsDate } from './parse-scms-date.js'
import type { SampleShipment } from './sample-shipment.js'
import type { ScmsLine } from './scms-line.js'

/**
 * The shipments that `lines` belong to, in order of delivery; on one day, in order of their first lines.
 * Everything but weight and freight is the first line's. A shipment without a delivery date is left out.
 */
export function toShipments(lines: readonly ScmsLine[]): readonly SampleShipment[] {
  const linesById = new Map(lines.map((line) => [line.id, line]))
  return [...groupByShipment(lines).values()]
    .flatMap((group) => toShipment(group, linesById) ?? [])
    .sort((a, b) => Date.parse(a.shippedAt) - Date.parse(b.shippedAt))
}

type Group = readonly [ScmsLine, ...ScmsLine[]]

/** The lines of a shipment are often far apart in the file. */
function groupByShipment(lines: readonly ScmsLine[]): Map<string, Group> {
  const groups = new Map<string, [ScmsLine, ...ScmsLine[]]>()
  for (const line of lines) {
    const group = groups.get(line.shipment)
    if (group) group.push(line)
    else groups.set(line.shipment, [line])
  }
  return groups
}

function toShipment(group: Group, linesById: ReadonlyMap<string, ScmsLine>): SampleShipment | undefined {
  const [first] = group
  const deliveredAt = toInstant(first.delivered)
  if (deliveredAt === undefined) return undefined

  const weightKg = findMeasure(group, 'weight', linesById)
  const freightCharge = findMeasure(group, 'freight', linesById)
  return {
    id: first.shipment,
    customer: first.project,
    origin: first.site,
    destination: first.country,
    ...(first.mode !== 'N/A' && { service: first.mode }),
    ...(weightKg !== undefined && { weightKg }),
    ...(freightCharge !== undefined && { freightCharge, currency: 'USD' }),
    shippedAt: deliveredAt, // the file knows no pick-up date
    deliveredAt,
    attributes: otherDates(first),
  }
}

function otherDates({ poSent, scheduled }: ScmsLine): Record<string, string> {
  const poSentAt = toInstant(poSent)
  const scheduledDeliveryAt = toInstant(scheduled)
  return { ...(poSentAt && { poSentAt }), ...(scheduledDeliveryAt && { scheduledDeliveryAt }) }
}

function toInstant(text: string): string | undefined {
  return parseScmsDate(text)?.toISOString()
}
