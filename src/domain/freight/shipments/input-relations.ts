import { z } from 'zod'

import { instant } from './instant.js'

type Context = z.core.$RefinementCtx

/** What each relation needs to be sound before it can be checked, whatever else is wrong with the shipment. */
export const Ends = z.looseObject({ shippedAt: instant, deliveredAt: instant.optional() })
export const Places = z.looseObject({ origin: z.string(), destination: z.string() })
const RouteStops = z.looseObject({ stops: z.array(z.looseObject({ location: z.string() })) })
export const Route = Places.extend({ moves: z.array(RouteStops).optional() })

export function refuseDeliveryBeforePickup(
  { shippedAt, deliveredAt }: { shippedAt: string; deliveredAt?: string | undefined },
  context: Context,
): void {
  refuseEarlier(context, 'deliveredAt', deliveredAt, 'shippedAt', shippedAt)
}

export function refuseSamePlace({ origin, destination }: z.output<typeof Places>, context: Context): void {
  if (isSamePlace(origin, destination)) refuse(context, 'destination', 'must differ from the origin')
}

export function refuseOtherEnds(
  {
    origin,
    destination,
    moves,
  }: {
    origin: string
    destination: string
    moves?: readonly { stops: readonly { location: string }[] }[] | undefined
  },
  context: Context,
): void {
  const first = moves?.[0]?.stops[0]
  const last = moves?.at(-1)?.stops.at(-1)
  if (first && !isSamePlace(origin, first.location)) {
    refuse(context, 'origin', 'must be the location of the first stop, written the same way')
  }
  if (last && !isSamePlace(destination, last.location)) {
    refuse(context, 'destination', 'must be the location of the last stop, written the same way')
  }
}

export function refuseEarlier(
  context: Context,
  field: string,
  value: string | undefined,
  than: string,
  earliest: string | undefined,
): void {
  if (value === undefined || earliest === undefined || Date.parse(value) >= Date.parse(earliest)) return
  refuse(context, field, `must not be before ${than}`)
}

function refuse(context: Context, field: string, message: string): void {
  context.addIssue({ code: 'custom', path: [field], message })
}

function isSamePlace(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}
