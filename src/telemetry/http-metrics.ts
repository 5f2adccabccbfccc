import { Counter, Histogram, type Registry } from 'prom-client'

/** A request that was answered. */
export interface Answered {
  readonly method: string
  /** The pattern that it met, `/api/v1/jobs/:id`; `none` where there is no such route. Never the address as it was sent. */
  readonly route: string
  readonly status: number
  readonly seconds: number
}

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

/** Adds what this process answers over HTTP. @returns who is to hear of every answer */
export function countAnswers(registry: Registry): (answered: Answered) => void {
  const registers = [registry]
  const requests = new Counter({
    name: 'linehaul_http_requests_total',
    help: 'Requests that this process answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'linehaul_http_request_seconds',
    help: 'From when a request came to when its answer was sent.',
    labelNames: ['method', 'route'],
    buckets: SECONDS,
    registers,
  })
  return ({ method, route, status, seconds }) => {
    requests.inc({ method, route, status })
    duration.observe({ method, route }, seconds)
  }
}
