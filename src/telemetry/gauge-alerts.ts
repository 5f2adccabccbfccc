import type { Registry } from 'prom-client'

import type { Database } from '../database/index.js'
import { countOpenAlerts } from '../queue/index.js'
import type { Looking } from '../time/index.js'
import { gaugeRows, type Counted } from './gauge-rows.js'

/** Adds a gauge of the alerts that are open, of all tenants. */
export function gaugeAlerts(database: Database, registry: Registry, looking: Looking): void {
  const alerts: Counted<'queue' | 'kind'> = {
    name: 'linehaul_alerts',
    help: 'Alerts that are open, over all tenants.',
    labels: ['queue', 'kind'],
    count: async () =>
      (await countOpenAlerts(database)).map(({ queue, kind, count }) => [{ queue, kind }, count] as const),
  }
  gaugeRows(registry, alerts, looking)
}
