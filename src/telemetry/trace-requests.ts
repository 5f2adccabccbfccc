import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
  type Tracer,
} from '@opentelemetry/api'

import type { Answered } from './http-metrics.js'

/** A request as it comes. */
interface Asked {
  readonly method: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Stands for the request until it is answered. */
  readonly key: object
}

/** One span around each request, in the trace that the caller says. */
export interface RequestTracing {
  /** Runs `work`, and all that follows from it, inside the span. */
  begin(asked: Asked, work: () => void): void
  end(key: object, answered: Answered): void
}

/** Traces requests by OpenTelemetry's conventions for HTTP. @param tracer makes the spans */
export function traceRequests(tracer: Tracer): RequestTracing {
  const spans = new WeakMap<object, Span>()
  return {
    begin({ method, headers, key }, work) {
      const parent = propagation.extract(ROOT_CONTEXT, headers)
      const attributes = { 'http.request.method': method }
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent)
      spans.set(key, span)
      context.with(trace.setSpan(parent, span), work)
    },
    end(key, { method, route, status }) {
      const span = spans.get(key)
      if (!span) return
      span.updateName(`${method} ${route}`)
      span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}
