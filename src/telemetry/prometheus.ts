import { Counter, Histogram, Registry } from 'prom-client'

import type { Database } from '../database/index.js'
import type { Engine } from '../queue/index.js'
import { systemClock, type Clock } from '../time/index.js'
import { gaugeAlerts } from './gauge-alerts.js'
import { gaugeDepth } from './gauge-depth.js'

export interface PrometheusOptions {
  engine: Pick<Engine<never>, 'signals'>
  /** The engine's. */
  database: Database
  /** Adds the label `tenant` to counters and histograms. Each tenant then costs some 40 series a definition. Default false. */
  perTenant?: boolean
  /** Where the metrics are kept. Default: a registry of their own. */
  registry?: Registry
  /** Hears why a gauge is missing: once, until it could be counted again. Default: nobody. */
  onError?: (error: unknown, where: string) => void
  clock?: Clock
}

const RUN_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800]
const WAIT_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1_800, 3_600, 21_600]

/**
 * Metrics of an engine for Prometheus: answer a scrape with `await registry.metrics()`. Counters and histograms tell what
 * this process did; the gauges tell what stands in the database, the same from every process.
 */
export function prometheus(options: PrometheusOptions): Registry {
  const { clock = systemClock, registry = new Registry(), onError = () => undefined } = options
  const database = options.database.background()
  countAttempts(options, registry)
  gaugeDepth(database, registry, { clock, onError })
  gaugeAlerts(database, registry, { clock, onError })
  return registry
}

function countAttempts(
  { engine: { signals }, perTenant = false }: PrometheusOptions,
  registry: Registry,
): void {
  const registers = [registry]
  const labelNames = ['queue', 'definition', ...(perTenant ? ['tenant'] : [])]
  const labelsOf = (of: { queue: string; name: string; tenantId: string }) => ({
    queue: of.queue,
    definition: of.name,
    ...(perTenant && { tenant: of.tenantId }),
  })
  const enqueued = new Counter({
    name: 'linehaul_jobs_enqueued_total',
    help: 'Jobs enqueued by this process.',
    labelNames,
    registers,
  })
  const claimed = new Counter({
    name: 'linehaul_jobs_claimed_total',
    help: 'Jobs claimed by this process: attempts begun.',
    labelNames,
    registers,
  })
  const finished = new Counter({
    name: 'linehaul_attempts_finished_total',
    help: 'Attempts that ended in this process, by outcome. failed: it is tried again; dead: it is not.',
    labelNames: [...labelNames, 'outcome'],
    registers,
  })
  const run = new Histogram({
    name: 'linehaul_attempt_run_seconds',
    help: 'How long handlers ran.',
    labelNames,
    buckets: RUN_SECONDS,
    registers,
  })
  const wait = new Histogram({
    name: 'linehaul_attempt_wait_seconds',
    help: 'From when a job was due to when it was claimed.',
    labelNames,
    buckets: WAIT_SECONDS,
    registers,
  })
  signals.on('job.enqueued', ({ jobs }) => {
    for (const job of jobs) if (job.isNew) enqueued.inc(labelsOf(job))
  })
  signals.on('attempt.started', (event) => {
    claimed.inc(labelsOf(event))
    wait.observe(labelsOf(event), event.waitMs / 1_000)
  })
  signals.on('attempt.ended', (event) => {
    finished.inc({ ...labelsOf(event), outcome: event.ended })
    run.observe(labelsOf(event), event.runMs / 1_000)
  })
}
