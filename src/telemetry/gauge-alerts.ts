import { Gauge, type Registry } from 'prom-client'

import type { Database } from '../database/index.js'
import { countOpenAlerts } from '../queue/index.js'
import { Level } from './level.js'

/** Adds a gauge of the alerts that are open, of all tenants. It is missing while they cannot be counted. */
export function gaugeAlerts(database: Database, registry: Registry): void {
  const open = new Level(
    new Gauge({
      name: 'linehaul_alerts',
      help: 'Alerts that are open, over all tenants.',
      labelNames: ['queue', 'kind'],
      registers: [registry],
      collect: count,
    }),
  )

  async function count(): Promise<void> {
    try {
      const counts = await countOpenAlerts(database)
      open.show(counts.map(({ queue, kind, count }) => [{ queue, kind }, count]))
    } catch {
      open.hide() // what the other metrics say is worth the scrape all the same
    }
  }
}
