import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

import { context, propagation, trace } from '@opentelemetry/api'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { exportTraces } from './export-traces.js'
import { traceRequests } from './trace-requests.js'

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number }
}

interface Sent {
  readonly path: string | undefined
  readonly key: string | string[] | undefined
  readonly body: {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly Attribute[] }
      readonly scopeSpans: readonly {
        readonly spans: readonly {
          readonly name: string
          readonly traceId: string
          readonly parentSpanId?: string
          readonly attributes: readonly Attribute[]
        }[]
      }[]
    }[]
  }
}

const sent: Sent[] = []
let collector: Server
beforeAll(async () => {
  collector = createServer(async (request, response) => {
    sent.push({
      path: request.url,
      key: request.headers['x-key'],
      body: (await json(request)) as Sent['body'],
    })
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
})
afterAll(() => new Promise((resolve) => collector.close(resolve)))

const options = () => ({
  endpoint: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`,
  headers: { 'x-key': 'of the team' },
  serviceName: 'linehaul-test',
  version: '1.2.3',
  ratio: 1,
  onError: (error: Error) => expect.unreachable(error.message),
})

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`

test('what is left at the end is sent to the collector: a request in the trace of its caller, which goes on inside', async () => {
  const { tracer, end } = await exportTraces(options())
  const requests = traceRequests(tracer)
  const key = {}
  const inside: Record<string, string> = {}
  requests.begin({ method: 'GET', headers: { traceparent }, key }, () => {
    propagation.inject(context.active(), inside)
  })
  requests.end(key, { method: 'GET', route: '/api/v1/jobs/:id', status: 404, seconds: 0.1 })
  await end()
  expect(inside['traceparent']).toMatch(
    new RegExp(`^00-${CALLER.traceId}-(?!${CALLER.spanId})[0-9a-f]{16}-01$`),
  )
  expect(sent).toMatchObject([{ path: '/v1/traces', key: 'of the team' }])
  const [{ resource, scopeSpans }] = sent[0]?.body.resourceSpans as [Sent['body']['resourceSpans'][number]]
  expect(valuesOf(resource.attributes)).toMatchObject({
    'service.name': 'linehaul-test',
    'service.version': '1.2.3',
  })
  const [span] = scopeSpans[0]?.spans ?? []
  expect(span).toMatchObject({
    name: 'GET /api/v1/jobs/:id',
    traceId: CALLER.traceId,
    parentSpanId: CALLER.spanId,
  })
  expect(valuesOf(span?.attributes ?? [])).toEqual({
    'http.request.method': 'GET',
    'http.route': '/api/v1/jobs/:id',
    'http.response.status_code': 404,
  })
  expect(trace.getTracer('after').startSpan('none').isRecording()).toBe(false)
})

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))
}

test('a collector that is away loses spans, which is told, and ends all the same', async () => {
  const errors: Error[] = []
  const { tracer, end } = await exportTraces({
    ...options(),
    endpoint: 'http://127.0.0.1:1',
    onError: (error) => errors.push(error),
  })
  tracer.startSpan('lost').end()
  await end()
  expect(errors.map(({ message }) => message).join()).toContain('ECONNREFUSED')
})
