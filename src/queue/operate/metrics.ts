import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import type { Registry } from '../registry.js'
import { listPauses } from '../store/pause.js'
import { measureLoad } from '../store/load.js'
import { metricsOf, type Health, healthOf, type JobMetrics } from './metrics-answer.js'
import { SYSTEM_QUEUE } from '../work/queue-settings.js'
import type { Workers } from './workers.js'

/** Ended jobs count for this long. */
const LATELY_MS = 3_600_000

/** How much stands where, and how it went in the last hour: of one tenant, by queue and by definition. */
export class Metrics {
  constructor(
    private readonly on: {
      database: Database
      registry: Registry<never>
      clock: Clock
      /** Every queue there is. */
      queues: readonly string[]
      workers: Workers
    },
  ) {}

  /** Every queue but the engine's own, by name. */
  async byQueue(tenantId: string): Promise<readonly JobMetrics[]> {
    const queues = this.on.queues.filter((queue) => queue !== SYSTEM_QUEUE)
    const { load, pauses } = await this.#measure(tenantId, queues)
    const lines = queues.map((queue) => ({ kind: 'queue', name: queue, queue }) as const)
    return lines.map((line) => metricsOf(line, tenantId, load, pauses)).sort(byName)
  }

  /**
   * Definitions that are known here, by name; the engine's own are not among them.
   * @param name only this one; a name or alias
   * @throws {UnknownJobError} JOBS_UNKNOWN_DEFINITION
   */
  async byDefinition(tenantId: string, name?: string): Promise<readonly JobMetrics[]> {
    const { registry } = this.on
    const jobs =
      name === undefined ? registry.jobs.filter(({ queue }) => queue !== SYSTEM_QUEUE) : [registry.get(name)]
    const { load, pauses } = await this.#measure(tenantId, [...new Set(jobs.map(({ queue }) => queue))])
    const lines = jobs.map(
      ({ name, aliases, queue }) => ({ kind: 'definition', name, aliases, queue }) as const,
    )
    return lines.map((line) => metricsOf(line, tenantId, load, pauses)).sort(byName)
  }

  /** Whether all is well, at one look. */
  async health(tenantId: string): Promise<Health> {
    const workers = await this.on.workers.list()
    return healthOf(await this.byQueue(tenantId), workers)
  }

  async #measure(tenantId: string, queues: readonly string[]) {
    const { database, clock } = this.on
    const since = new Date(clock.now().getTime() - LATELY_MS)
    const load = await measureLoad(database, { tenantId, queues, since })
    return { load, pauses: await listPauses(database) }
  }
}

function byName(a: JobMetrics, b: JobMetrics): number {
  return a.name < b.name ? -1 : 1
}
