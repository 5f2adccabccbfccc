import { collectDefaultMetrics, Registry } from 'prom-client'

let metrics: Registry | undefined

/** Memory, CPU, event loop and garbage of this process: measured once, whatever runs in it. */
export function processMetrics(): Registry {
  if (!metrics) {
    metrics = new Registry()
    collectDefaultMetrics({ register: metrics })
  }
  return metrics
}
