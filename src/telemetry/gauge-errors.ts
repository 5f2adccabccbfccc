import { Counter, type Registry } from 'prom-client'

const NAME = 'linehaul_gauge_errors_total'

/** The one counter of a registry that tells which gauges were missing from scrapes. */
export function gaugeErrors(registry: Registry): Counter<'gauge'> {
  const known = registry.getSingleMetric(NAME)
  if (known) return known as Counter<'gauge'>
  return new Counter({
    name: NAME,
    help: 'Scrapes from which a gauge is missing, because what it tells could not be counted in time.',
    labelNames: ['gauge'],
    registers: [registry],
  })
}
