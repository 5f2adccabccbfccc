import type { Registry } from 'prom-client'

import type { Database } from '../database/index.js'
import { countOpenAlerts } from '../queue/index.js'
import { gaugeRows } from './gauge-rows.js'

/** Adds a gauge of the alerts that are open, of all tenants. */
export function gaugeAlerts(database: Database, registry: Registry): void {
  gaugeRows(registry, {
    name: 'linehaul_alerts',
    help: 'Alerts that are open, over all tenants.',
    labels: ['queue', 'kind'],
    count: async () =>
      (await countOpenAlerts(database)).map(({ queue, kind, count }) => [{ queue, kind }, count] as const),
  })
}
