import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api'

import type { Attempt, EngineOptions, Middleware } from '../queue/index.js'
import { redactText } from './redact.js'

/** What an engine takes to be traced: `new Engine({ …, carry, middleware: [middleware] })`. */
export interface Tracing {
  /** Hands the trace that is active at the enqueue over to the job. */
  readonly carry: NonNullable<EngineOptions<unknown>['carry']>
  /** One span around each attempt, a child of the trace in which the job was enqueued. */
  readonly middleware: Middleware
}

/**
 * Ties attempts to the traces in which their jobs were enqueued. Traces travel in the format of the propagator that the
 * program has registered with OpenTelemetry: W3C `traceparent` with its SDK for Node. Without an SDK it does nothing.
 * @param tracer makes the spans; default: the global one's, under the name `linehaul`
 */
export function tracing({ tracer = trace.getTracer('linehaul') }: { tracer?: Tracer } = {}): Tracing {
  return {
    carry() {
      const carrier: Record<string, string> = {}
      propagation.inject(context.active(), carrier)
      return Object.keys(carrier).length > 0 ? carrier : undefined
    },
    middleware(attempt, next) {
      // Not the active context: a worker's loop may have been started inside some other trace.
      const parent = propagation.extract(ROOT_CONTEXT, attempt.context)
      const options = { kind: SpanKind.CONSUMER, attributes: attributesOf(attempt) }
      const span = tracer.startSpan(`process ${attempt.queue}`, options, parent)
      return context.with(trace.setSpan(parent, span), () => within(span, next))
    },
  }
}

async function within<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const exception = error instanceof Error ? error : new Error(String(error))
    const code = 'code' in exception ? exception.code : undefined
    span.setAttribute('error.type', typeof code === 'string' ? code : exception.name)
    const [message, stack] = [exception.message, exception.stack ?? ''].map(redactText) as [string, string]
    span.recordException({ name: exception.name, message, stack })
    span.setStatus({ code: SpanStatusCode.ERROR, message })
    throw error
  } finally {
    span.end()
  }
}

/** By OpenTelemetry's conventions for messaging, and what only we know under names of our own. */
function attributesOf(attempt: Attempt): Attributes {
  return {
    'messaging.system': 'linehaul',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': attempt.queue,
    'messaging.message.id': attempt.jobId,
    ...(attempt.correlationId !== null && { 'messaging.message.conversation_id': attempt.correlationId }),
    'linehaul.job.name': attempt.name,
    'linehaul.attempt': attempt.number,
    'linehaul.tenant.id': attempt.tenantId,
  }
}
