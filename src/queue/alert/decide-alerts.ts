import type { Measurement } from './measure.js'
import type { Alert } from '../store/alert.js'

/** An open alert is cleared below this part of its threshold, so that what goes up and down around that is told once. */
const CLEARS_BELOW = 0.8

/** For how long something has to be wrong before it is told: over two looks at least, for a start or a deployment is over by then. */
export const RAISES_AFTER_MS = 20_000

type Place = Pick<Measurement, 'tenantId' | 'queue' | 'kind'>

/** Since when something is wrong that was not told yet, by {@link keyOf}. */
export type Suspicions = ReadonlyMap<string, number>

export interface Decision<Open> {
  readonly raise: readonly (Measurement & { readonly threshold: number })[]
  readonly clear: readonly Open[]
  /** For the next look. */
  readonly suspicions: Suspicions
}

/** What follows from one look at everything. */
export function decideAlerts<Open extends Pick<Alert, 'tenantId' | 'queue' | 'kind'>>(
  {
    measured,
    open,
    suspicions,
  }: { measured: readonly Measurement[]; open: readonly Open[]; suspicions: Suspicions },
  nowMs: number,
): Decision<Open> {
  const isOpen = new Set(open.map(keyOf))
  const wrong = measured.filter(isWrong).filter((one) => !isOpen.has(keyOf(one)))
  const since = new Map(wrong.map((one) => [keyOf(one), suspicions.get(keyOf(one)) ?? nowMs]))
  const raise = wrong.filter((one) => nowMs - (since.get(keyOf(one)) ?? nowMs) >= RAISES_AFTER_MS)
  for (const one of raise) since.delete(keyOf(one))
  const stillBad = new Set(measured.filter(isStillBad).map(keyOf))
  return { raise, clear: open.filter((alert) => !stillBad.has(keyOf(alert))), suspicions: since }
}

function isWrong(one: Measurement): one is Measurement & { threshold: number } {
  return one.threshold !== null && !one.isUnsure && one.value >= one.threshold
}

function isStillBad({ value, threshold }: Measurement): boolean {
  return threshold !== null && value >= CLEARS_BELOW * threshold
}

function keyOf({ tenantId, queue, kind }: Place): string {
  return JSON.stringify([tenantId, queue, kind])
}
