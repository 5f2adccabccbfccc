import type { LaneFigures } from './lane-figures.js'

const DAY_MS = 86_400_000

/** A total charge above this, in the lane's main currency, counts as valuable. */
const VALUABLE_CHARGE = 10_000

/** One reason for or against a lane, in points of 1. */
export interface Factor {
  name: 'frequency' | 'recency' | 'consistency' | 'value'
  points: number
  max: number
  /** A sentence for people. */
  reason: string
}

export interface Confidence {
  /** The sum of the points, 0 to 1. */
  score: number
  factors: readonly Factor[]
}

type Evidence = Pick<
  LaneFigures,
  'frequency' | 'firstPickupAt' | 'lastPickupAt' | 'totalFreightCharge' | 'currency'
>

/** Counted in whole tenths: 0.2 + 0.1 is not 0.3 in floating point, and the sum is compared with a threshold. */
interface Tenths {
  name: Factor['name']
  tenths: number
  max: number
  reason: string
}

/** How sure we are that a lane will go on: by how often, how lately, how steadily and for how much it is used. */
export function confidence(
  evidence: Evidence,
  { weightRecentShipments }: { weightRecentShipments: boolean },
  now: Date,
): Confidence {
  const factors = [
    frequency(evidence),
    ...(weightRecentShipments ? [recency(evidence, now)] : []),
    consistency(evidence),
    value(evidence),
  ]
  const tenths = factors.reduce((sum, factor) => sum + factor.tenths, 0)
  return { score: tenths / 10, factors: factors.map(toPoints) }
}

function toPoints({ name, tenths, max, reason }: Tenths): Factor {
  return { name, points: tenths / 10, max: max / 10, reason }
}

function frequency({ frequency: days }: Evidence): Tenths {
  const reason = `${counted(days, 'day')} with a pickup; 4 or more earn all points.`
  return { name: 'frequency', tenths: Math.min(days, 4), max: 4, reason }
}

function recency({ lastPickupAt }: Evidence, now: Date): Tenths {
  const days = daysBetween(lastPickupAt, now)
  const reason = `Last pickup ${counted(days, 'day')} ago; within 7 days earns all points, within 60 some.`
  const tenths = stepOf(days, [
    [7, 3],
    [30, 2],
    [60, 1],
  ])
  return { name: 'recency', tenths, max: 3, reason }
}

function consistency({ frequency: days, firstPickupAt, lastPickupAt }: Evidence): Tenths {
  if (days < 2 || lastPickupAt <= firstPickupAt)
    return { name: 'consistency', tenths: 0, max: 2, reason: 'A single day shows no rhythm.' }
  const gap = Math.floor(daysBetween(firstPickupAt, lastPickupAt) / (days - 1))
  const reason = `${counted(gap, 'day')} between pickups on average; up to 30 earn all points, up to 60 some.`
  const tenths = stepOf(gap, [
    [30, 2],
    [60, 1],
  ])
  return { name: 'consistency', tenths, max: 2, reason }
}

function value({ totalFreightCharge, currency }: Evidence): Tenths {
  const total = totalFreightCharge ?? 0
  const amount = currency ? `${Math.round(total)} ${currency} of freight charges` : 'No freight charges'
  const reason = `${amount} in the window; more than ${VALUABLE_CHARGE} earn the point.`
  return { name: 'value', tenths: total > VALUABLE_CHARGE ? 1 : 0, max: 1, reason }
}

/** The tenths of the first step that `days` does not exceed. */
function stepOf(days: number, steps: readonly (readonly [upTo: number, tenths: number])[]): number {
  return steps.find(([upTo]) => days <= upTo)?.[1] ?? 0
}

/** Whole days elapsed. */
function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / DAY_MS)
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
