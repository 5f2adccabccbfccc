export { tracing, type Tracing } from './otel.js'
export { prometheus, type PrometheusOptions } from './prometheus.js'
