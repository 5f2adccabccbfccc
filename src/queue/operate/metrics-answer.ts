import { pauseOf } from '../limit/pauses.js'
import type { Load } from '../store/load.js'
import type { StandingPause } from '../store/pause.js'

const STATES = {
  waiting: ['waiting', 'held', 'blocked'],
  active: ['running'],
  delayed: ['scheduled'],
  dead: ['dead'],
  completed: ['completed'],
  failed: ['failed'],
} as const satisfies Record<string, readonly Load['state'][]>

type Counted = keyof typeof STATES

/** The jobs of a queue, or of a definition. */
export type JobMetrics = Readonly<Record<Counted, number>> & {
  /** The queue's, or the definition's. */
  readonly name: string
  readonly queue: string
  /** Which of the counts stopped at what was looked at: there are at least that many. */
  readonly atLeast: readonly Counted[]
  /** Of what ended in the last hour, how many in a hundred are dead. */
  readonly failedRate: number
  readonly paused: boolean
}

/** Whose metrics are wanted. */
export type MetricsLine =
  | { readonly kind: 'queue'; readonly name: string; readonly queue: string }
  | {
      readonly kind: 'definition'
      readonly name: string
      readonly aliases: readonly string[]
      readonly queue: string
    }

export function metricsOf(
  line: MetricsLine,
  tenantId: string,
  load: readonly Load[],
  pauses: readonly StandingPause[],
): JobMetrics {
  const names = line.kind === 'definition' ? [line.name, ...line.aliases] : undefined
  const here = load.filter(({ queue }) => queue === line.queue)
  const own = here.filter(({ name }) => names?.includes(name) ?? true)
  const counts = countsOf(own)
  const { name, queue } = line
  return {
    ...{ name, queue, ...counts },
    atLeast: stoppedOf(here),
    failedRate: rateOf(counts),
    paused: isPaused(line, tenantId, pauses),
  }
}

function countsOf(load: readonly Load[]): Record<Counted, number> {
  const sum = (states: readonly Load['state'][]) =>
    load.filter(({ state }) => states.includes(state)).reduce((total, { count }) => total + count, 0)
  return Object.fromEntries(
    Object.entries(STATES).map(([counted, states]) => [counted, sum(states)]),
  ) as Record<Counted, number>
}

/** What was not looked at may be of any definition of the queue. */
function stoppedOf(load: readonly Load[]): readonly Counted[] {
  const stopped = load.filter(({ isAtLeast }) => isAtLeast).map(({ state }) => state)
  const isStopped = (states: readonly Load['state'][]) => states.some((state) => stopped.includes(state))
  return (Object.keys(STATES) as Counted[]).filter((counted) => isStopped(STATES[counted]))
}

function rateOf({ completed, failed }: Record<Counted, number>): number {
  const rate = failed === 0 ? 0 : (100 * failed) / (completed + failed)
  return Math.round(rate * 10) / 10
}

function isPaused(line: MetricsLine, tenantId: string, pauses: readonly StandingPause[]): boolean {
  if (pauseOf(line.queue, tenantId, pauses)) return true
  const own = pauses.filter((pause) => pause.tenantId === '' || pause.tenantId === tenantId)
  return line.kind === 'definition' && own.some(({ name }) => name === line.name)
}

/** Whether all is well, and what is not. */
export interface Health {
  readonly status: 'healthy' | 'degraded'
  readonly queues: number
  /** Open and dead jobs, and those that were done in the last hour. */
  readonly totalJobs: number
  readonly metrics: readonly JobMetrics[]
  /** What is wrong, in sentences. */
  readonly reasons: readonly string[]
}

/** Most of a queue's jobs that may end dead before it is called degraded, in a hundred. */
const MOST_FAILED = 50

export function healthOf(
  metrics: readonly JobMetrics[],
  workers: readonly { readonly queues: readonly string[] }[],
): Health {
  const served = new Set(workers.flatMap(({ queues }) => queues))
  const reasons = metrics.flatMap(({ name, waiting, failedRate }) => [
    ...(waiting > 0 && !served.has(name)
      ? [`No live worker serves the queue ${name}, in which jobs wait.`]
      : []),
    ...(failedRate > MOST_FAILED
      ? [`Of what ended in ${name} in the last hour, ${failedRate} % are dead.`]
      : []),
  ])
  const total = metrics.map(
    ({ waiting, active, delayed, dead, completed }) => waiting + active + delayed + dead + completed,
  )
  return {
    status: reasons.length > 0 ? 'degraded' : 'healthy',
    queues: metrics.length,
    totalJobs: total.reduce((sum, jobs) => sum + jobs, 0),
    ...{ metrics, reasons },
  }
}
