import { Gauge, type Registry } from 'prom-client'

/** Adds how many sockets of live clients are open here, counted at each scrape. */
export function gaugeSockets(registry: Registry, count: () => number): void {
  new Gauge({
    name: 'linehaul_live_sockets',
    help: 'Sockets of live clients that are open in this process.',
    registers: [registry],
    collect() {
      this.set(count())
    },
  })
}
