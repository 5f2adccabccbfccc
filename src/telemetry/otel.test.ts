import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type TextMapPropagator,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { onEachDatabase } from '../database/testing/test-database.js'
import { eachTestHasAWorkbench } from '../queue/testing/workbench.js'
import { tracing } from './otel.js'

/** W3C `traceparent`, as the SDK for Node registers it. */
const traceparent: TextMapPropagator<Record<string, string>> = {
  inject(active, carrier) {
    const span = trace.getSpanContext(active)
    if (span) carrier['traceparent'] = `00-${span.traceId}-${span.spanId}-01`
  },
  extract(active, carrier) {
    const [, traceId, spanId] = carrier['traceparent']?.split('-') ?? []
    return traceId && spanId
      ? trace.setSpanContext(active, { traceId, spanId, traceFlags: 1, isRemote: true })
      : active
  },
  fields: () => ['traceparent'],
}

const exporter = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer(
  'test',
)
const { carry, middleware } = tracing({ tracer })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(traceparent)
})
afterAll(() => {
  context.disable()
  propagation.disable()
})
beforeEach(() => exporter.reset())

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { carry, middleware: [middleware] } })

  /** Runs one job, enqueued inside a span of its own. */
  async function run(): Promise<string> {
    await bench().engine.start()
    const ended = bench().ended()
    const id = await tracer.startActiveSpan('order placed', async (span) => {
      const { id } = await bench().engine.enqueue(
        bench().work,
        {},
        { tenantId: 'acme', correlationId: 'c-1' },
      )
      span.end()
      return id
    })
    await ended
    return id
  }

  const spans = () => exporter.getFinishedSpans()
  const find = (name: string) => spans().find((span) => span.name === name)

  test('an attempt is a span of its enqueuer’s trace, and spans inside its handler are its children', async () => {
    bench().handler = async () => tracer.startActiveSpan('price parts', (span) => span.end())
    const id = await run()
    const [enqueuer, attempt, inside] = ['order placed', 'process default', 'price parts'].map(find)
    expect(attempt).toMatchObject({
      kind: SpanKind.CONSUMER,
      parentSpanContext: { spanId: enqueuer?.spanContext().spanId },
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'messaging.system': 'linehaul',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'default',
        'messaging.message.id': id,
        'messaging.message.conversation_id': 'c-1',
        'linehaul.job.name': 'test.work',
        'linehaul.attempt': 1,
        'linehaul.tenant.id': 'acme',
      },
    })
    expect(inside?.parentSpanContext?.spanId).toBe(attempt?.spanContext().spanId)
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(1)
  })

  test('an attempt that fails is a span with an error', async () => {
    bench().handler = async () => {
      throw Object.assign(new Error('carrier is down'), { code: 'CARRIER_DOWN' })
    }
    await run()
    const attempt = find('process default')
    expect(attempt?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'carrier is down' })
    expect(attempt?.attributes).toMatchObject({ 'error.type': 'CARRIER_DOWN' })
    expect(attempt?.events.map(({ name }) => name)).toEqual(['exception'])
  })

  test('a span says of an error what the log does: no credential', async () => {
    bench().handler = async () => {
      throw new Error('https://fleet:hunter2@carrier.example refuses Bearer abc.def')
    }
    await run()
    const attempt = find('process default')
    const told = 'https://fleet:[redacted]@carrier.example refuses Bearer [redacted]'
    expect(attempt?.status.message).toBe(told)
    const [exception] = attempt?.events ?? []
    expect(exception?.attributes).toMatchObject({
      'exception.message': told,
      'exception.stacktrace': expect.stringContaining('otel.test.ts'),
    })
    expect(JSON.stringify(exception)).not.toMatch(/hunter2|abc\.def/)
  })

  test('a job that a job enqueues stays in the trace', async () => {
    const { engine, work } = bench()
    bench().handler = async ({ n = 0 }) => {
      if (n === 0) await engine.enqueue(work, { n: 1 }, { tenantId: 'acme' })
    }
    let ends = 0
    const bothEnded = bench().ended(() => (ends += 1) === 2)
    await run()
    await bothEnded
    expect(
      spans()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['order placed', 'process default', 'process default'])
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(1)
  })

  test('a job that was enqueued outside any trace begins one of its own', async () => {
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    await ended
    expect(find('process default')?.parentSpanContext).toBeUndefined()
    expect(carry()).toBeUndefined()
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
  })
})
