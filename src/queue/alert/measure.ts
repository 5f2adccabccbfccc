import type { AlertKind } from '../store/alert.js'
import type { QueueFacts } from '../store/alert-facts.js'
import { settleThresholds } from './thresholds.js'

/** How far one thing is from being worth an alert. */
export interface Measurement {
  readonly tenantId: string
  readonly queue: string
  readonly kind: AlertKind
  readonly value: number
  /** From which value on an alert is raised; `null`: never. */
  readonly threshold: number | null
  /** Whether there is too little to judge by: enough to leave an alert open, not to raise one. */
  readonly isUnsure: boolean
}

/** All that can be wrong with a tenant's queue. */
export function measure(facts: QueueFacts): readonly Measurement[] {
  const { tenantId, queue, ends, failures, dead, oldestWaitingMs, isServed, lateMs } = facts
  const thresholds = settleThresholds(facts.changes)
  const of = (kind: AlertKind, value: number, threshold: number | null, isUnsure = false): Measurement => ({
    ...{ tenantId, queue, kind, threshold, isUnsure },
    value: Math.round(value * 10) / 10,
  })
  const waitingMinutes = minutes(oldestWaitingMs)
  const rate = ends > 0 ? (100 * failures) / ends : 0
  return [
    of('failure-rate', rate, thresholds.failureRatePercent, ends < thresholds.failureLeastEnds),
    of('oldest-waiting', waitingMinutes, thresholds.oldestWaitingMinutes),
    of('dead-growth', dead, thresholds.deadPerHour),
    of('late-schedule', minutes(lateMs), thresholds.scheduleLateMinutes),
    of('no-worker', isServed ? 0 : waitingMinutes, thresholds.noWorkerMinutes),
  ]
}

function minutes(ms: number | null): number {
  return (ms ?? 0) / 60_000
}
